//! Good practice around load balancers, as cfn-lint, checkov and others ask for it.

use recon_model::KindId::{ElbListener, ElbLoadBalancer};

use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static LB_041: Rule = Rule {
    id: "LB-041",
    severity: Severity::Advice,
    title: "a listener that answers in the clear",
    doc: "What passes through an HTTP listener can be read and changed on its way. Listen to HTTPS, and let HTTP \
          redirect to it.",
    fix: "protocol = \"HTTPS\" with a certificate, or a redirect to it",
    source: "checkov CKV_AWS_2; AWS Security Hub ELB.1",
    bad: r#"
[elb.listener.plain]
load_balancer   = "front"
port            = 80
protocol        = "HTTP"
default_actions = [{ type = "forward", target_group = "blue" }]
"#,
    good: r#"
[elb.listener.plain]
load_balancer   = "front"
port            = 80
protocol        = "HTTP"
default_actions = [{ type = "redirect", redirect_config = { protocol = "HTTPS", port = "443", status_code = "HTTP_301" } }]
"#,
    by: By::Check(|cx, out| {
        for listener in cx.of(ElbListener) {
            let at = listener.get("protocol");
            let forwards =
                listener.get("default_actions").items().any(|action| action.get("type").is("forward"));
            if at.is("HTTP") && forwards {
                out.at(&at, format!("{} forwards what anybody on the way can read", listener.address()));
            }
        }
    }),
};

/// Load balancers of that type without the attribute.
fn without(cx: &Cx<'_>, out: &mut Sink<'_>, application: bool, key: &str, message: &str) {
    for balancer in cx.of(ElbLoadBalancer) {
        let at = balancer.get("attributes").key(key);
        if !at.flag() && at.known() && (!application || balancer.get("type").is("application")) {
            let place = if at.exists() { &at } else { &balancer };
            out.at(place, format!("{} {message}", balancer.address()));
        }
    }
}

pub static LB_042: Rule = Rule {
    id: "LB-042",
    severity: Severity::Advice,
    title: "invalid headers are let through",
    doc: "Headers with names that no standard allows are used to smuggle requests past a load balancer.",
    fix: "attributes = { \"routing.http.drop_invalid_header_fields.enabled\" = true }",
    source: "checkov CKV_AWS_131; AWS Security Hub ELB.4",
    bad: r#"
[elb.load_balancer.front.attributes]
"routing.http.drop_invalid_header_fields.enabled" = false
"#,
    good: r#"
[elb.load_balancer.front.attributes]
"routing.http.drop_invalid_header_fields.enabled" = true
"#,
    by: By::Check(|cx, out| {
        without(
            cx,
            out,
            true,
            "routing.http.drop_invalid_header_fields.enabled",
            "lets invalid headers through",
        );
    }),
};

pub static LB_043: Rule = Rule {
    id: "LB-043",
    severity: Severity::Advice,
    title: "a load balancer that one call deletes",
    doc: "Its name in DNS goes with it, and the next one has another. Deletion protection makes two steps of it; \
          recon's own `prevent_destroy` guards against recon alone.",
    fix: "attributes = { \"deletion_protection.enabled\" = true }",
    source: "checkov CKV_AWS_150; AWS Security Hub ELB.6",
    bad: r#"
[elb.load_balancer.front.attributes]
"deletion_protection.enabled" = false
"#,
    good: r#"
[elb.load_balancer.front.attributes]
"deletion_protection.enabled" = true
"#,
    by: By::Check(|cx, out| {
        without(cx, out, false, "deletion_protection.enabled", "is not protected from deletion")
    }),
};

pub static LB_044: Rule = Rule {
    id: "LB-044",
    severity: Severity::Advice,
    title: "a load balancer without access logs",
    doc: "Access logs are the only record of requests that never reached a task.",
    fix: "attributes = { \"access_logs.s3.enabled\" = true, \"access_logs.s3.bucket\" = \"…\" }",
    source: "checkov CKV_AWS_91; AWS Security Hub ELB.5",
    bad: r#"
[elb.load_balancer.front.attributes]
"access_logs.s3.enabled" = false
"#,
    good: r#"
[elb.load_balancer.front.attributes]
"access_logs.s3.enabled" = true
"#,
    by: By::Check(|cx, out| without(cx, out, false, "access_logs.s3.enabled", "writes no access logs")),
};
