//! Writing kinds of the family `s3`.

mod aspects;
pub(crate) mod bucket;
