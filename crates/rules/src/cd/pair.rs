//! The pair of target groups.

use super::{PRODUCTION, groups, listeners, members, pairs};
use crate::at::At;
use crate::cx::Cx;
use crate::lb::routes::routes;
use crate::marked;
use crate::network::vpc;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CD_009: Rule = Rule {
    id: "CD-009",
    severity: Severity::Error,
    title: "not exactly one pair of target groups",
    doc: "An ECS deployment group has exactly one target group pair: \"For ECS deployment group, loadBalancerInfo must \
          be specified\" (and must not contain elbInfo or targetGroupInfo lists).",
    fix: "load_balancer_info = { target_group_pair_info_list = [{ … }] }",
    source: "AWS API: codedeploy LoadBalancerInfo",
    bad: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = []
"#,
    good: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] }, test_traffic_route = { listeners = ["test"] } }]
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let info = group.get("load_balancer_info");
            for field in ["elb_info_list", "target_group_info_list"] {
                let at = info.get(field);
                if at.exists() {
                    out.at(&at, format!("an ECS deployment group has no {field}"))
                        .fix(format!("remove {field}"));
                }
            }
            let count = pairs(&group).count();
            if count != 1 {
                let list = info.get("target_group_pair_info_list");
                let at = if list.exists() { &list } else { &group };
                out.at(at, format!("{} has {count} pairs of target groups, and needs one", group.address()));
            }
        }
    }),
};

pub static CD_010: Rule = Rule {
    id: "CD-010",
    severity: Severity::Error,
    title: "a pair that is none",
    doc: "A pair is two different target groups: one serves while the other takes the new version \
          (InvalidTargetGroupPairException).",
    fix: "target_groups = [\"blue\", \"green\"]",
    source: "AWS API: codedeploy TargetGroupPairInfo",
    bad: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "blue"], prod_traffic_route = { listeners = ["production"] } }]
"#,
    good: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] } }]
"#,
    by: By::Check(|cx, out| {
        for pair in groups(cx).flat_map(|group| pairs(&group)) {
            let list = pair.get("target_groups");
            let all = members(&pair);
            match all.as_slice() {
                [one, other] if one.value() == other.value() => {
                    out.at(other, "both halves of the pair are the same group")
                        .related(one, "the first half");
                }
                [_, _] => {}
                _ => {
                    out.at(&list, format!("a pair has two target groups, here are {}", all.len()));
                }
            }
        }
    }),
};

pub static CD_011: Rule = Rule {
    id: "CD-011",
    severity: Severity::Error,
    title: "a target group by something else than its name",
    doc: "CodeDeploy calls target groups by name, not by ARN: \"The target group name … exceeds the maximum allowed \
          length of 32 characters.\"",
    fix: "give the name: { name = \"…\" }",
    source: "AWS API: codedeploy TargetGroupInfo; measured by cdk-preflight (codedeploy-dg-target-group-name-max-32)",
    bad: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", { name = { name = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/1" } }], prod_traffic_route = { listeners = ["production"] } }]
"#,
    good: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", { name = { name = "other-green" } }], prod_traffic_route = { listeners = ["production"] } }]
"#,
    by: By::Check(|cx, out| {
        for pair in groups(cx).flat_map(|group| pairs(&group)) {
            for at in members(&pair) {
                if let Some(name) = at.text().filter(|name| name.starts_with("arn:") || name.len() > 32) {
                    out.at(&at, format!("`{name}` is no target group's name"));
                }
            }
        }
    }),
};

pub static CD_015: Rule = Rule {
    id: "CD-015",
    severity: Severity::Error,
    title: "a pair behind another load balancer than its listeners'",
    doc: "A target group of the pair \"can't be associated with a different load balancer than the one the service \
          uses\".",
    fix: "give the deployment group target groups of its own",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy",
    bad: r#"
[elb.load_balancer.second]
name            = "second"
subnets         = "public"
security_groups = "front"

[elb.listener.test]
load_balancer = "second"

[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] } }]
"#,
    good: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] } }]
"#,
    by: By::Check(other_balancer),
};

fn other_balancer(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let routes = routes(cx);
    let balancer_of = |listener: &At<'_>| Some(listener.get("load_balancer").target()?.address().clone());
    for pair in groups(cx).flat_map(|group| pairs(&group)) {
        let production = listeners(&pair, PRODUCTION);
        let Some(home) = production.iter().find_map(|at| balancer_of(&at.target()?)) else { continue };
        for at in members(&pair) {
            let Some(group) = at.target() else { continue };
            for way in routes.get(group.address()).into_iter().flatten() {
                let own = way.listener.as_ref().and_then(balancer_of);
                if let Some(own) = own.filter(|own| *own != home) {
                    out.at(&at, format!("{} belongs to {own}, the listeners to {home}", group.address()))
                        .related(&way.place, "through this");
                }
            }
        }
    }
}

