//! Health checks of target groups.

use recon_model::KindId::ElbTargetGroup;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static LB_008: Rule = Rule {
    id: "LB-008",
    severity: Severity::Error,
    title: "a health check outside AWS's limits",
    doc: "Interval 5 to 300 seconds, timeout 2 to 120 seconds, thresholds 2 to 10, path 1 to 1024 characters.",
    fix: "keep within the limits",
    source: "AWS API: elbv2 CreateTargetGroup",
    bad: r#"
[elb.target_group.idle]
health_check_interval_seconds = 3
"#,
    good: r#"
[elb.target_group.idle]
health_check_interval_seconds = 15
"#,
    by: By::Model(&[
        ("elb.target_group", "health_check_interval_seconds"),
        ("elb.target_group", "health_check_timeout_seconds"),
        ("elb.target_group", "healthy_threshold_count"),
        ("elb.target_group", "unhealthy_threshold_count"),
        ("elb.target_group", "health_check_path"),
    ]),
};

pub static LB_009: Rule = Rule {
    id: "LB-009",
    severity: Severity::Error,
    title: "a health check that takes longer than its interval",
    doc: "\"Health check interval must be greater than the timeout.\"",
    fix: "lower health_check_timeout_seconds, or raise health_check_interval_seconds",
    source: "AWS: ELB user guides, target group health checks",
    bad: r#"
[elb.target_group.idle]
health_check_interval_seconds = 10
health_check_timeout_seconds  = 10
"#,
    good: r#"
[elb.target_group.idle]
health_check_interval_seconds = 10
health_check_timeout_seconds  = 5
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let interval = group.get("health_check_interval_seconds");
            let timeout = group.get("health_check_timeout_seconds");
            let waits = timeout.int().unwrap_or_else(|| usual_timeout(&group));
            let Some(every) = interval.int().filter(|every| waits >= *every) else { continue };
            let at = if timeout.exists() { &timeout } else { &interval };
            out.at(at, format!("a check every {every} s may take {waits} s"))
                .related(&interval, "the interval");
        }
    }),
};

/// AWS's timeout where none is given.
fn usual_timeout(group: &At<'_>) -> i64 {
    let http = group.get("protocol").is_one_of(&["HTTP", "HTTPS"]);
    let check = group.get("health_check_protocol").text().unwrap_or_default();
    match (group.get("target_type").is("lambda"), http, &*check) {
        (true, ..) => 30,
        (_, true, _) => 5,
        (_, _, "HTTP") => 6,
        _ => 10,
    }
}

pub static LB_010: Rule = Rule {
    id: "LB-010",
    severity: Severity::Error,
    title: "a health check protocol that AWS does not take",
    doc: "Targets of HTTP and HTTPS are checked by HTTP or HTTPS, not by TCP; GENEVE, TLS, UDP, TCP_UDP, QUIC and \
          TCP_QUIC are no protocols for health checks at all.",
    fix: "health_check_protocol = \"HTTP\" (or \"TCP\" behind a network load balancer)",
    source: "AWS API: elbv2 CreateTargetGroup, HealthCheckProtocol",
    bad: r#"
[elb.target_group.idle]
health_check_protocol = "TCP"
"#,
    good: r#"
[elb.target_group.idle]
health_check_protocol = "HTTP"
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let check = group.get("health_check_protocol");
            let Some(name) = check.text() else { continue };
            let http = group.get("protocol").is_one_of(&["HTTP", "HTTPS"]);
            if !["HTTP", "HTTPS", "TCP"].contains(&&*name) {
                out.at(&check, format!("targets cannot be checked by {name}"));
            } else if http && name == "TCP" {
                out.at(&check, "targets of HTTP are not checked by TCP")
                    .related(&group.get("protocol"), "the protocol");
            }
        }
    }),
};

