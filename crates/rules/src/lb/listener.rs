//! Listeners: protocols and certificates.

use recon_model::KindId::ElbListener;

use super::kind_of;
use super::routes::{all, forwards};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

const APPLICATION: &[&str] = &["HTTP", "HTTPS"];
const NETWORK: &[&str] = &["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"];

pub static LB_004: Rule = Rule {
    id: "LB-004",
    severity: Severity::Error,
    title: "a protocol that this type of load balancer does not speak",
    doc: "An application load balancer listens to HTTP and HTTPS and forwards to such target groups; a network load \
          balancer does TCP, TLS, UDP, TCP_UDP, QUIC and TCP_QUIC (UnsupportedProtocol, IncompatibleProtocols).",
    fix: "give listener and target group a protocol of the load balancer's type",
    source: "AWS API: elbv2 CreateListener, CreateTargetGroup, Protocol",
    bad: r#"
[elb.listener.production]
protocol = "TCP"
"#,
    good: r#"
[elb.listener.production]
protocol = "HTTPS"
"#,
    by: By::Check(speaks),
};

fn speaks(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for listener in cx.of(ElbListener) {
        let (at, Some(kind)) = (listener.get("protocol"), kind_of(&listener)) else { continue };
        let known = if kind == "network" { NETWORK } else { APPLICATION };
        if let Some(protocol) = at.text().filter(|protocol| !known.contains(&&**protocol)) {
            out.at(&at, format!("the {kind} load balancer does not speak {protocol}"))
                .label(format!("it speaks {}", known.join(", ")))
                .related(&listener.get("load_balancer"), "the load balancer");
        }
    }
    for (route, field) in all(cx) {
        let Some(kind) = listener_of(&route, field).and_then(|listener| kind_of(&listener)) else { continue };
        let known = if kind == "network" { NETWORK } else { APPLICATION };
        for place in forwards(&route.get(field)) {
            let Some(protocol) = place.target().map(|group| group.get("protocol")) else { continue };
            if let Some(name) = protocol.text().filter(|name| !known.contains(&&**name)) {
                out.at(&place, format!("the {kind} load balancer cannot forward to protocol {name}"))
                    .related(&protocol, "the target group's protocol");
            }
        }
    }
}

/// The listener of a listener or rule.
fn listener_of<'c>(route: &At<'c>, field: &str) -> Option<At<'c>> {
    if field == "actions" { route.get("listener").target() } else { Some(route.clone()) }
}

pub static LB_005: Rule = Rule {
    id: "LB-005",
    severity: Severity::Error,
    title: "a listener whose target group has another transport",
    doc: "Behind a network load balancer a TCP listener forwards to TCP, TCP_UDP and TCP_QUIC, a TLS one to TLS and \
          TCP, a UDP one to UDP and TCP_UDP, a TCP_UDP one to TCP_UDP only (IncompatibleProtocols).",
    fix: "give the target group a protocol that fits the listener's",
    source: "AWS API: elbv2 CreateTargetGroup, Protocol",
    bad: r#"
[elb.load_balancer.net]
name    = "net"
type    = "network"
subnets = "public"

[elb.target_group.net]
name        = "net"
vpc         = "main"
target_type = "ip"
protocol    = "TCP"
port        = 53

[elb.listener.net]
load_balancer   = "net"
port            = 53
protocol        = "TCP_UDP"
default_actions = [{ type = "forward", target_group = "net" }]
"#,
    good: r#"
[elb.load_balancer.net]
name    = "net"
type    = "network"
subnets = "public"

[elb.target_group.net]
name        = "net"
vpc         = "main"
target_type = "ip"
protocol    = "TCP_UDP"
port        = 53

[elb.listener.net]
load_balancer   = "net"
port            = 53
protocol        = "TCP_UDP"
default_actions = [{ type = "forward", target_group = "net" }]
"#,
    by: By::Check(|cx, out| {
        for listener in cx.of(ElbListener) {
            let own = listener.get("protocol");
            let fits: &[&str] = match own.text().as_deref() {
                Some("TCP") => &["TCP", "TCP_UDP", "TCP_QUIC"],
                Some("TLS") => &["TLS", "TCP"],
                Some("UDP") => &["UDP", "TCP_UDP"],
                Some("QUIC") => &["QUIC", "TCP_QUIC"],
                Some("TCP_UDP") => &["TCP_UDP"],
                Some("TCP_QUIC") => &["TCP_QUIC"],
                _ => continue,
            };
            for place in forwards(&listener.get("default_actions")) {
                let Some(protocol) = place.target().map(|group| group.get("protocol")) else { continue };
                let wrong = |name: &str| NETWORK.contains(&name) && !fits.contains(&name);
                if let Some(name) = protocol.text().filter(|name| wrong(name)) {
                    out.at(&place, format!("a target group of {name} does not fit this listener"))
                        .label(format!("fitting: {}", fits.join(", ")))
                        .related(&own, "the listener's protocol")
                        .related(&protocol, "the target group's");
                }
            }
        }
    }),
};

pub static LB_006: Rule = Rule {
    id: "LB-006",
    severity: Severity::Error,
    title: "certificates where they do not belong, or none where one does",
    doc: "A listener of HTTPS or TLS has exactly one certificate (\"A certificate must be specified for HTTPS \
          listeners\"); one of another protocol has neither certificate nor SSL policy. ALPN is TLS's, mutual \
          authentication HTTPS's. is_default is AWS's to set.",
    fix: "certificates = [\"arn:aws:acm:…\"], or remove what belongs to TLS",
    source: "AWS API: elbv2 CreateListener, Certificates; measured by cdk-preflight (elbv2-listener-sslpolicy-secure-only)",
    bad: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 9443
protocol        = "HTTPS"
default_actions = [{ type = "forward", target_group = "blue" }]
"#,
    good: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 9443
protocol        = "HTTPS"
certificates    = ["arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
default_actions = [{ type = "forward", target_group = "blue" }]
"#,
    by: By::Check(certificates),
};

fn certificates(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for listener in cx.of(ElbListener) {
        let protocol = listener.get("protocol");
        let Some(name) = protocol.text() else { continue };
        let certificates = listener.get("certificates");
        let secure = ["HTTPS", "TLS"].contains(&&*name);
        let count = certificates.items().count();
        if secure && count == 0 {
            out.at(&protocol, format!("a listener of {name} needs a certificate"))
                .label("without a certificate");
        }
        if secure && count > 1 {
            out.at(&certificates, format!("a listener is made with one certificate, not {count}"));
        }
        for flag in certificates.items().map(|item| item.get("is_default")).filter(At::exists) {
            out.at(&flag, "is_default is not for you to set").fix("remove is_default");
        }
        let misplaced = [
            ("certificates", !secure),
            ("ssl_policy", !secure),
            ("alpn_policy", name != "TLS"),
            ("mutual_authentication", name != "HTTPS"),
        ];
        for (field, _) in misplaced.into_iter().filter(|(_, wrong)| *wrong) {
            let at = listener.get(field);
            if !at.is_empty() {
                out.at(&at, format!("a listener of {name} has no {field}"))
                    .fix(format!("remove {field}"))
                    .related(&protocol, "the protocol");
            }
        }
    }
}
