//! Rules on load balancers, target groups, listeners and their rules.

mod action;
mod advice;
mod attributes;
mod balancer;
mod group;
mod health;
mod listener;
mod live;
mod network;
pub(crate) mod routes;
mod rule;
mod service;
mod tables;

use std::borrow::Cow;

use crate::at::At;
use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "lb",
    title: "Load balancing",
    rules: &[
        &group::LB_001,
        &balancer::LB_002,
        &service::LB_003,
        &listener::LB_004,
        &listener::LB_005,
        &listener::LB_006,
        &live::LB_007,
        &health::LB_008,
        &health::LB_009,
        &health::LB_010,
        &health::LB_011,
        &health::LB_012,
        &group::LB_013,
        &routes::LB_014,
        &network::LB_015,
        &balancer::LB_016,
        &live::LB_017,
        &live::LB_018,
        &live::LB_019,
        &service::LB_020,
        &service::LB_022,
        &service::LB_023,
        &rule::LB_024,
        &routes::LB_025,
        &live::LB_026,
        &live::LB_028,
        &balancer::LB_029,
        &health::LB_030,
        &action::LB_031,
        &action::LB_032,
        &action::LB_033,
        &rule::LB_034,
        &group::LB_035,
        &rule::LB_036,
        &balancer::LB_037,
        &attributes::LB_038,
        &attributes::LB_039,
        &attributes::LB_040,
        &advice::LB_041,
        &advice::LB_042,
        &advice::LB_043,
        &advice::LB_044,
        &network::LB_045,
    ],
};

/// `application` or `network` of a listener's load balancer, if it is in the stack.
pub(crate) fn kind_of<'c>(listener: &At<'c>) -> Option<Cow<'c, str>> {
    listener.get("load_balancer").target()?.get("type").text()
}

/// The names of load balancers and target groups.
fn name_problem(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > 32 {
        Some("1 to 32 characters")
    } else if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        Some("letters, digits and hyphens only")
    } else if name.starts_with('-') || name.ends_with('-') {
        Some("no hyphen at either end")
    } else {
        None
    }
}
