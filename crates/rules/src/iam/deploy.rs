//! What CodeDeploy does as the deployment group's role.

use std::collections::BTreeMap;

use recon_model::Address;
use recon_model::KindId::{CodedeployDeploymentGroup, ElbListenerRule};

use super::arn::{Thing, arn};
use super::need::{Need, demand};
use super::register::passes;
use crate::at::At;
use crate::rule::{By, Rule, Severity};
use crate::svc::task_definition;

pub static CD_029: Rule = Rule {
    id: "CD-029",
    severity: Severity::Error,
    title: "a CodeDeploy role that may not do a deployment",
    doc: "CodeDeploy makes and deletes task sets, moves listeners and passes the task's roles, all as the group's \
          role. Without that, a deployment ends with \"could not load ECS service information\". \
          AWSCodeDeployRoleForECS has it all; AWSCodeDeployRole is for instances.",
    fix: "managed = [\"AWSCodeDeployRoleForECS\"] in the role",
    source: "AWS managed policy AWSCodeDeployRoleForECS; CodeDeploy user guide, create a service role",
    bad: r#"
[iam.role.codedeploy]
managed = ["AWSCodeDeployRole"]
"#,
    good: r#"
[iam.role.codedeploy]
managed = ["AWSCodeDeployRoleForECS"]
"#,
    by: By::Check(|cx, out| {
        let mut routes: BTreeMap<Address, Vec<At<'_>>> = BTreeMap::new();
        for rule in cx.of(ElbListenerRule) {
            if let Some(listener) = rule.get("listener").target() {
                routes.entry(listener.address().clone()).or_default().push(rule);
            }
        }
        for group in cx.of(CodedeployDeploymentGroup) {
            let Some(role) = group.get("service_role").target() else { continue };
            if bare(&role) {
                out.at(
                    &role,
                    format!("{} has no policy: CodeDeploy may do nothing as this role", role.address()),
                )
                .related(&group.get("service_role"), "deploys as it");
                continue;
            }
            demand(needs(&role, &group, &routes), out);
        }
    }),
};

/// Without any policy it is said once, and not call by call.
fn bare(role: &At<'_>) -> bool {
    role.get("managed").is_empty() && role.get("inline").is_empty()
}

/// CD-030 speaks of the roles that AWSCodeDeployRoleForECSLimited passes.
fn limited(role: &At<'_>) -> bool {
    let name = |at: At<'_>| at.text().is_some_and(|arn| arn.ends_with("/AWSCodeDeployRoleForECSLimited"));
    role.get("managed").items().any(name)
}

fn needs<'c>(role: &At<'c>, group: &At<'c>, rules: &BTreeMap<Address, Vec<At<'c>>>) -> Vec<Need<'c>> {
    let mut needs = Vec::new();
    let need = |place: &At<'c>, why: &str, actions: &[&'static str], thing| {
        Need::new(role, place, why, actions, thing).named("deploy")
    };
    for named in group.get("ecs_services").items() {
        let at = named.get("service");
        let Some(service) = at.target() else { continue };
        let calls = ["ecs:CreateTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"];
        needs.push(need(&at, "CodeDeploy replaces its tasks", &calls, Thing::of(&service)));
        let set = Thing { arn: arn(&service).replacen(":service/", ":task-set/", 1), toml: "*".into() };
        let set = Thing { toml: "*".into(), ..set.inside("/", "task set") };
        needs.push(need(&at, "CodeDeploy ends its old tasks", &["ecs:DeleteTaskSet"], set));
        if let Some(definition) = task_definition(&service).filter(|_| !limited(role)) {
            needs.extend(passes(role, &at, &definition, "starts its tasks"));
        }
    }
    let routes: Vec<_> = group.get("load_balancer_info.target_group_pair_info_list").items().collect();
    let listeners: Vec<_> = routes
        .iter()
        .flat_map(|pair| ["prod_traffic_route", "test_traffic_route"].map(|route| pair.get(route)))
        .flat_map(|route| route.get("listeners").items())
        .collect();
    if let Some(place) = listeners.first() {
        let looks = [
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
        ];
        needs.push(need(place, "CodeDeploy looks at the traffic", &looks, Thing::all()));
    }
    for at in &listeners {
        let Some(listener) = at.target() else { continue };
        let call = "elasticloadbalancing:ModifyListener";
        needs.push(need(at, "CodeDeploy moves this listener", &[call], Thing::of(&listener)));
        for rule in rules.get(listener.address()).into_iter().flatten() {
            let call = "elasticloadbalancing:ModifyRule";
            needs.push(need(at, "CodeDeploy moves its rules", &[call], Thing::of(rule)));
        }
    }
    let alarms = group.get("alarm_configuration.alarms");
    if alarms.items().next().is_some() {
        let why = "CodeDeploy watches these alarms";
        needs.push(need(&alarms, why, &["cloudwatch:DescribeAlarms"], Thing::any("alarms")));
    }
    needs
}
