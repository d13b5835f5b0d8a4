//! Reading kinds of the family `elb`.

pub(crate) mod listener;
pub(crate) mod listener_rule;
pub(crate) mod load_balancer;
pub(crate) mod strangers;
pub(crate) mod tags;
pub(crate) mod target_group;
