//! What only the plan can see: the service as it is now.

use crate::rule::{By, Rule, Severity};

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
    by: By::Live,
};

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
    by: By::Live,
};

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
