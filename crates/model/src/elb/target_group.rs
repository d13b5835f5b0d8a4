//! `elb.target_group`: facts in AWS's API reference, CreateTargetGroup and
//! TargetGroupAttribute.

use serde_json::{Map, Value, json};

use crate::elb::attributes;
use crate::kind::Kind;
use crate::targets::VPC;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "elb.target_group",
        "elbv2",
        "CreateTargetGroupInput",
        "Where a load balancer sends traffic; ECS registers the tasks in it.",
    )
    .cfn("AWS::ElasticLoadBalancingV2::TargetGroup")
    .exports(&["arn", "name", "full_name"])
    .rename("vpc_id", "vpc")
    .refers("vpc", VPC)
    .create_only(&["name", "protocol", "protocol_version", "port", "vpc", "target_type", "ip_address_type"])
    // CloudFormation says otherwise, but ModifyTargetGroup does not take it
    .create_only(&["target_control_port"])
    .default("target_type", "instance")
    .default("ip_address_type", "ipv4")
    .default("health_check_port", "traffic-port")
    .default("healthy_threshold_count", 5)
    .unmanaged(&["health_check_timeout_seconds", "target_control_port"])
    .shorthand("matcher", "http_code")
    .add(attributes::field("TargetGroupAttribute"))
    .canonical(canonical)
}

/// What a group's defaults hang on.
struct Family<'a> {
    target: &'a str,
    http: bool,
    grpc: bool,
    datagrams: bool,
}

fn canonical(spec: &mut Value) {
    let document = spec.clone();
    let protocol = document["protocol"].as_str().unwrap_or_default();
    let family = Family {
        target: document["target_type"].as_str().unwrap_or("instance"),
        http: matches!(protocol, "HTTP" | "HTTPS"),
        grpc: document["protocol_version"] == "GRPC",
        datagrams: matches!(protocol, "UDP" | "TCP_UDP"),
    };
    if let Some(map) = spec.as_object_mut() {
        if family.http {
            map.entry("protocol_version").or_insert_with(|| json!("HTTP1"));
        } else {
            map.remove("protocol_version");
        }
        health_check(map, &family);
    }
    let attributes = attribute_defaults(&family);
    attributes::fill(spec, &[&attributes]);
}

fn health_check(map: &mut Map<String, Value>, family: &Family<'_>) {
    let lambda = family.target == "lambda";
    let mut usual = |field: &str, value: Value| {
        map.entry(field).or_insert(value);
    };
    usual("health_check_enabled", json!(!lambda));
    usual("health_check_interval_seconds", json!(if lambda { 35 } else { 30 }));
    usual("unhealthy_threshold_count", json!(if lambda { 5 } else { 2 }));
    if !lambda {
        let by_http = family.http || family.target == "alb";
        usual("health_check_protocol", json!(if by_http { "HTTP" } else { "TCP" }));
    }
    if map.get("health_check_protocol").is_some_and(|protocol| protocol == "TCP") {
        map.remove("health_check_path");
        map.remove("matcher");
        return;
    }
    let path = if family.grpc { "/AWS.ALB/healthcheck" } else { "/" };
    map.entry("health_check_path").or_insert_with(|| json!(path));
    let (member, codes) = match family {
        Family { grpc: true, .. } => ("grpc_code", "12"),
        Family { http: true, .. } | Family { target: "lambda", .. } => ("http_code", "200"),
        _ => ("http_code", "200-399"),
    };
    let matcher = map.entry("matcher").or_insert_with(|| json!({}));
    if matcher
        .as_object()
        .is_some_and(|matcher| !matcher.contains_key("http_code") && !matcher.contains_key("grpc_code"))
    {
        matcher[member] = json!(codes);
    }
}

/// AWS's defaults, from the documentation of TargetGroupAttribute.
fn attribute_defaults(family: &Family<'_>) -> Vec<(&'static str, &'static str)> {
    let own = match family {
        Family { target: "lambda", .. } => [LAMBDA, COOKIES].concat(),
        Family { http: true, .. } => [HTTP, COOKIES].concat(),
        Family { datagrams: true, .. } => [NETWORK, DATAGRAMS].concat(),
        Family { target: "ip", .. } => {
            [NETWORK, STREAMS, &[("preserve_client_ip.enabled", "false")]].concat()
        }
        _ => [NETWORK, STREAMS, &[("preserve_client_ip.enabled", "true")]].concat(),
    };
    [HEALTH, &own].concat()
}

const HEALTH: &[(&str, &str)] = &[
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
];
const COOKIES: &[(&str, &str)] = &[
    ("stickiness.enabled", "false"),
    ("stickiness.type", "lb_cookie"),
    ("stickiness.lb_cookie.duration_seconds", "86400"),
    ("stickiness.app_cookie.duration_seconds", "86400"),
    ("stickiness.app_cookie.cookie_name", ""),
];
const HTTP: &[(&str, &str)] = &[
    ("deregistration_delay.timeout_seconds", "300"),
    ("slow_start.duration_seconds", "0"),
    ("load_balancing.algorithm.type", "round_robin"),
    ("load_balancing.algorithm.anomaly_mitigation", "off"),
];
const LAMBDA: &[(&str, &str)] = &[("lambda.multi_value_headers.enabled", "false")];
const NETWORK: &[(&str, &str)] = &[
    ("deregistration_delay.timeout_seconds", "300"),
    ("stickiness.enabled", "false"),
    ("stickiness.type", "source_ip"),
    ("proxy_protocol_v2.enabled", "false"),
    ("target_health_state.unhealthy.draining_interval_seconds", "0"),
];
const DATAGRAMS: &[(&str, &str)] = &[
    ("preserve_client_ip.enabled", "true"),
    ("deregistration_delay.connection_termination.enabled", "true"),
    ("target_health_state.unhealthy.connection_termination.enabled", "false"),
];
const STREAMS: &[(&str, &str)] = &[
    ("deregistration_delay.connection_termination.enabled", "false"),
    ("target_health_state.unhealthy.connection_termination.enabled", "true"),
];
