//! Attributes of load balancers.

use serde_json::Value;

use crate::refusal::Refusal;

use super::super::refuse;
use super::{Attribute, Form};

/// Three kinds of logs share one form.
const LOGS: [[&str; 3]; 3] = [
    ["access_logs.s3.enabled", "access_logs.s3.bucket", "access_logs.s3.prefix"],
    ["connection_logs.s3.enabled", "connection_logs.s3.bucket", "connection_logs.s3.prefix"],
    ["health_check_logs.s3.enabled", "health_check_logs.s3.bucket", "health_check_logs.s3.prefix"],
];

const APPLICATION: [Attribute; 12] = [
    ("load_balancing.cross_zone.enabled", "true", Form::Choice(&["true"])),
    ("idle_timeout.timeout_seconds", "60", Form::Number(1, 4000)),
    ("client_keep_alive.seconds", "3600", Form::Number(60, 604_800)),
    ("routing.http2.enabled", "true", Form::Switch),
    (
        "routing.http.desync_mitigation_mode",
        "defensive",
        Form::Choice(&["monitor", "defensive", "strictest"]),
    ),
    ("routing.http.drop_invalid_header_fields.enabled", "false", Form::Switch),
    ("routing.http.preserve_host_header.enabled", "false", Form::Switch),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", Form::Switch),
    ("routing.http.xff_client_port.enabled", "false", Form::Switch),
    ("routing.http.xff_header_processing.mode", "append", Form::Choice(&["append", "preserve", "remove"])),
    ("waf.fail_open.enabled", "false", Form::Switch),
    ("zonal_shift.config.enabled", "false", Form::Switch),
];

const NETWORK: [Attribute; 4] = [
    ("load_balancing.cross_zone.enabled", "false", Form::Switch),
    (
        "dns_record.client_routing_policy",
        "any_availability_zone",
        Form::Choice(&[
            "availability_zone_affinity",
            "partial_availability_zone_affinity",
            "any_availability_zone",
        ]),
    ),
    ("secondary_ips.auto_assigned.per_subnet", "0", Form::Number(0, 7)),
    ("zonal_shift.config.enabled", "false", Form::Switch),
];

pub(super) fn table(document: &Value) -> Vec<Attribute> {
    let network = document["Type"] == "network";
    let internal = if document["Scheme"] == "internal" { "true" } else { "false" };
    let mut list = vec![
        ("deletion_protection.enabled", "false", Form::Switch),
        ("ipv6.deny_all_igw_traffic", internal, Form::Switch),
    ];
    list.extend(if network { NETWORK.to_vec() } else { APPLICATION.to_vec() });
    for [enabled, bucket, prefix] in LOGS.into_iter().take(if network { 1 } else { 3 }) {
        list.extend([(enabled, "false", Form::Switch), (bucket, "", Form::Text), (prefix, "", Form::Text)]);
    }
    list
}

/// Does any type of load balancer have that attribute?
pub(super) fn known(key: &str) -> bool {
    LOGS.iter().flatten().any(|known| *known == key)
        || APPLICATION.iter().chain(&NETWORK).any(|(known, _, _)| *known == key)
}

pub(super) fn check<'a>(get: impl Fn(&str) -> &'a str) -> Result<(), Refusal> {
    for [enabled, bucket, _] in LOGS {
        if get(enabled) == "true" && get(bucket).is_empty() {
            return Err(refuse::configuration(format!(
                "The attribute '{bucket}' cannot be empty while '{enabled}' is true"
            )));
        }
    }
    Ok(())
}
