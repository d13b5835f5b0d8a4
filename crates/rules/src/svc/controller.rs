//! What a deployment controller asks of its service.

use recon_model::KindId::EcsService;

use super::{controller, on_fargate};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static SVC_004: Rule = Rule {
    id: "SVC-004",
    severity: Severity::Error,
    title: "a CODE_DEPLOY service without a load balancer",
    doc: "CodeDeploy moves traffic between two target groups; without a load balancer there is none to move. \
          AWS answers \"InvalidParameterException: the service requires an Application Load Balancer or Network \
          Load Balancer\".",
    fix: "add load_balancers = [{ target_group = \"…\", container_name = \"…\", container_port = … }]",
    source: "AWS API: ecs CreateService, loadBalancers",
    bad: r#"
[ecs.service.api]
deployment_controller = "CODE_DEPLOY"
load_balancers        = []
"#,
    good: r#"
[ecs.service.api]
deployment_controller = "CODE_DEPLOY"
load_balancers        = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService).filter(|service| controller(service) == "CODE_DEPLOY") {
            let balancers = service.get("load_balancers");
            if balancers.is_empty() {
                let at = if balancers.exists() { balancers } else { service.get("deployment_controller") };
                out.at(
                    &at,
                    format!("{} is deployed by CodeDeploy and has no load balancer", service.address()),
                )
                .label("CodeDeploy needs a load balancer to move traffic with");
            }
        }
    }),
};

pub static SVC_005: Rule = Rule {
    id: "SVC-005",
    severity: Severity::Error,
    title: "several load balancers on a CODE_DEPLOY or EXTERNAL service",
    doc: "Multiple target groups per service are for the ECS controller only; CodeDeploy moves exactly one pair.",
    fix: "keep one entry, or use the ECS controller",
    source: "AWS API: ecs UpdateService, loadBalancers",
    bad: r#"
[ecs.service.api]
load_balancers = [
    { target_group = "blue", container_name = "api", container_port = 8080 },
    { target_group = "green", container_name = "api", container_port = 8080 },
]
"#,
    good: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let controller = controller(&service);
            if controller == "ECS" {
                continue;
            }
            for extra in service.get("load_balancers").items().skip(1) {
                out.at(&extra, format!("a service of the {controller} controller has one load balancer"))
                    .label("one too many");
            }
        }
    }),
};

pub static SVC_006: Rule = Rule {
    id: "SVC-006",
    severity: Severity::Error,
    title: "DAEMON scheduling under CODE_DEPLOY or EXTERNAL",
    doc: "\"CODE_DEPLOY or EXTERNAL deployment controller types don't support the DAEMON scheduling strategy\".",
    fix: "scheduling_strategy = \"REPLICA\"",
    source: "AWS API: ecs CreateService, schedulingStrategy",
    bad: r#"
[ecs.service.api]
scheduling_strategy = "DAEMON"
"#,
    good: r#"
[ecs.service.api]
scheduling_strategy = "REPLICA"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let controller = controller(&service);
            let strategy = service.get("scheduling_strategy");
            if controller != "ECS" && !controller.is_empty() && strategy.is("DAEMON") {
                out.at(&strategy, format!("the {controller} controller has no DAEMON scheduling"))
                    .related(&service.get("deployment_controller"), "the controller");
            }
        }
    }),
};

pub static SVC_007: Rule = Rule {
    id: "SVC-007",
    severity: Severity::Error,
    title: "settings of the ECS controller on a CODE_DEPLOY or EXTERNAL service",
    doc: "Circuit breaker, deployment alarms and strategies other than ROLLING belong to the ECS controller. \
          Under CODE_DEPLOY the deployment group has its own: `alarm_configuration` and \
          `auto_rollback_configuration`.",
    fix: "remove it; CodeDeploy rolls back by the deployment group's auto_rollback_configuration",
    source: "AWS API: ecs DeploymentConfiguration, DeploymentAlarms",
    bad: r#"
[ecs.service.api.deployment_configuration]
deployment_circuit_breaker = { enable = true, rollback = true }
"#,
    good: r#"
[ecs.service.api.deployment_configuration]
deployment_circuit_breaker = { enable = false, rollback = false }
"#,
    by: By::Check(ecs_only),
};

fn ecs_only(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for service in cx.of(EcsService) {
        let controller = controller(&service);
        if controller == "ECS" || controller.is_empty() {
            continue;
        }
        let configuration = service.get("deployment_configuration");
        let breaker = configuration.get("deployment_circuit_breaker");
        let alarms = configuration.get("alarms");
        let strategy = configuration.get("strategy");
        let wrong = [
            (breaker.get("enable").flag(), &breaker, "a circuit breaker"),
            (alarms.get("enable").flag(), &alarms, "deployment alarms"),
            (strategy.exists() && !strategy.is("ROLLING"), &strategy, "this strategy"),
        ];
        for (_, at, what) in wrong.into_iter().filter(|(wrong, ..)| *wrong) {
            out.at(at, format!("a service of the {controller} controller cannot have {what}"))
                .label("for the ECS controller only")
                .related(&service.get("deployment_controller"), "the controller");
        }
    }
}

pub static SVC_036: Rule = Rule {
    id: "SVC-036",
    severity: Severity::Error,
    title: "percentages of its own on a CODE_DEPLOY service on EC2",
    doc: "Under CODE_DEPLOY and EXTERNAL, tasks on EC2 take the default percentages: \"You can't specify a custom \
          maximumPercent value\" (nor minimumHealthyPercent).",
    fix: "remove maximum_percent and minimum_healthy_percent",
    source: "AWS API: ecs DeploymentConfiguration, maximumPercent",
    bad: r#"
[ecs.service.legacy]
name                     = "legacy"
cluster                  = "main"
launch_type              = "EC2"
desired_count            = 1
deployment_controller    = "EXTERNAL"
deployment_configuration = { maximum_percent = 150 }
"#,
    good: r#"
[ecs.service.legacy]
name                  = "legacy"
cluster               = "main"
launch_type           = "EC2"
desired_count         = 1
deployment_controller = "EXTERNAL"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            if controller(&service) == "ECS" || on_fargate(&service) || !service.get("launch_type").is("EC2")
            {
                continue;
            }
            let configuration = service.get("deployment_configuration");
            let custom = |at: &At<'_>, usual: i64| at.exists() && at.int() != Some(usual);
            for (field, usual) in [("maximum_percent", 200), ("minimum_healthy_percent", 100)] {
                let at = configuration.get(field);
                if custom(&at, usual) {
                    out.at(&at, format!("{field} of its own is for the ECS controller, or for Fargate"));
                }
            }
        }
    }),
};

pub static SVC_041: Rule = Rule {
    id: "SVC-041",
    severity: Severity::Error,
    title: "a service that does not say what it runs",
    doc: "Only a service of the EXTERNAL controller leaves its task definition to task sets. Of any other one AWS says \
          \"TaskDefinition can not be blank\".",
    fix: "task_definition = \"…\"",
    source: "AWS API: ecs CreateService, taskDefinition",
    bad: r#"
[ecs.service.second]
name          = "second"
cluster       = "main"
desired_count = 1
launch_type   = "EC2"
"#,
    good: r#"
[ecs.service.second]
name                  = "second"
cluster               = "main"
desired_count         = 1
launch_type           = "EC2"
deployment_controller = "EXTERNAL"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService).filter(|service| controller(service) != "EXTERNAL") {
            let at = service.get("task_definition");
            if !at.exists() || at.is("") {
                let place = if at.exists() { &at } else { &service };
                out.at(place, format!("{} names no task definition", service.address()));
            }
        }
    }),
};
