//! Writing kinds of the family `codecommit`.

pub(crate) mod repository;
