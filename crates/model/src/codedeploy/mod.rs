//! Kinds of the family `codedeploy`.

pub(crate) mod application;
pub(crate) mod deployment_config;
pub(crate) mod deployment_group;
