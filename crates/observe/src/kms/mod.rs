//! Reading kinds of the family `kms`.

pub(crate) mod key;
