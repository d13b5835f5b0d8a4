//! Attributes of target groups.

use serde_json::Value;

use crate::form::text;
use crate::refusal::Refusal;

use super::super::refuse;
use super::{Attribute, Form};

const CROSS_ZONE: Form = Form::Choice(&["true", "false", "use_load_balancer_configuration"]);
const WEEK: Form = Form::Number(1, 604_800);
const STICKY: &str = "stickiness.type";
const ALGORITHM: &str = "load_balancing.algorithm.type";
const SLOW_START: &str = "slow_start.duration_seconds";
const ANOMALY: &str = "load_balancing.algorithm.anomaly_mitigation";
const TERMINATE: &str = "target_health_state.unhealthy.connection_termination.enabled";
const DRAINING: &str = "target_health_state.unhealthy.draining_interval_seconds";

const HEALTH: [Attribute; 5] = [
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration", CROSS_ZONE),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1", Form::WordOr("off", 1, u64::MAX)),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        Form::WordOr("off", 1, 100),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
        Form::Number(1, u64::MAX),
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        Form::WordOr("off", 1, 100),
    ),
];

const COOKIES: [Attribute; 5] = [
    ("stickiness.enabled", "false", Form::Switch),
    (STICKY, "lb_cookie", Form::Choice(&["lb_cookie", "app_cookie"])),
    ("stickiness.lb_cookie.duration_seconds", "86400", WEEK),
    ("stickiness.app_cookie.cookie_name", "", Form::Text),
    ("stickiness.app_cookie.duration_seconds", "86400", WEEK),
];

const HTTP: [Attribute; 4] = [
    ("deregistration_delay.timeout_seconds", "300", Form::Number(0, 3600)),
    (
        ALGORITHM,
        "round_robin",
        Form::Choice(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    (ANOMALY, "off", Form::Choice(&["on", "off"])),
    (SLOW_START, "0", Form::Number(0, 900)),
];

const LAMBDA: [Attribute; 1] = [("lambda.multi_value_headers.enabled", "false", Form::Switch)];

/// Without datagrams; with them three of the defaults are others.
const NETWORK: [Attribute; 8] = [
    ("deregistration_delay.timeout_seconds", "300", Form::Number(0, 3600)),
    ("deregistration_delay.connection_termination.enabled", "false", Form::Switch),
    ("stickiness.enabled", "false", Form::Switch),
    (STICKY, "source_ip", Form::Choice(&["source_ip"])),
    ("preserve_client_ip.enabled", "true", Form::Switch),
    ("proxy_protocol_v2.enabled", "false", Form::Switch),
    (TERMINATE, "true", Form::Switch),
    (DRAINING, "0", Form::Number(0, 360_000)),
];

pub(super) fn table(document: &Value) -> Vec<Attribute> {
    let target = text(document, "TargetType");
    let protocol = text(document, "Protocol");
    let mut list = if target == "lambda" {
        [&LAMBDA[..], &COOKIES].concat()
    } else if ["HTTP", "HTTPS"].contains(&protocol) {
        [&HTTP[..], &COOKIES].concat()
    } else {
        network(target, protocol)
    };
    list.extend(HEALTH);
    list
}

fn network(target: &str, protocol: &str) -> Vec<Attribute> {
    let datagrams = ["UDP", "TCP_UDP"].contains(&protocol);
    let stream = ["TCP", "TLS"].contains(&protocol);
    let adapt = |(key, default, form): Attribute| match key {
        "deregistration_delay.connection_termination.enabled" if datagrams => (key, "true", form),
        "preserve_client_ip.enabled" if datagrams => (key, "true", Form::Choice(&["true"])),
        "preserve_client_ip.enabled" if target == "ip" && stream => (key, "false", form),
        TERMINATE if datagrams => (key, "false", Form::Choice(&["false"])),
        _ => (key, default, form),
    };
    NETWORK.map(adapt).to_vec()
}

/// Does any type of target group have that attribute?
pub(super) fn known(key: &str) -> bool {
    HTTP.iter().chain(&LAMBDA).chain(&NETWORK).chain(&COOKIES).any(|(known, _, _)| *known == key)
}

pub(super) fn check<'a>(get: impl Fn(&str) -> &'a str) -> Result<(), Refusal> {
    let slow_start: u64 = get(SLOW_START).parse().unwrap_or_default();
    if (1..30).contains(&slow_start) {
        return Err(refuse::invalid(format!("'{SLOW_START}' must be 0 or between 30 and 900")));
    }
    let refused = if slow_start > 0 && get(ALGORITHM) != "round_robin" {
        format!("'{SLOW_START}' can be set only with the algorithm 'round_robin'")
    } else if get(ANOMALY) == "on" && get(ALGORITHM) != "weighted_random" {
        format!("'{ANOMALY}' can be on only with the algorithm 'weighted_random'")
    } else if get(TERMINATE) == "true" && get(DRAINING) != "0" {
        format!("'{DRAINING}' can be set only while '{TERMINATE}' is false")
    } else if get("stickiness.enabled") == "true" && get(STICKY) == "app_cookie" {
        return cookie_name(get("stickiness.app_cookie.cookie_name"));
    } else {
        return Ok(());
    };
    Err(refuse::configuration(refused))
}

fn cookie_name(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(refuse::configuration(
            "You must set an application cookie name to enable stickiness of type 'app_cookie'",
        ));
    }
    if name.starts_with("AWSALB") {
        return Err(refuse::configuration(format!("Cookie name '{name}' is reserved for the load balancer")));
    }
    Ok(())
}
