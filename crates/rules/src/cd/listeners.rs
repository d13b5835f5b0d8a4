//! The listeners whose traffic CodeDeploy moves.

use super::{PRODUCTION, TEST, groups, listeners, members, pairs};
use crate::at::At;
use crate::cx::Cx;
use crate::lb::routes::routes;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CD_012: Rule = Rule {
    id: "CD-012",
    severity: Severity::Error,
    title: "not one listener for production, or more than one for tests",
    doc: "The production route has exactly one listener, the test route one at most \
          (InvalidTrafficRoutingConfigurationException).",
    fix: "prod_traffic_route = { listeners = [\"production\"] }",
    source: "AWS API: codedeploy TrafficRoute",
    bad: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production", "test"] } }]
"#,
    good: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] } }]
"#,
    by: By::Check(|cx, out| {
        for pair in groups(cx).flat_map(|group| pairs(&group)) {
            let production = listeners(&pair, PRODUCTION).len();
            if production != 1 {
                let at = pair.get(PRODUCTION).get("listeners");
                out.at(&at, format!("{production} listeners for production, CodeDeploy moves one"));
            }
            let tests = listeners(&pair, TEST).len();
            if tests > 1 {
                let at = pair.get(TEST).get("listeners");
                out.at(&at, format!("{tests} listeners for tests, CodeDeploy takes one"));
            }
        }
    }),
};

/// Every pair's production and test listener, with the places that name them.
fn both<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    groups(cx).flat_map(|group| pairs(&group).collect::<Vec<_>>()).filter_map(|pair| {
        let first = |route| listeners(&pair, route).into_iter().next();
        Some((first(PRODUCTION)?, first(TEST)?))
    })
}

pub static CD_013: Rule = Rule {
    id: "CD-013",
    severity: Severity::Error,
    title: "test traffic by the production listener",
    doc: "The test listener shows the new version before production sees it; where both are one listener, tests would \
          be made on production.",
    fix: "make a second listener on another port",
    source: "AWS: CodeDeploy user guide, deployment steps for ECS",
    bad: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] }, test_traffic_route = { listeners = ["production"] } }]
"#,
    good: r#"
[codedeploy.deployment_group.api.load_balancer_info]
target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] }, test_traffic_route = { listeners = ["test"] } }]
"#,
    by: By::Check(|cx, out| {
        for (production, test) in both(cx) {
            if production.value() == test.value() {
                out.at(&test, "production and tests share a listener").related(&production, "production");
            }
        }
    }),
};

pub static CD_014: Rule = Rule {
    id: "CD-014",
    severity: Severity::Error,
    title: "listeners of two load balancers",
    doc: "\"Both the production and test listeners must belong to the same load balancer.\"",
    fix: "take both from one load balancer",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy",
    bad: r#"
[elb.load_balancer.second]
name            = "second"
subnets         = "public"
security_groups = "front"

[elb.target_group.idle]
name        = "idle"
vpc         = "main"
target_type = "ip"
protocol    = "HTTP"
port        = 8080

[elb.listener.test]
load_balancer   = "second"
default_actions = [{ type = "forward", target_group = "idle" }]
"#,
    good: r#"
[elb.listener.test]
load_balancer   = "front"
default_actions = [{ type = "forward", target_group = "green" }]
"#,
    by: By::Check(|cx, out| {
        for (production, test) in both(cx) {
            let (Some(one), Some(other)) = (production.target(), test.target()) else { continue };
            let (one, other) = (one.get("load_balancer"), other.get("load_balancer"));
            if one.known() == other.known() && one.value() != other.value() {
                out.at(&test, "the test listener belongs to another load balancer than production's")
                    .related(&other, "the test listener's")
                    .related(&one, "production's");
            }
        }
    }),
};

pub static CD_018: Rule = Rule {
    id: "CD-018",
    severity: Severity::Error,
    title: "a production listener that does not lead to the pair",
    doc: "CodeDeploy takes the group that the production listener forwards to as the running version; when neither its \
          default action nor a rule of it forwards to a group of the pair, there is nothing to move.",
    fix: "forward to the first group of the pair",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy",
    bad: r#"
[elb.listener.production]
default_actions = [{ type = "fixed-response", fixed_response_config = { status_code = "404" } }]

[ecs.service.api]
load_balancers = [{ target_group = "green", container_name = "api", container_port = 8080 }]
depends_on     = ["elb.listener.test"]
"#,
    good: r#"
[elb.listener.production]
default_actions = [{ type = "forward", target_group = "blue" }]
"#,
    by: By::Check(|cx, out| {
        leads_to_pair(cx, out, PRODUCTION, "the production listener forwards to neither group of the pair");
    }),
};

pub static CD_019: Rule = Rule {
    id: "CD-019",
    severity: Severity::Warning,
    title: "a test listener that does not lead to the pair",
    doc: "The same for the test listener, when test traffic is let in.",
    fix: "forward to the second group of the pair",
    source: "AWS: CodeDeploy user guide, deployment steps for ECS",
    bad: r#"
[elb.listener.test]
default_actions = [{ type = "fixed-response", fixed_response_config = { status_code = "404" } }]
"#,
    good: r#"
[elb.listener.test]
default_actions = [{ type = "forward", target_group = "green" }]
"#,
    by: By::Check(|cx, out| {
        leads_to_pair(cx, out, TEST, "the test listener forwards to neither group of the pair");
    }),
};

fn leads_to_pair(cx: &Cx<'_>, out: &mut Sink<'_>, route: &str, message: &str) {
    let routes = routes(cx);
    for pair in groups(cx).flat_map(|group| pairs(&group)) {
        let groups: Vec<At<'_>> = members(&pair).iter().filter_map(At::target).collect();
        if groups.len() < members(&pair).len() {
            continue; // one of them is outside the stack, and so may its listener be
        }
        for at in listeners(&pair, route) {
            let Some(listener) = at.target() else { continue };
            let leads = groups
                .iter()
                .flat_map(|group| routes.get(group.address()).into_iter().flatten())
                .any(|way| way.listener.as_ref().is_some_and(|own| own.address() == listener.address()));
            if !leads {
                out.at(&at, message).related(&listener.get("default_actions"), "forwards elsewhere");
            }
        }
    }
}
