//! Kinds of the family `ecr`.

pub(crate) mod repository;
