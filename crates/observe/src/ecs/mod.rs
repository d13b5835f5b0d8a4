//! Reading kinds of the family `ecs`.

pub(crate) mod cluster;
pub(crate) mod service;
pub(crate) mod task_definition;
