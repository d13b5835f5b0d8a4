//! Reading kinds of the family `servicediscovery`.

pub(crate) mod namespace;
