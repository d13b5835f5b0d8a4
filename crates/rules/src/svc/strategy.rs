//! The ECS controller's own blue/green, linear and canary deployments.

use recon_model::KindId::EcsService;

use super::controller;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static SVC_033: Rule = Rule {
    id: "SVC-033",
    severity: Severity::Error,
    title: "a strategy that moves traffic without what it moves it by",
    doc: "With the strategies BLUE_GREEN, LINEAR and CANARY every load balancer of the service needs its \
          advanced_configuration: the alternate target group, the production listener's rule and the role by which \
          ECS changes it. The two target groups differ.",
    fix: "advanced_configuration = { alternate_target_group = \"…\", production_listener_rule = \"…\", role = \"…\" }",
    source: "AWS API: ecs AdvancedConfiguration; ECS developer guide, blue/green deployments",
    bad: r#"
[ecs.service.web]
name                     = "web"
cluster                  = "main"
task_definition          = "api"
desired_count            = 1
launch_type              = "FARGATE"
depends_on               = ["elb.listener.production"]
deployment_configuration = { strategy = "BLUE_GREEN", bake_time_in_minutes = 5 }
load_balancers           = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
network_configuration.awsvpc_configuration = { subnets = "private", security_groups = "tasks" }
"#,
    good: r#"
[ecs.service.web]
name                     = "web"
cluster                  = "main"
task_definition          = "api"
desired_count            = 1
launch_type              = "FARGATE"
deployment_configuration = { strategy = "ROLLING" }
network_configuration.awsvpc_configuration = { subnets = "private", security_groups = "tasks" }
"#,
    by: By::Check(advanced),
};

fn advanced(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for service in cx.of(EcsService).filter(|service| controller(service) == "ECS") {
        let strategy = service.get("deployment_configuration.strategy");
        let Some(name) = strategy.text().filter(|name| name != "ROLLING") else { continue };
        for balancer in service.get("load_balancers").items() {
            let advanced = balancer.get("advanced_configuration");
            for field in ["alternate_target_group", "production_listener_rule", "role"] {
                if !advanced.get(field).exists() {
                    out.at(&advanced, format!("{name} needs `{field}` in advanced_configuration"))
                        .related(&strategy, "the strategy");
                }
            }
            let (one, other) = (balancer.get("target_group"), advanced.get("alternate_target_group"));
            if one.exists() && one.value() == other.value() {
                out.at(&other, "the alternate target group must be another one")
                    .related(&one, "the first one");
            }
        }
    }
}

pub static SVC_034: Rule = Rule {
    id: "SVC-034",
    severity: Severity::Error,
    title: "deployment settings that do not fit the strategy",
    doc: "linear_configuration is for LINEAR, canary_configuration for CANARY, the circuit breaker for ROLLING. A \
          step is 3 to 100 percent, a canary 0.1 to 100, both in tenths; every wait is 0 to 1440 minutes.",
    fix: "remove what belongs to another strategy, and keep within the limits",
    source: "AWS API: ecs DeploymentConfiguration, LinearConfiguration, CanaryConfiguration",
    bad: r#"
[ecs.service.worker]
name                     = "worker"
cluster                  = "main"
task_definition          = "worker"
desired_count            = 1
deployment_configuration = { strategy = "ROLLING", canary_configuration = { canary_percent = 10 } }
"#,
    good: r#"
[ecs.service.worker]
name                     = "worker"
cluster                  = "main"
task_definition          = "worker"
desired_count            = 1
deployment_configuration = { strategy = "CANARY", canary_configuration = { canary_percent = 10 } }
"#,
    by: By::Check(fitting),
};

fn fitting(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for service in cx.of(EcsService).filter(|service| controller(service) == "ECS") {
        let configuration = service.get("deployment_configuration");
        let strategy = configuration.get("strategy").text().unwrap_or_default();
        for (name, field) in [("LINEAR", "linear_configuration"), ("CANARY", "canary_configuration")] {
            let at = configuration.get(field);
            if at.exists() && strategy != name {
                out.at(&at, format!("{field} is for the strategy {name}, here it is {strategy}"));
            }
        }
        let breaker = configuration.get("deployment_circuit_breaker");
        if breaker.get("enable").flag() && strategy != "ROLLING" {
            out.at(
                &breaker,
                format!("the circuit breaker is for the strategy ROLLING, here it is {strategy}"),
            );
        }
        percent(&configuration.get("linear_configuration.step_percent"), 3.0, out);
        percent(&configuration.get("canary_configuration.canary_percent"), 0.1, out);
        for path in [
            "bake_time_in_minutes",
            "linear_configuration.step_bake_time_in_minutes",
            "canary_configuration.canary_bake_time_in_minutes",
        ] {
            let at = configuration.get(path);
            if let Some(minutes) = at.int().filter(|minutes| !(0..=1440).contains(minutes)) {
                out.at(&at, format!("{minutes} minutes, AWS takes 0 to 1440"));
            }
        }
    }
}

fn percent(at: &At<'_>, least: f64, out: &mut Sink<'_>) {
    let Some(percent) = at.scalar().and_then(|scalar| scalar.as_f64()) else { return };
    let tenths = percent * 10.0;
    if !(least..=100.0).contains(&percent) || (tenths - tenths.round()).abs() > 1e-6 {
        out.at(at, format!("{percent} percent, AWS takes {least} to 100 in tenths"));
    }
}
