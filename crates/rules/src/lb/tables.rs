//! Attributes of load balancers, target groups and listeners, as AWS documents
//! them under LoadBalancerAttribute, TargetGroupAttribute and ListenerAttribute.

use crate::at::At;

/// What an attribute may say.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    Switch,
    Choice(&'static [&'static str]),
    Number(u64, u64),
    /// `off` or a number.
    Off(u64, u64),
    Text,
}

impl Form {
    pub fn allows(self, value: &str) -> bool {
        let number = |low, high| value.parse().is_ok_and(|number: u64| (low..=high).contains(&number));
        match self {
            Self::Switch => value == "true" || value == "false",
            Self::Choice(words) => words.contains(&value),
            Self::Number(low, high) => number(low, high),
            Self::Off(low, high) => value == "off" || number(low, high),
            Self::Text => true,
        }
    }

    pub fn words(self) -> String {
        let most = |high: u64| if high == u64::MAX { String::new() } else { format!(" to {high}") };
        match self {
            Self::Switch => "true or false".into(),
            Self::Choice(words) => words.join(", "),
            Self::Number(low, high) => format!("{low}{}", most(high)),
            Self::Off(low, high) => format!("off, or {low}{}", most(high)),
            Self::Text => "a text".into(),
        }
    }
}

pub type Table = &'static [(&'static str, Form)];

/// The attributes of that resource; `None` where its type is not known.
pub fn of(resource: &At<'_>) -> Option<Vec<Table>> {
    match resource.address().kind.as_str() {
        "elb.load_balancer" => match &*resource.get("type").text()? {
            "application" => Some(vec![BALANCER, APPLICATION, LOGS]),
            "network" => Some(vec![BALANCER, NETWORK, LOGS]),
            _ => None,
        },
        "elb.target_group" if resource.get("target_type").is("lambda") => Some(vec![HEALTH, STICKY, LAMBDA]),
        "elb.target_group" => match &*resource.get("protocol").text()? {
            "HTTP" | "HTTPS" => Some(vec![HEALTH, STICKY, HTTP]),
            "GENEVE" => None,
            _ => Some(vec![HEALTH, TCP]),
        },
        _ => match &*resource.get("protocol").text()? {
            "HTTP" => Some(vec![RESPONSE]),
            "HTTPS" => Some(vec![RESPONSE, REQUEST]),
            _ => Some(vec![IDLE]),
        },
    }
}

const BALANCER: Table = &[
    ("deletion_protection.enabled", Form::Switch),
    ("ipv6.deny_all_igw_traffic", Form::Switch),
    ("load_balancing.cross_zone.enabled", Form::Switch),
    ("zonal_shift.config.enabled", Form::Switch),
];

const LOGS: Table = &[
    ("access_logs.s3.enabled", Form::Switch),
    ("access_logs.s3.bucket", Form::Text),
    ("access_logs.s3.prefix", Form::Text),
];

const APPLICATION: Table = &[
    ("idle_timeout.timeout_seconds", Form::Number(1, 4000)),
    ("client_keep_alive.seconds", Form::Number(60, 604_800)),
    ("connection_logs.s3.enabled", Form::Switch),
    ("connection_logs.s3.bucket", Form::Text),
    ("connection_logs.s3.prefix", Form::Text),
    ("health_check_logs.s3.enabled", Form::Switch),
    ("health_check_logs.s3.bucket", Form::Text),
    ("health_check_logs.s3.prefix", Form::Text),
    ("routing.http2.enabled", Form::Switch),
    ("routing.http.desync_mitigation_mode", Form::Choice(&["monitor", "defensive", "strictest"])),
    ("routing.http.drop_invalid_header_fields.enabled", Form::Switch),
    ("routing.http.preserve_host_header.enabled", Form::Switch),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", Form::Switch),
    ("routing.http.xff_client_port.enabled", Form::Switch),
    ("routing.http.xff_header_processing.mode", Form::Choice(&["append", "preserve", "remove"])),
    ("waf.fail_open.enabled", Form::Switch),
];

const NETWORK: Table = &[
    (
        "dns_record.client_routing_policy",
        Form::Choice(&[
            "availability_zone_affinity",
            "partial_availability_zone_affinity",
            "any_availability_zone",
        ]),
    ),
    ("secondary_ips.auto_assigned.per_subnet", Form::Number(0, 7)),
];

const HEALTH: Table = &[
    (
        "load_balancing.cross_zone.enabled",
        Form::Choice(&["true", "false", "use_load_balancer_configuration"]),
    ),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", Form::Off(1, u64::MAX)),
    ("target_group_health.dns_failover.minimum_healthy_targets.percentage", Form::Off(1, 100)),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", Form::Number(1, u64::MAX)),
    ("target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", Form::Off(1, 100)),
];

const STICKY: Table = &[
    ("stickiness.enabled", Form::Switch),
    ("stickiness.type", Form::Choice(&["lb_cookie", "app_cookie"])),
    ("stickiness.lb_cookie.duration_seconds", Form::Number(1, 604_800)),
    ("stickiness.app_cookie.cookie_name", Form::Text),
    ("stickiness.app_cookie.duration_seconds", Form::Number(1, 604_800)),
];

const HTTP: Table = &[
    ("deregistration_delay.timeout_seconds", Form::Number(0, 3600)),
    (
        "load_balancing.algorithm.type",
        Form::Choice(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    ("load_balancing.algorithm.anomaly_mitigation", Form::Choice(&["on", "off"])),
    ("slow_start.duration_seconds", Form::Number(0, 900)),
];

const LAMBDA: Table = &[("lambda.multi_value_headers.enabled", Form::Switch)];

const TCP: Table = &[
    ("deregistration_delay.timeout_seconds", Form::Number(0, 3600)),
    ("deregistration_delay.connection_termination.enabled", Form::Switch),
    ("stickiness.enabled", Form::Switch),
    ("stickiness.type", Form::Choice(&["source_ip"])),
    ("preserve_client_ip.enabled", Form::Switch),
    ("proxy_protocol_v2.enabled", Form::Switch),
    ("target_health_state.unhealthy.connection_termination.enabled", Form::Switch),
    ("target_health_state.unhealthy.draining_interval_seconds", Form::Number(0, 360_000)),
];

const IDLE: Table = &[("tcp.idle_timeout.seconds", Form::Number(60, 6000))];

const RESPONSE: Table = &[
    ("routing.http.response.server.enabled", Form::Switch),
    ("routing.http.response.strict_transport_security.header_value", Form::Text),
    ("routing.http.response.access_control_allow_origin.header_value", Form::Text),
    ("routing.http.response.access_control_allow_methods.header_value", Form::Text),
    ("routing.http.response.access_control_allow_headers.header_value", Form::Text),
    ("routing.http.response.access_control_allow_credentials.header_value", Form::Text),
    ("routing.http.response.access_control_expose_headers.header_value", Form::Text),
    ("routing.http.response.access_control_max_age.header_value", Form::Text),
    ("routing.http.response.content_security_policy.header_value", Form::Text),
    ("routing.http.response.x_content_type_options.header_value", Form::Text),
    ("routing.http.response.x_frame_options.header_value", Form::Text),
];

const REQUEST: Table = &[
    ("routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name", Form::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", Form::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_subject.header_name", Form::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_validity.header_name", Form::Text),
    ("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", Form::Text),
    ("routing.http.request.x_amzn_mtls_clientcert.header_name", Form::Text),
    ("routing.http.request.x_amzn_tls_version.header_name", Form::Text),
    ("routing.http.request.x_amzn_tls_cipher_suite.header_name", Form::Text),
];
