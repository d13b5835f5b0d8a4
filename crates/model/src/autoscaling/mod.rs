//! Kinds of the family `autoscaling`.

pub(crate) mod policy;
pub(crate) mod target;
