//! Which listeners and rules forward to which target groups.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::Address;
use recon_model::KindId::{ElbListener, ElbListenerRule};

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// One forward to a target group.
#[derive(Debug, Clone)]
pub struct Way<'c> {
    /// The listener itself, if it is in the stack.
    pub listener: Option<At<'c>>,
    /// Where the target group is named.
    pub place: At<'c>,
}

/// Target groups of the stack with every way to them.
pub type Routes<'c> = BTreeMap<Address, Vec<Way<'c>>>;

/// Everything in the stack that forwards.
pub fn routes<'c>(cx: &'c Cx<'c>) -> Routes<'c> {
    let mut found = Routes::new();
    for (route, field) in all(cx) {
        let listener = if field == "actions" { route.get("listener").target() } else { Some(route.clone()) };
        for place in forwards(&route.get(field)) {
            if let Some(group) = place.target() {
                let way = Way { listener: listener.clone(), place };
                found.entry(group.address().clone()).or_default().push(way);
            }
        }
    }
    found
}

/// Every listener and rule with the field that holds its actions.
pub fn all<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, &'static str)> {
    let listeners = cx.of(ElbListener).map(|at| (at, "default_actions"));
    listeners.chain(cx.of(ElbListenerRule).map(|at| (at, "actions")))
}

/// The places in actions where target groups are named.
pub fn forwards<'c>(actions: &At<'c>) -> Vec<At<'c>> {
    let of = |action: At<'c>| {
        let many = action.get("forward_config.target_groups").items().map(|entry| entry.get("target_group"));
        std::iter::once(action.get("target_group")).chain(many).filter(At::exists).collect::<Vec<_>>()
    };
    actions.items().flat_map(of).collect()
}

pub static LB_014: Rule = Rule {
    id: "LB-014",
    severity: Severity::Error,
    title: "a target group behind two load balancers",
    doc: "A target group belongs to one load balancer: \"The following target groups cannot be associated with more \
          than one load balancer\" (TargetGroupAssociationLimit).",
    fix: "give each load balancer target groups of its own",
    source: "AWS API: elbv2 CreateListener; measured by cdk-preflight (elbv2-tg-single-load-balancer)",
    bad: r#"
[elb.load_balancer.second]
name            = "second"
subnets         = "public"
security_groups = "front"

[elb.listener.second]
load_balancer   = "second"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "forward", target_group = "blue" }]
"#,
    good: r#"
[elb.listener.second]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "forward", target_group = "blue" }]
"#,
    by: By::Check(one_balancer),
};

fn one_balancer(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (group, ways) in routes(cx) {
        let owner = |way: &Way<'_>| {
            way.listener
                .as_ref()
                .and_then(|listener| listener.get("load_balancer").target())
                .map(|b| b.address().clone())
        };
        let mut owners = BTreeSet::new();
        let first = ways.iter().find(|way| owner(way).is_some());
        for way in &ways {
            let Some(own) = owner(way) else { continue };
            if owners.insert(own.clone())
                && owners.len() > 1
                && let Some(first) = first
            {
                out.at(&way.place, format!("{group} would belong to two load balancers"))
                    .label(format!("through {own}"))
                    .related(&first.place, "and here to another");
            }
        }
    }
}

pub static LB_025: Rule = Rule {
    id: "LB-025",
    severity: Severity::Error,
    title: "one forward to target groups of different protocols",
    doc: "All target groups of a forward action have the same protocol (InvalidLoadBalancerAction).",
    fix: "give them the same protocol",
    source: "AWS API: elbv2 Action; measured by cdk-preflight (elbv2-action-forward-same-protocol)",
    bad: r#"
[elb.target_group.green]
protocol = "HTTPS"

[elb.listener.weighted]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "forward", forward_config = { target_groups = [{ target_group = "blue", weight = 90 }, { target_group = "green", weight = 10 }] } }]
"#,
    good: r#"
[elb.listener.weighted]
load_balancer   = "front"
port            = 8080
protocol        = "HTTP"
default_actions = [{ type = "forward", forward_config = { target_groups = [{ target_group = "blue", weight = 90 }, { target_group = "green", weight = 10 }] } }]
"#,
    by: By::Check(|cx, out| {
        for (route, field) in all(cx) {
            for action in route.get(field).items() {
                let places =
                    action.get("forward_config.target_groups").items().map(|g| g.get("target_group"));
                let known = places.filter_map(|at| Some((at.target()?.get("protocol").text()?, at)));
                let known: Vec<_> = known.collect();
                let Some((first, place)) = known.first() else { continue };
                for (protocol, at) in known.iter().filter(|(protocol, _)| protocol != first) {
                    out.at(at, format!("this group has protocol {protocol}, the first one {first}"))
                        .related(place, "the first group");
                }
            }
        }
    }),
};
