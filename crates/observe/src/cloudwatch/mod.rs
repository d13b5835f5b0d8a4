//! Reading kinds of the family `cloudwatch`.

pub(crate) mod alarm;