pub static LB_011: Rule = Rule {
    id: "LB-011",
    severity: Severity::Error,
    title: "a matcher outside the codes that count",
    doc: "A healthy answer is one of 200 to 499 behind an application load balancer, of 200 to 599 behind a network \
          one, of 0 to 99 with gRPC: single codes, lists and ranges.",
    fix: "matcher = \"200-399\"",
    source: "AWS API: elbv2 Matcher",
    bad: r#"
[elb.target_group.idle]
matcher = "200-599"
"#,
    good: r#"
[elb.target_group.idle]
matcher = "200,204,300-399"
"#,
    by: By::Check(codes),
};

fn codes(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for group in cx.of(ElbTargetGroup) {
        let http =
            group.get("protocol").is_one_of(&["HTTP", "HTTPS"]) || group.get("target_type").is("lambda");
        let range = if http { 200..=499 } else { 200..=599 };
        for (field, range) in [("http_code", range), ("grpc_code", 0..=99)] {
            let at = group.get("matcher").get(field);
            let Some(text) = at.text() else { continue };
            let valid = |part: &str| {
                let (low, high) = part.split_once('-').unwrap_or((part, part));
                match (low.trim().parse::<u16>(), high.trim().parse::<u16>()) {
                    (Ok(low), Ok(high)) => low <= high && range.contains(&low) && range.contains(&high),
                    _ => false,
                }
            };
            if !text.split(',').all(valid) {
                out.at(&at, format!("`{text}` are not codes of a healthy answer")).label(format!(
                    "{} to {}",
                    range.start(),
                    range.end()
                ));
            }
        }
    }
}

pub static LB_012: Rule = Rule {
    id: "LB-012",
    severity: Severity::Error,
    title: "a matcher or path that this health check does not have",
    doc: "A TCP health check has no path and no matcher; http_code goes with HTTP1 and HTTP2, grpc_code with GRPC.",
    fix: "remove it, or check by HTTP",
    source: "AWS API: elbv2 Matcher; cfn-lint, health check protocol restrictions",
    bad: r#"
[elb.target_group.idle]
matcher = { grpc_code = "0" }
"#,
    good: r#"
[elb.target_group.idle]
matcher = { http_code = "200" }
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let canonical = group.canonical();
            let tcp = canonical.get("health_check_protocol").is("TCP");
            let grpc = canonical.get("protocol_version").is("GRPC");
            let matcher = group.get("matcher");
            for at in [&matcher, &group.get("health_check_path")] {
                if tcp && at.exists() {
                    out.at(at, format!("a TCP health check has no {}", at.path()));
                }
            }
            let (wrong, right) = if grpc { ("http_code", "grpc_code") } else { ("grpc_code", "http_code") };
            let at = matcher.get(wrong);
            if !tcp && at.exists() {
                out.at(&at, format!("{wrong} is not for this protocol version"))
                    .fix(format!("matcher = {{ {right} = \"…\" }}"));
            }
        }
    }),
};

pub static LB_030: Rule = Rule {
    id: "LB-030",
    severity: Severity::Error,
    title: "a health check path or port of the wrong form",
    doc: "The path begins with `/`; the port is `traffic-port` or a number from 1 to 65535.",
    fix: "health_check_path = \"/…\"",
    source: "AWS API: elbv2 CreateTargetGroup, HealthCheckPath and HealthCheckPort",
    bad: r#"
[elb.target_group.idle]
health_check_path = "health"
"#,
    good: r#"
[elb.target_group.idle]
health_check_path = "/health"
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(ElbTargetGroup) {
            let path = group.get("health_check_path");
            if let Some(text) = path.text().filter(|text| !text.starts_with('/')) {
                out.at(&path, format!("`{text}` does not begin with `/`"))
                    .fix(format!("health_check_path = \"/{text}\""));
            }
            let port = group.get("health_check_port");
            let Some(text) = port.text().filter(|text| text != "traffic-port") else { continue };
            if !text.parse::<u16>().is_ok_and(|number| number > 0) {
                out.at(&port, format!("`{text}` is no port")).fix("health_check_port = \"traffic-port\"");
            }
        }
    }),
};
