//! Kinds of the family `elb`.

mod actions;
mod attributes;
pub(crate) mod listener;
pub(crate) mod listener_rule;
pub(crate) mod load_balancer;
pub(crate) mod target_group;
