//! Reading kinds of the family `events`.

pub(crate) mod rule;