pub static CD_016: Rule = Rule {
    id: "CD-016",
    severity: Severity::Error,
    title: "two target groups of different shape",
    doc: "The new tasks register in the other group of the pair, and the same listener forwards to both in turn: they \
          must agree in protocol, protocol version, target type and VPC (IncompatibleProtocols).",
    fix: "make them equal but for the name",
    source: "AWS API: elbv2 ModifyListener, IncompatibleProtocols",
    bad: r#"
[elb.target_group.green]
protocol_version = "HTTP2"
"#,
    good: r#"
[elb.target_group.green]
protocol_version = "HTTP1"
"#,
    by: By::Network(|cx, out| {
        for (_, one, other) in both(cx) {
            for field in ["protocol", "protocol_version", "target_type", "ip_address_type"] {
                differ(&one, &other, field, out);
            }
            if let (Some(a), Some(b)) = (vpc(&one.get("vpc")), vpc(&other.get("vpc")))
                && a.differs(&b, cx)
            {
                out.at(&other.get("vpc"), "the groups of a pair lie in one VPC")
                    .related(&one.get("vpc"), "the other");
            }
        }
    }),
};

/// Every pair whose two target groups are in the stack, with its place.
fn both<'c>(cx: &'c Cx<'c>) -> Vec<(At<'c>, At<'c>, At<'c>)> {
    let of = |pair: At<'c>| match members(&pair).as_slice() {
        [one, other] if one.value() != other.value() => Some((pair, one.target()?, other.target()?)),
        _ => None,
    };
    groups(cx).flat_map(|group| pairs(&group)).filter_map(of).collect()
}

/// `field` is a path, or a table and a key of it with a space between.
fn differ(one: &At<'_>, other: &At<'_>, field: &str, out: &mut Sink<'_>) {
    let (table, key) = field.split_once(' ').unwrap_or((field, ""));
    let (mut a, mut b) = (one.canonical().get(table), other.canonical().get(table));
    if !key.is_empty() {
        (a, b) = (a.key(key), b.key(key));
    }
    if a.known() && b.known() && a.value() != b.value() {
        let words = |at: &At<'_>| {
            at.value()
                .map_or("not set".to_string(), |value| marked::value(&value).to_string().replace('"', ""))
        };
        let name = if key.is_empty() { field } else { key };
        let message = format!("{name} is {} in {} and {} here", words(&a), one.address(), words(&b));
        out.at(&b, message).related(&a, "the other group of the pair");
    }
}

pub static CD_033: Rule = Rule {
    id: "CD-033",
    severity: Severity::Warning,
    title: "two target groups that judge differently",
    doc: "Blue and green change places with every deployment. Where their health checks or attributes differ, every \
          second deployment is judged, and served, in another way.",
    fix: "make them equal but for the name",
    source: "AWS: CodeDeploy user guide, deployment steps for ECS",
    bad: r#"
[elb.target_group.green]
health_check_interval_seconds = 60
"#,
    good: r#"
[elb.target_group.green]
health_check_interval_seconds = 30
"#,
    by: By::Check(|cx, out| {
        for (_, one, other) in both(cx) {
            for field in [
                "port",
                "health_check_protocol",
                "health_check_port",
                "health_check_path",
                "health_check_interval_seconds",
                "health_check_timeout_seconds",
                "healthy_threshold_count",
                "unhealthy_threshold_count",
                "matcher",
            ] {
                differ(&one, &other, field, out);
            }
            for (key, _) in other.canonical().get("attributes").entries() {
                differ(&one, &other, &format!("attributes {key}"), out);
            }
        }
    }),
};

pub static CD_017: Rule = Rule {
    id: "CD-017",
    severity: Severity::Error,
    title: "a service that serves neither group of the pair",
    doc: "The service's own target group is where CodeDeploy finds the running version: it is one of the pair.",
    fix: "name one group of the pair in the service's load_balancers",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy",
    bad: r#"
[elb.target_group.third]
name              = "third"
vpc               = "main"
target_type       = "ip"
protocol          = "HTTP"
port              = 8080
health_check_path = "/health"

[elb.listener.third]
load_balancer   = "front"
port            = 9443
protocol        = "HTTPS"
certificates    = ["arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
default_actions = [{ type = "forward", target_group = "third" }]

[ecs.service.api]
depends_on     = ["elb.listener.third"]
load_balancers = [{ target_group = "third", container_name = "api", container_port = 8080 }]
"#,
    good: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let named = group.get("ecs_services").items().find_map(|named| named.get("service").target());
            let Some(service) = named else { continue };
            let pair: Vec<At<'_>> = pairs(&group).flat_map(|pair| members(&pair)).collect();
            let in_pair = |own: &At<'_>| {
                pair.iter().any(|at| at.target().is_some_and(|t| t.address() == own.address()))
            };
            for at in service.get("load_balancers").items().map(|balancer| balancer.get("target_group")) {
                let Some(own) = at.target().filter(|own| !in_pair(own)) else { continue };
                let list = group.get("load_balancer_info.target_group_pair_info_list");
                if !pair.is_empty() {
                    out.at(&at, format!("{} is not of the pair that CodeDeploy moves", own.address()))
                        .related(&list, "the pair");
                }
            }
        }
    }),
};
