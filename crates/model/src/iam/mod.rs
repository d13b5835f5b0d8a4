//! Kinds of the family `iam`.

pub(crate) mod group;
pub(crate) mod pending;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod service_credential;
pub(crate) mod user;
