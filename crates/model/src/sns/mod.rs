//! Kinds of the family `sns`.

mod attributes;
pub(crate) mod topic;
