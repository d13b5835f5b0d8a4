//! Rules of listeners: priorities and conditions.

use recon_model::KindId::ElbListenerRule;

use super::kind_of;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static LB_024: Rule = Rule {
    id: "LB-024",
    severity: Severity::Error,
    title: "a rule's priority out of range",
    doc: "Priorities are 1 to 50000, each once per listener (PriorityInUse; two rules of one priority are one \
          resource to recon, and are refused when the stack is read).",
    fix: "choose a free priority between 1 and 50000",
    source: "AWS API: elbv2 CreateRule, Priority",
    bad: r#"
[elb.listener_rule.api]
listener   = "production"
priority   = 60000
conditions = [{ field = "path-pattern", values = ["/api/*"] }]
actions    = [{ type = "forward", target_group = "blue" }]
"#,
    good: r#"
[elb.listener_rule.api]
listener   = "production"
priority   = 100
conditions = [{ field = "path-pattern", values = ["/api/*"] }]
actions    = [{ type = "forward", target_group = "blue" }]
"#,
    by: By::Model(&[("elb.listener_rule", "priority")]),
};

/// Each field with the member that holds its values.
const FIELDS: &[(&str, &str)] = &[
    ("host-header", "host_header_config"),
    ("path-pattern", "path_pattern_config"),
    ("http-header", "http_header_config"),
    ("http-request-method", "http_request_method_config"),
    ("query-string", "query_string_config"),
    ("source-ip", "source_ip_config"),
];

pub static LB_034: Rule = Rule {
    id: "LB-034",
    severity: Severity::Error,
    title: "conditions that AWS does not take",
    doc: "A rule has at least one condition and at most five values in all of them; host-header, path-pattern, \
          http-request-method and source-ip stand once each; every condition has a field that AWS knows, values in \
          the member that belongs to it, and source-ip in CIDR form.",
    fix: "correct the condition; a sixth value belongs into another rule",
    source: "AWS API: elbv2 RuleCondition; ELB user guide, listener rules",
    bad: r#"
[elb.listener_rule.api]
listener   = "production"
priority   = 100
conditions = [{ field = "path", values = ["/api/*"] }]
actions    = [{ type = "forward", target_group = "blue" }]
"#,
    good: r#"
[elb.listener_rule.api]
listener   = "production"
priority   = 100
conditions = [{ field = "path-pattern", values = ["/api/*"] }]
actions    = [{ type = "forward", target_group = "blue" }]
"#,
    by: By::Check(conditions),
};

fn conditions(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for rule in cx.of(ElbListenerRule) {
        let list = rule.get("conditions");
        if list.is_empty() {
            out.at(&rule, format!("{} has no condition", rule.address()));
        }
        let all: Vec<At<'_>> = list.items().collect();
        let values: usize = all.iter().map(|condition| values(condition).len()).sum();
        if values > 5 {
            out.at(&list, format!("{values} values in the conditions of one rule, AWS takes five"));
        }
        for (i, condition) in all.iter().enumerate() {
            let field = condition.get("field");
            let Some(name) = field.text() else { continue };
            let once = ["host-header", "path-pattern", "http-request-method", "source-ip"].contains(&&*name);
            if once && all[..i].iter().any(|other| other.get("field").is(&name)) {
                out.at(&field, format!("a rule has one condition on {name}"));
            }
            one(condition, &name, out);
        }
    }
}

/// The values of a condition, whichever member holds them.
fn values<'c>(condition: &At<'c>) -> Vec<At<'c>> {
    let configs = FIELDS.iter().map(|(_, member)| condition.get(member));
    let holders = configs.chain([condition.clone()]);
    holders
        .flat_map(|holder| ["values", "regex_values"].map(|member| holder.get(member)))
        .flat_map(|list| list.items().collect::<Vec<_>>())
        .collect()
}

fn one(condition: &At<'_>, field: &str, out: &mut Sink<'_>) {
    let Some((_, config)) = FIELDS.iter().find(|(name, _)| *name == field) else {
        let known: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
        let found = out.at(&condition.get("field"), format!("there is no condition on `{field}`"));
        if let Some(near) = recon_model::load::nearest(field, known.iter().copied()) {
            found.fix(format!("did you mean `{near}`?"));
        }
        return;
    };
    for (_, other) in FIELDS.iter().filter(|(name, _)| *name != field) {
        let at = condition.get(other);
        if at.exists() {
            out.at(&at, format!("a condition on {field} has no {other}")).fix(format!("use {config}"));
        }
    }
    let short = condition.get("values");
    if short.exists() && !["host-header", "path-pattern"].contains(&field) {
        out.at(&short, format!("the values of {field} stand in {config}")).fix(format!("{config} = {{ … }}"));
    }
    let given = values(condition);
    if given.is_empty() {
        out.at(condition, format!("this condition on {field} has no value"));
    }
    if field == "http-header" && !condition.get(config).get("http_header_name").exists() {
        out.at(condition, "a condition on http-header needs http_header_name");
    }
    for value in given.iter().filter(|_| field == "source-ip") {
        if value.text().is_some_and(|text| !text.contains('/')) {
            out.at(value, "an address needs its length: 203.0.113.7/32");
        }
    }
}

pub static LB_036: Rule = Rule {
    id: "LB-036",
    severity: Severity::Error,
    title: "a rule on a network load balancer",
    doc: "Listener rules are an application load balancer's; a network load balancer's listener has its default \
          action alone.",
    fix: "remove the rule, or use an application load balancer",
    source: "AWS API: elbv2 CreateRule",
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
port        = 8080

[elb.listener.net]
load_balancer   = "net"
port            = 8080
protocol        = "TCP"
default_actions = [{ type = "forward", target_group = "net" }]

[elb.listener_rule.net]
listener   = "net"
priority   = 1
conditions = [{ field = "path-pattern", values = ["/api/*"] }]
actions    = [{ type = "forward", target_group = "net" }]
"#,
    good: r#"
[elb.listener_rule.api]
listener   = "production"
priority   = 1
conditions = [{ field = "path-pattern", values = ["/api/*"] }]
actions    = [{ type = "forward", target_group = "blue" }]
"#,
    by: By::Check(|cx, out| {
        for rule in cx.of(ElbListenerRule) {
            let at = rule.get("listener");
            let Some(listener) = at.target() else { continue };
            if kind_of(&listener).is_some_and(|kind| kind == "network") {
                out.at(&at, "a network load balancer's listener has no rules")
                    .related(&listener, "the listener");
            }
        }
    }),
};
