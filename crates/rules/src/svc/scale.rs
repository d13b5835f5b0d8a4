//! Names, counts and percentages of a service.

use recon_model::KindId::{CodedeployDeploymentGroup, EcsService};

use super::controller;
use crate::rule::{By, Rule, Severity};

/// Names of clusters, services, families and containers: letters, digits, `-` and `_`.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

pub static SVC_021: Rule = Rule {
    id: "SVC-021",
    severity: Severity::Error,
    title: "a service name that ECS does not take",
    doc: "A service's name has up to 255 letters, digits, hyphens and underscores.",
    fix: "rename it",
    source: "AWS API: ecs CreateService, serviceName",
    bad: r#"
[ecs.service.api]
name = "shop.api"
"#,
    good: r#"
[ecs.service.api]
name = "shop-api"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let at = service.get("name");
            if let Some(name) = at.text().filter(|name| !is_name(name)) {
                out.at(&at, format!("`{name}` is no name for a service"))
                    .label("letters, digits, `-` and `_` only, 255 at most");
            }
        }
    }),
};

pub static SVC_022: Rule = Rule {
    id: "SVC-022",
    severity: Severity::Error,
    title: "percentages that leave a deployment no room",
    doc: "\"minimumHealthyPercent must be at most 100\", and with REPLICA scheduling maximum_percent must be \
          greater: otherwise no task can be started before one is stopped, nor stopped before one is started. A \
          DAEMON service's maximum is 100.",
    fix: "minimum_healthy_percent = 100 and maximum_percent = 200",
    source: "AWS API: ecs DeploymentConfiguration; measured by cdk-preflight (ecs-service-deployment-percent)",
    bad: r#"
[ecs.service.worker]
name                     = "worker"
cluster                  = "main"
task_definition          = "worker"
desired_count            = 1
deployment_configuration = { minimum_healthy_percent = 100, maximum_percent = 100 }
"#,
    good: r#"
[ecs.service.worker]
name                     = "worker"
cluster                  = "main"
task_definition          = "worker"
desired_count            = 1
deployment_configuration = { minimum_healthy_percent = 50, maximum_percent = 100 }
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let least = service.get("deployment_configuration.minimum_healthy_percent");
            let most = service.get("deployment_configuration.maximum_percent");
            let daemon = service.get("scheduling_strategy").is("DAEMON");
            let (Some(low), Some(high)) = (least.int(), most.int()) else { continue };
            if daemon && most.exists() && high != 100 {
                out.at(&most, "maximum_percent of a DAEMON service is 100").fix("remove it");
            }
            if !(0..=100).contains(&low) {
                out.at(&least, format!("minimum_healthy_percent is {low}, and must be between 0 and 100"));
            } else if !daemon && high <= low {
                let at = if most.exists() { &most } else { &least };
                out.at(
                    at,
                    format!("maximum_percent ({high}) must be greater than minimum_healthy_percent ({low})"),
                );
            }
        }
    }),
};

pub static SVC_024: Rule = Rule {
    id: "SVC-024",
    severity: Severity::Warning,
    title: "deployments to a service of no tasks",
    doc: "A blue/green deployment of a service with desired_count 0 succeeds without anything running: the new \
          task set has as many tasks as the old one, none. Nothing raises the number later.",
    fix: "set desired_count to 1 or more once an image exists",
    source: "AWS API: ecs TaskSet, computedDesiredCount",
    bad: r#"
[ecs.service.api]
desired_count = 0
"#,
    good: r#"
[ecs.service.api]
desired_count = 1
"#,
    by: By::Check(|cx, out| {
        for group in cx.of(CodedeployDeploymentGroup) {
            for named in group.get("ecs_services").items() {
                let Some(service) = named.get("service").target() else { continue };
                let count = service.get("desired_count");
                if count.int() == Some(0) {
                    out.at(
                        &count,
                        format!("{} runs no task, and every deployment to it none either", service.address()),
                    )
                    .label("raised by nobody")
                    .related(&named.get("service"), "deployed from here");
                }
            }
        }
    }),
};

pub static SVC_028: Rule = Rule {
    id: "SVC-028",
    severity: Severity::Error,
    title: "zone rebalancing where it cannot work",
    doc: "Availability zone rebalancing starts a task in another zone before it stops one: it needs the ECS \
          controller, REPLICA scheduling and a maximum_percent over 100.",
    fix: "availability_zone_rebalancing = \"DISABLED\"",
    source: "AWS: Update Amazon ECS service parameters",
    bad: r#"
[ecs.service.worker]
name                          = "worker"
cluster                       = "main"
task_definition               = "worker"
desired_count                 = 1
availability_zone_rebalancing = "ENABLED"
deployment_configuration      = { minimum_healthy_percent = 50, maximum_percent = 100 }
"#,
    good: r#"
[ecs.service.worker]
name                          = "worker"
cluster                       = "main"
task_definition               = "worker"
desired_count                 = 1
availability_zone_rebalancing = "DISABLED"
deployment_configuration      = { minimum_healthy_percent = 50, maximum_percent = 100 }
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let at = service.get("availability_zone_rebalancing");
            if !at.is("ENABLED") {
                continue;
            }
            let most = service.get("deployment_configuration.maximum_percent");
            if controller(&service) != "ECS" {
                out.at(&at, "zone rebalancing needs the ECS controller")
                    .related(&service.get("deployment_controller"), "the controller");
            } else if most.int().is_some_and(|most| most <= 100) {
                out.at(&at, "zone rebalancing needs a maximum_percent over 100")
                    .related(&most, "no room for one more");
            } else if service.get("scheduling_strategy").is("DAEMON") {
                out.at(&at, "zone rebalancing needs REPLICA scheduling");
            }
        }
    }),
};

pub static SVC_029: Rule = Rule {
    id: "SVC-029",
    severity: Severity::Warning,
    title: "managed tags that reach no task",
    doc: "\"When you use Amazon ECS managed tags, you must set the propagateTags request parameter.\" Without it \
          the service's own tags are not on its tasks either, and cost reports miss them.",
    fix: "propagate_tags = \"SERVICE\" or \"TASK_DEFINITION\"",
    source: "AWS API: ecs CreateService, enableECSManagedTags",
    bad: r#"
[ecs.service.api]
enable_ecs_managed_tags = true
"#,
    good: r#"
[ecs.service.api]
enable_ecs_managed_tags = true
propagate_tags          = "SERVICE"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let at = service.get("enable_ecs_managed_tags");
            if at.flag() && service.get("propagate_tags").is("NONE") {
                out.at(&at, "managed tags without propagate_tags reach no task");
            }
        }
    }),
};

pub static SVC_031: Rule = Rule {
    id: "SVC-031",
    severity: Severity::Error,
    title: "no number of tasks",
    doc: "desired_count \"is required if schedulingStrategy is REPLICA or isn't specified\". Under autoscaling it is \
          the number to begin with, and `unmanaged = [\"desired_count\"]` leaves it alone afterwards.",
    fix: "desired_count = 1",
    source: "AWS API: ecs CreateService, desiredCount",
    bad: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
"#,
    good: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
unmanaged       = ["desired_count"]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let daemon = service.get("scheduling_strategy").is("DAEMON");
            if !daemon && !service.get("desired_count").exists() && controller(&service) != "EXTERNAL" {
                out.at(&service, format!("{} does not say how many tasks it runs", service.address()))
                    .label("needs `desired_count`");
            }
        }
    }),
};
