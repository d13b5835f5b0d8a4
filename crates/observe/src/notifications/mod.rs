//! Reading kinds of the family `notifications`.

pub(crate) mod rule;
