//! `elb.load_balancer`: facts in AWS's API reference, CreateLoadBalancer and
//! LoadBalancerAttribute.

use serde_json::Value;

use crate::elb::attributes;
use crate::kind::{Kind, Reason};
use crate::targets::{SECURITY_GROUP, SUBNET};

pub(crate) fn kind() -> Kind {
    Kind::new(
        "elb.load_balancer",
        "elbv2",
        "CreateLoadBalancerInput",
        "An application or network load balancer.",
    )
    .cfn("AWS::ElasticLoadBalancingV2::LoadBalancer")
    .exports(&["arn", "name", "dns_name", "canonical_hosted_zone_id", "vpc_id", "full_name"])
    // its target groups can belong to one load balancer only
    .delete_first()
    .create_only(&["name", "type", "scheme", "customer_owned_ipv4_pool"])
    .default("type", "application")
    .default("scheme", "internet-facing")
    .default("ip_address_type", "ipv4")
    .refers("subnets", SUBNET)
    .refers("security_groups", SECURITY_GROUP)
    .refers("subnet_mappings.subnet_id", SUBNET)
    .matched_by("subnet_mappings", "subnet_id")
    .unmanaged(&[
        "security_groups",
        "enable_prefix_for_ipv6_source_nat",
        "ipam_pools",
        "subnets",
        "subnet_mappings",
    ])
    .add(attributes::field("LoadBalancerAttribute"))
    .canonical(canonical)
    .forces(forces)
}

fn canonical(spec: &mut Value) {
    // two ways to name the subnets, one answer
    if let Some(map) = spec.as_object_mut()
        && !map.contains_key("subnets")
        && let Some(mappings) = map.get("subnet_mappings").and_then(Value::as_array)
        && mappings.iter().all(|mapping| mapping.as_object().is_some_and(|mapping| mapping.len() == 1))
    {
        let subnets = mappings.iter().filter_map(|mapping| mapping.get("subnet_id").cloned()).collect();
        map.insert("subnets".into(), subnets);
        map.remove("subnet_mappings");
    }
    let network = spec["type"] == "network";
    if !network && let Some(attributes) = spec.get_mut("attributes").and_then(Value::as_object_mut) {
        // always on behind an application load balancer: "can't be changed" (LoadBalancerAttribute)
        attributes.remove("load_balancing.cross_zone.enabled");
    }
    let internal = spec["scheme"] == "internal";
    let by_scheme = [("ipv6.deny_all_igw_traffic", if internal { "true" } else { "false" })];
    attributes::fill(spec, &[COMMON, if network { NETWORK } else { APPLICATION }, &by_scheme]);
}

/// AWS's defaults, from the documentation of LoadBalancerAttribute.
const COMMON: &[(&str, &str)] = &[
    ("deletion_protection.enabled", "false"),
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.prefix", ""),
];
const APPLICATION: &[(&str, &str)] = &[
    ("idle_timeout.timeout_seconds", "60"),
    ("client_keep_alive.seconds", "3600"),
    ("connection_logs.s3.enabled", "false"),
    ("connection_logs.s3.bucket", ""),
    ("connection_logs.s3.prefix", ""),
    ("health_check_logs.s3.enabled", "false"),
    ("health_check_logs.s3.bucket", ""),
    ("health_check_logs.s3.prefix", ""),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false"),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];
const NETWORK: &[(&str, &str)] = &[
    ("load_balancing.cross_zone.enabled", "false"),
    ("dns_record.client_routing_policy", "any_availability_zone"),
    ("secondary_ips.auto_assigned.per_subnet", "0"),
    ("zonal_shift.config.enabled", "false"),
];

fn forces(field: &str, desired: &Value, live: &Value) -> Option<Reason> {
    let none = |spec: &Value| spec["security_groups"].as_array().is_none_or(Vec::is_empty);
    let network = live["type"] == "network";
    (field == "security_groups" && network && none(live) != none(desired)).then(|| Reason {
        code: "LB-017",
        text: "a network load balancer created without security groups cannot get any later (nor lose its last), \
               so it is replaced"
            .into(),
    })
}
