//! Attributes: their names, their values, and what they ask of each other.

use recon_model::KindId::{ElbListener, ElbLoadBalancer, ElbTargetGroup};
use recon_model::load::nearest;

use super::tables::of;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

fn carriers<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    cx.of(ElbLoadBalancer).chain(cx.of(ElbTargetGroup)).chain(cx.of(ElbListener))
}

pub static LB_038: Rule = Rule {
    id: "LB-038",
    severity: Severity::Error,
    title: "an attribute that there is not",
    doc: "Attributes are texts to texts, so that only AWS's call would find a slip: \"attribute key … is not \
          recognized\". Which there are depends on the type of the load balancer and on the protocol.",
    fix: "see AWS's reference: LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute",
    source: "AWS API: elbv2 LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute",
    bad: r#"
[elb.load_balancer.front.attributes]
"idle_timeout.seconds" = 120
"#,
    good: r#"
[elb.load_balancer.front.attributes]
"idle_timeout.timeout_seconds" = 120
"#,
    by: By::Check(|cx, out| {
        for resource in carriers(cx) {
            let Some(tables) = of(&resource) else { continue };
            let known: Vec<&str> =
                tables.iter().flat_map(|table| table.iter().map(|(key, _)| *key)).collect();
            for (key, at) in resource.get("attributes").entries().filter(|(key, _)| !known.contains(key)) {
                let found = out.at(&at, format!("{} has no attribute `{key}`", resource.address()));
                if let Some(near) = nearest(key, known.iter().copied()) {
                    found.fix(format!("did you mean `{near}`?"));
                }
            }
        }
    }),
};

pub static LB_039: Rule = Rule {
    id: "LB-039",
    severity: Severity::Error,
    title: "an attribute with a value that it does not take",
    doc: "Each attribute is a switch, one of a few words, or a number in a range.",
    fix: "give it one of the values that it takes",
    source: "AWS API: elbv2 LoadBalancerAttribute, TargetGroupAttribute, ListenerAttribute",
    bad: r#"
[elb.target_group.idle.attributes]
"deregistration_delay.timeout_seconds" = 7200
"#,
    good: r#"
[elb.target_group.idle.attributes]
"deregistration_delay.timeout_seconds" = 60
"#,
    by: By::Check(|cx, out| {
        for resource in carriers(cx) {
            let Some(tables) = of(&resource) else { continue };
            for (key, form) in tables.into_iter().flatten() {
                let at = resource.get("attributes").key(key);
                if let Some(value) = at.text().filter(|value| !form.allows(value)) {
                    out.at(&at, format!("{key} cannot be `{value}`"))
                        .label(format!("it takes {}", form.words()));
                }
            }
        }
    }),
};

pub static LB_040: Rule = Rule {
    id: "LB-040",
    severity: Severity::Error,
    title: "attributes that contradict each other",
    doc: "Logs need their bucket; slow start is 0 or 30 to 900 seconds and for round robin only; anomaly mitigation \
          is for weighted_random; stickiness by app_cookie needs a cookie's name, which is not one of AWSALB's own.",
    fix: "set what is missing, or take the one back",
    source: "AWS API: elbv2 LoadBalancerAttribute, TargetGroupAttribute",
    bad: r#"
[elb.load_balancer.front.attributes]
"connection_logs.s3.enabled" = true
"#,
    good: r#"
[elb.load_balancer.front.attributes]
"connection_logs.s3.enabled" = true
"connection_logs.s3.bucket"  = "the-logs"
"#,
    by: By::Check(contradictions),
};

fn contradictions(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for balancer in cx.of(ElbLoadBalancer) {
        let attributes = balancer.get("attributes");
        for logs in ["access_logs", "connection_logs", "health_check_logs"] {
            let enabled = attributes.key(&format!("{logs}.s3.enabled"));
            let bucket = format!("{logs}.s3.bucket");
            if enabled.flag()
                && attributes.key(&bucket).text().is_none_or(|name| name.is_empty())
                && attributes.key(&bucket).known()
            {
                out.at(&enabled, format!("{logs} need a bucket")).fix(format!("\"{bucket}\" = \"…\""));
            }
        }
    }
    for group in cx.of(ElbTargetGroup) {
        target_group(&group.get("attributes"), out);
    }
}

fn target_group(attributes: &At<'_>, out: &mut Sink<'_>) {
    let start = attributes.key("slow_start.duration_seconds");
    let algorithm = attributes.key("load_balancing.algorithm.type");
    let round_robin = !algorithm.exists() || algorithm.is("round_robin");
    if let Some(seconds) = start.int().filter(|seconds| *seconds > 0) {
        if seconds < 30 {
            out.at(&start, "slow start is 0 or 30 to 900 seconds");
        } else if !round_robin {
            out.at(&start, "slow start goes with round_robin only").related(&algorithm, "the algorithm");
        }
    }
    let mitigation = attributes.key("load_balancing.algorithm.anomaly_mitigation");
    if mitigation.is("on") && !algorithm.is("weighted_random") {
        out.at(&mitigation, "anomaly mitigation goes with weighted_random only");
    }
    let sticky = attributes.key("stickiness.type");
    if attributes.key("stickiness.enabled").flag() && sticky.is("app_cookie") {
        let cookie = attributes.key("stickiness.app_cookie.cookie_name");
        match cookie.text() {
            None => {
                out.at(&sticky, "stickiness by app_cookie needs a cookie's name")
                    .fix("\"stickiness.app_cookie.cookie_name\" = \"…\"");
            }
            Some(name) if name.starts_with("AWSALB") => {
                out.at(&cookie, format!("`{name}` is reserved for the load balancer"));
            }
            Some(_) => {}
        }
    }
}
