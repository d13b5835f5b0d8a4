//! Reading kinds of the family `logs`.

pub(crate) mod log_group;
