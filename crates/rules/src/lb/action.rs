//! Actions of listeners and rules.

use super::kind_of;
use super::routes::all;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// Each type of action with the member that goes with it.
const CONFIGS: &[(&str, &str)] = &[
    ("forward", "forward_config"),
    ("redirect", "redirect_config"),
    ("fixed-response", "fixed_response_config"),
    ("authenticate-oidc", "authenticate_oidc_config"),
    ("authenticate-cognito", "authenticate_cognito_config"),
    ("jwt-validation", "jwt_validation_config"),
];
const ROUTING: &[&str] = &["forward", "redirect", "fixed-response"];

pub static LB_031: Rule = Rule {
    id: "LB-031",
    severity: Severity::Error,
    title: "actions that AWS does not take",
    doc: "A list of actions ends with exactly one forward, redirect or fixed-response. Each action carries the \
          settings of its own type and of no other. A network load balancer only forwards, and authentication needs \
          an HTTPS listener.",
    fix: "end the list with one forward, redirect or fixed-response, each with its own settings",
    source: "AWS API: elbv2 Action",
    bad: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "redirect", target_group = "blue" }]
"#,
    good: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "redirect", redirect_config = { protocol = "HTTPS", port = "443", status_code = "HTTP_301" } }]
"#,
    by: By::Check(actions),
};

fn actions(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (route, field) in all(cx) {
        let listener = if field == "actions" { route.get("listener").target() } else { Some(route.clone()) };
        let network = listener.as_ref().and_then(kind_of).is_some_and(|kind| kind == "network");
        let list = route.get(field);
        let mut items: Vec<At<'_>> = list.items().collect();
        items.sort_by_key(|action| action.get("order").int().unwrap_or_default());
        let routing = |action: &&At<'_>| action.get("type").is_one_of(ROUTING);
        if items.iter().filter(routing).count() != 1 || !items.last().as_ref().is_some_and(routing) {
            out.at(&list, "actions end with exactly one forward, redirect or fixed-response");
        }
        for action in &items {
            members(action, out);
            let at = action.get("type");
            let Some(kind) = at.text() else { continue };
            if network && kind != "forward" {
                out.at(&at, format!("a network load balancer has no action {kind}"));
            }
            let secure = listener.as_ref().is_none_or(|listener| listener.get("protocol").is("HTTPS"));
            if !ROUTING.contains(&&*kind) && !secure {
                out.at(&at, format!("{kind} needs an HTTPS listener"));
            }
        }
    }
}

fn members(action: &At<'_>, out: &mut Sink<'_>) {
    let Some(kind) = action.get("type").text() else { return };
    for (name, member) in CONFIGS {
        let at = action.get(member);
        if *name != kind && at.exists() {
            out.at(&at, format!("an action of type {kind} has no {member}"));
        } else if *name == kind && kind != "forward" && !at.exists() {
            out.at(action, format!("an action of type {kind} needs {member}"));
        }
    }
    let group = action.get("target_group");
    if kind != "forward" && group.exists() {
        out.at(&group, format!("an action of type {kind} has no target group"));
    } else if kind == "forward" && !group.exists() && action.get("forward_config.target_groups").is_empty() {
        out.at(action, "this forwards to no target group");
    }
}

pub static LB_032: Rule = Rule {
    id: "LB-032",
    severity: Severity::Error,
    title: "a redirect that AWS does not take",
    doc: "A redirect must change something, or it goes round for ever; it never leads from HTTPS to HTTP; its port \
          is `#{port}` or 1 to 65535, and its path begins with `/`.",
    fix: "change protocol, host, port, path or query",
    source: "AWS API: elbv2 RedirectActionConfig",
    bad: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "redirect", redirect_config = { status_code = "HTTP_301" } }]
"#,
    good: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "redirect", redirect_config = { port = "443", protocol = "HTTPS", status_code = "HTTP_301" } }]
"#,
    by: By::Check(redirects),
};

/// What a redirect keeps where nothing is said.
const KEPT: &[(&str, &str)] = &[
    ("protocol", "#{protocol}"),
    ("port", "#{port}"),
    ("host", "#{host}"),
    ("path", "/#{path}"),
    ("query", "#{query}"),
];

fn redirects(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (route, field) in all(cx) {
        let secure = route.get("protocol").is("HTTPS");
        for config in route.get(field).items().map(|action| action.get("redirect_config")).filter(At::exists)
        {
            if KEPT.iter().all(|(member, kept)| config.get(member).is(kept)) {
                out.at(&config, "this redirect changes nothing, so it loops");
            }
            let protocol = config.get("protocol");
            if secure && protocol.is("HTTP") {
                out.at(&protocol, "HTTPS cannot be redirected to HTTP").fix("protocol = \"HTTPS\"");
            }
            let port = config.get("port");
            let valid = |text: &str| text == "#{port}" || text.parse::<u16>().is_ok_and(|number| number > 0);
            if port.text().is_some_and(|text| !valid(&text)) {
                out.at(&port, "a redirect's port is `#{port}` or 1 to 65535");
            }
            let path = config.get("path");
            if let Some(text) = path.text().filter(|text| !text.starts_with('/')) {
                out.at(&path, format!("`{text}` does not begin with `/`"));
            }
        }
    }
}

pub static LB_033: Rule = Rule {
    id: "LB-033",
    severity: Severity::Error,
    title: "a forward that AWS does not take",
    doc: "A forward names one to five different target groups with weights of 0 to 999; stickiness lasts 1 to \
          604800 seconds and needs its duration when it is on.",
    fix: "keep within the limits",
    source: "AWS API: elbv2 ForwardActionConfig, TargetGroupTuple, TargetGroupStickinessConfig",
    bad: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "forward", forward_config = { target_groups = [{ target_group = "blue", weight = 1000 }] } }]
"#,
    good: r#"
[elb.listener.other]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "forward", forward_config = { target_groups = [{ target_group = "blue", weight = 999 }] } }]
"#,
    by: By::Check(|cx, out| {
        for (route, field) in all(cx) {
            for action in route.get(field).items() {
                forward(&action, out);
            }
        }
    }),
};

fn forward(action: &At<'_>, out: &mut Sink<'_>) {
    let config = action.get("forward_config");
    let groups: Vec<At<'_>> = config.get("target_groups").items().collect();
    if groups.len() > 5 {
        out.at(&config.get("target_groups"), format!("{} target groups, AWS takes five", groups.len()));
    }
    for (i, entry) in groups.iter().enumerate() {
        let weight = entry.get("weight");
        if let Some(number) = weight.int().filter(|number| !(0..=999).contains(number)) {
            out.at(&weight, format!("weight {number}, AWS takes 0 to 999"));
        }
        let group = entry.get("target_group");
        let same = |other: &At<'_>| other.get("target_group").value() == group.value();
        if groups[..i].iter().any(same) {
            out.at(&group, "this target group is named twice");
        }
    }
    let single = action.get("target_group");
    let same = |entry: &At<'_>| entry.get("target_group").value() == single.value();
    if single.exists() && !groups.is_empty() && !(groups.len() == 1 && groups.iter().all(same)) {
        out.at(&single, "target_group and forward_config name different groups").fix("keep forward_config");
    }
    let stickiness = config.get("target_group_stickiness_config");
    let duration = stickiness.get("duration_seconds");
    match duration.int() {
        Some(seconds) if !(1..=604_800).contains(&seconds) => {
            out.at(&duration, format!("{seconds} seconds, AWS takes 1 to 604800"));
        }
        None if stickiness.get("enabled").flag() => {
            out.at(&stickiness, "stickiness needs its duration_seconds");
        }
        _ => {}
    }
}
