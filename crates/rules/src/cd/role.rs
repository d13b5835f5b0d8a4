//! What CodeDeploy may do by its role, and what scales meanwhile.

use recon_model::KindId::AutoscalingTarget;

use super::groups;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::task_definition;

pub static CD_028: Rule = Rule {
    id: "CD-028",
    severity: Severity::Warning,
    title: "scaling during a canary or linear deployment",
    doc: "While traffic moves in steps there are two task sets, and Application Auto Scaling may change the service \
          under the deployment, which then may fail. All at once there is no such time.",
    fix: "suspend scaling during deployments (suspended_state), or deploy all at once",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy, service auto scaling",
    bad: r#"
[autoscaling.target.api]
resource     = "api"
min_capacity = 2
max_capacity = 4

[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.ECSCanary10Percent5Minutes"
"#,
    good: r#"
[autoscaling.target.api]
resource        = "api"
min_capacity    = 2
max_capacity    = 4
suspended_state = { dynamic_scaling_in_suspended = true, dynamic_scaling_out_suspended = true, scheduled_scaling_suspended = true }

[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.ECSCanary10Percent5Minutes"
"#,
    by: By::Check(scaling),
};

fn scaling(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for group in groups(cx) {
        let config = group.get("deployment_config");
        if !super::config::shifts(&config) {
            continue;
        }
        let services: Vec<At<'_>> =
            group.get("ecs_services").items().filter_map(|named| named.get("service").target()).collect();
        for target in cx.of(AutoscalingTarget) {
            let at = target.get("resource");
            let scaled = at
                .target()
                .is_some_and(|scaled| services.iter().any(|service| service.address() == scaled.address()));
            let suspended = target.get("suspended_state");
            let moves = ["dynamic_scaling_in_suspended", "dynamic_scaling_out_suspended"]
                .iter()
                .any(|way| !suspended.get(way).flag());
            if scaled && moves {
                out.at(&config, "traffic moves in steps while the service may be scaled")
                    .related(&at, "scaled here");
            }
        }
    }
}

/// Roles that AWSCodeDeployRoleForECSLimited may pass, `*` at the end for the rest of a name.
const PASSED: &[&str] = &["ecsTaskExecutionRole", "ECSTaskExecution*"];

pub static CD_030: Rule = Rule {
    id: "CD-030",
    severity: Severity::Warning,
    title: "a limited role of CodeDeploy that may not pass the tasks' roles",
    doc: "AWSCodeDeployRoleForECSLimited passes ecsTaskExecutionRole and roles whose name begins with ECSTaskExecution, \
          and no other: a deployment of tasks with other roles ends in AccessDenied. (Its hooks must be called \
          CodeDeployHook_…, too.)",
    fix: "a statement of your own that allows iam:PassRole on the tasks' roles, or AWSCodeDeployRoleForECS",
    source: "AWS: ECS developer guide, CodeDeploy IAM role; the policy AWSCodeDeployRoleForECSLimited",
    bad: r#"
[iam.role.codedeploy]
managed = ["AWSCodeDeployRoleForECSLimited"]
"#,
    good: r#"
[iam.role.codedeploy]
managed = ["AWSCodeDeployRoleForECS"]
"#,
    by: By::Check(limited),
};

fn limited(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for group in groups(cx) {
        let Some(role) = group.get("service_role").target() else { continue };
        let ends =
            |at: &At<'_>, name: &str| at.text().is_some_and(|arn| arn.rsplit('/').next() == Some(name));
        let managed: Vec<At<'_>> = role.get("managed").items().collect();
        let Some(at) = managed.iter().find(|at| ends(at, "AWSCodeDeployRoleForECSLimited")) else { continue };
        // what else it may do, permission rules judge
        if managed.len() > 1 || !role.get("inline").is_empty() {
            continue;
        }
        let services = group.get("ecs_services").items().filter_map(|named| named.get("service").target());
        for definition in services.filter_map(|service| task_definition(&service)) {
            for field in ["task_role", "execution_role"] {
                let named = definition.get(field);
                let Some(arn) = named.text() else { continue };
                let name = arn.rsplit('/').next().unwrap_or_default();
                if !PASSED.iter().any(|passed| fits(passed, name)) {
                    out.at(at, format!("this policy does not let CodeDeploy pass `{name}`"))
                        .related(&named, "the tasks' role");
                }
            }
        }
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |begin| name.starts_with(begin))
}
