//! Kinds of the family `events`.

pub(crate) mod rule;
