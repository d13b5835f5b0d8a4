//! What only the plan can see: the service as it is now.

use recon_model::KindId::EcsService;

use crate::live::Account;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

const CONTROLLER: &str = "deployment_controller";

pub static SVC_001: Rule = Rule {
    id: "SVC-001",
    severity: Severity::Error,
    title: "a change of deployment controller that UpdateService does not make",
    doc: "Today's UpdateService changes CODE_DEPLOY to ECS or EXTERNAL, ECS to EXTERNAL, and EXTERNAL to ECS, \
          and nothing else: a service of the ECS controller never becomes a CODE_DEPLOY one. recon plans a \
          replacement: the service is deleted and made anew, and the plan says how long there is none.",
    fix: "plan the replacement, under another name if there must be no gap; or keep the ECS controller with \
          `deployment_configuration = { strategy = \"BLUE_GREEN\" }`",
    source: "AWS: Update Amazon ECS service parameters",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static SVC_002: Rule = Rule {
    id: "SVC-002",
    severity: Severity::Error,
    title: "a change of deployment controller while a deployment runs",
    doc: "AWS refuses it: \"You can't update the deployment controller of a service during an ongoing service \
          deployment\". A deployment runs while the service has more than one deployment, a task set that is \
          not steady, or a CodeDeploy deployment that is not finished.",
    fix: "wait for the deployment, or stop it",
    source: "AWS: Update Amazon ECS service parameters",
    bad: "",
    good: "",
    by: By::Live(under_way),
};

fn under_way(account: &Account<'_>, out: &mut Sink<'_>) {
    for service in account.cx.of(EcsService) {
        let Some(found) = account.found(service.address()) else { continue };
        if let (Some(why), Some(_)) =
            (found.extra["deploying"].as_str(), account.update(service.address(), CONTROLLER))
        {
            out.at(
                &service.get(CONTROLLER),
                format!("{} cannot change its controller now: {why}", service.address()),
            );
        }
    }
}

pub static SVC_003: Rule = Rule {
    id: "SVC-003",
    severity: Severity::Error,
    title: "leaving the ECS controller with features that only it has",
    doc: "A service with Service Connect, VPC Lattice, deployment alarms, a circuit breaker or the BLUE_GREEN \
          strategy cannot change its controller in place.",
    fix: "remove these first, in an apply of their own",
    source: "AWS: Update Amazon ECS service parameters",
    bad: "",
    good: "",
    by: By::Live(features),
};

/// Features of the ECS controller: the path in the service, and the value that means it.
fn features(account: &Account<'_>, out: &mut Sink<'_>) {
    for service in account.cx.of(EcsService) {
        let Some(found) = account.found(service.address()) else { continue };
        let live = |path: &str| path.split('.').fold(&found.spec, |value, key| &value[key]);
        let leaves =
            *live("deployment_controller.type") == "ECS" || live("deployment_controller.type").is_null();
        if !leaves || account.update(service.address(), CONTROLLER).is_none() {
            continue;
        }
        let has = [
            ("Service Connect", *live("service_connect_configuration.enabled") == true),
            ("VPC Lattice", !live("vpc_lattice_configurations").items().is_empty()),
            ("deployment alarms", *live("deployment_configuration.alarms.enable") == true),
            (
                "a circuit breaker",
                *live("deployment_configuration.deployment_circuit_breaker.enable") == true,
            ),
            ("the BLUE_GREEN strategy", *live("deployment_configuration.strategy") == "BLUE_GREEN"),
        ];
        let names: Vec<&str> = has.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect();
        if !names.is_empty() {
            let text =
                format!("{} has {}: it cannot leave the ECS controller", service.address(), names.join(", "));
            out.at(&service.get(CONTROLLER), text);
        }
    }
}

pub static SVC_008: Rule = Rule {
    id: "SVC-008",
    severity: Severity::Error,
    title: "a change that a CODE_DEPLOY service takes only from CodeDeploy",
    doc: "Task definition, network, load balancers, platform version, registries, Service Connect and volumes \
          of a CODE_DEPLOY service are not UpdateService's to change: \"Unable to update task definition on \
          services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.\"",
    fix: "deploy it through the pipeline, or start a CodeDeploy deployment",
    source: "AWS API: ecs UpdateService",
    bad: "",
    good: "",
    by: By::Plan,
};
