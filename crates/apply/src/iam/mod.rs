//! Writing kinds of the family `iam`.

pub(crate) mod role;
