//! Writing kinds of the family `sns`.

pub(crate) mod topic;
