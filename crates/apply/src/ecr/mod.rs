//! Writing kinds of the family `ecr`.

pub(crate) mod repository;
