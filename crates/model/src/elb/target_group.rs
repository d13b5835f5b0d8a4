//! `elb.target_group`: facts in AWS's API reference, CreateTargetGroup and
//! TargetGroupAttribute.

use serde_json::{Value, json};

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
    .default("target_type", "instance")
    .default("ip_address_type", "ipv4")
    .default("health_check_enabled", true)
    .default("health_check_port", "traffic-port")
    .default("health_check_interval_seconds", 30)
    .default("healthy_threshold_count", 5)
    .default("unhealthy_threshold_count", 2)
    .unmanaged(&["health_check_timeout_seconds", "target_control_port"])
    .shorthand("matcher", "http_code")
    .add(attributes::field("TargetGroupAttribute"))
    .canonical(canonical)
}

fn canonical(spec: &mut Value) {
    let http = matches!(spec["protocol"].as_str(), Some("HTTP" | "HTTPS"));
    let Some(map) = spec.as_object_mut() else { return };
    if http {
        map.entry("protocol_version").or_insert_with(|| json!("HTTP1"));
        map.entry("health_check_protocol").or_insert_with(|| json!("HTTP"));
    } else {
        map.remove("protocol_version");
        map.entry("health_check_protocol").or_insert_with(|| json!("TCP"));
    }
    let checks_http = matches!(map["health_check_protocol"].as_str(), Some("HTTP" | "HTTPS"));
    if checks_http {
        let grpc = map.get("protocol_version").is_some_and(|v| v == "GRPC");
        map.entry("health_check_path")
            .or_insert_with(|| json!(if grpc { "/AWS.ALB/healthcheck" } else { "/" }));
        let usual = if grpc {
            json!({"grpc_code": "12"})
        } else if http {
            json!({"http_code": "200"})
        } else {
            json!({"http_code": "200-399"})
        };
        map.entry("matcher").or_insert(usual);
    } else {
        map.remove("health_check_path");
        map.remove("matcher");
    }
    attributes::fill(spec, if http { HTTP } else { TCP });
}

/// AWS's defaults, from the documentation of TargetGroupAttribute.
const COMMON: &[(&str, &str)] = &[
    ("deregistration_delay.timeout_seconds", "300"),
    ("stickiness.enabled", "false"),
    ("load_balancing.cross_zone.enabled", "use_load_balancer_configuration"),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", "1"),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", "off"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1"),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off"),
];
const HTTP: &[&[(&str, &str)]] = &[
    COMMON,
    &[
        ("stickiness.type", "lb_cookie"),
        ("stickiness.lb_cookie.duration_seconds", "86400"),
        ("stickiness.app_cookie.duration_seconds", "86400"),
        ("stickiness.app_cookie.cookie_name", ""),
        ("slow_start.duration_seconds", "0"),
        ("load_balancing.algorithm.type", "round_robin"),
        ("load_balancing.algorithm.anomaly_mitigation", "off"),
    ],
];
const TCP: &[&[(&str, &str)]] = &[
    COMMON,
    &[
        ("stickiness.type", "source_ip"),
        ("proxy_protocol_v2.enabled", "false"),
        ("preserve_client_ip.enabled", "false"),
        ("deregistration_delay.connection_termination.enabled", "false"),
        ("target_health_state.unhealthy.connection_termination.enabled", "true"),
        ("target_health_state.unhealthy.draining_interval_seconds", "0"),
    ],
];
