//! Kinds of the family `s3`.

pub(crate) mod bucket;
