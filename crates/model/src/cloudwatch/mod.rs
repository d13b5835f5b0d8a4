//! Kinds of the family `cloudwatch`.

pub(crate) mod alarm;
