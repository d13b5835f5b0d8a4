//! Deployment configurations: how traffic moves.

use recon_model::KindId::CodedeployDeploymentConfig;
use recon_model::load::nearest;

use super::{PRODUCTION, TEST, groups, listeners, pairs, predefined};
use crate::at::At;
use crate::cx::Cx;
use crate::lb::kind_of;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// Predefined configurations of the ECS platform.
const ECS: &[&str] = &[
    "CodeDeployDefault.ECSAllAtOnce",
    "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
    "CodeDeployDefault.ECSCanary10Percent5Minutes",
    "CodeDeployDefault.ECSCanary10Percent15Minutes",
];

/// Predefined configurations of the other platforms.
const OTHERS: &[&str] = &[
    "CodeDeployDefault.OneAtATime",
    "CodeDeployDefault.HalfAtATime",
    "CodeDeployDefault.AllAtOnce",
    "CodeDeployDefault.LambdaAllAtOnce",
    "CodeDeployDefault.LambdaCanary10Percent5Minutes",
    "CodeDeployDefault.LambdaCanary10Percent10Minutes",
    "CodeDeployDefault.LambdaCanary10Percent15Minutes",
    "CodeDeployDefault.LambdaCanary10Percent30Minutes",
    "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
    "CodeDeployDefault.LambdaLinear10PercentEvery2Minutes",
    "CodeDeployDefault.LambdaLinear10PercentEvery3Minutes",
    "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes",
];

pub static CD_001: Rule = Rule {
    id: "CD-001",
    severity: Severity::Error,
    title: "canary or linear behind a network load balancer",
    doc: "A network load balancer cannot split traffic: \"When a Network Load Balancer is used, only the \
          CodeDeployDefault.ECSAllAtOnce deployment configuration is supported\".",
    fix: "deployment_config = \"CodeDeployDefault.ECSAllAtOnce\", or an application load balancer",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy",
    bad: r#"
[elb.load_balancer.front]
type = "network"

[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.ECSCanary10Percent5Minutes"
"#,
    good: r#"
[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.ECSCanary10Percent5Minutes"
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let config = group.get("deployment_config");
            if !shifts(&config) {
                continue;
            }
            for pair in pairs(&group) {
                let routes = [PRODUCTION, TEST].into_iter().flat_map(|route| listeners(&pair, route));
                for listener in routes.filter_map(|at| at.target()) {
                    if kind_of(&listener).is_some_and(|kind| kind == "network") {
                        out.at(&config, "behind a network load balancer traffic moves all at once")
                            .label("a canary or linear configuration")
                            .related(&listener, "the network load balancer's listener");
                    }
                }
            }
        }
    }),
};

/// Does the configuration move traffic in steps?
pub(super) fn shifts(config: &At<'_>) -> bool {
    match config.target() {
        Some(own) => {
            let kind = own.get("traffic_routing_config.type");
            kind.exists() && !kind.is("AllAtOnce")
        }
        None => config.text().is_some_and(|name| name.contains("Canary") || name.contains("Linear")),
    }
}

pub static CD_002: Rule = Rule {
    id: "CD-002",
    severity: Severity::Error,
    title: "an unknown deployment configuration",
    doc: "AWS knows five configurations for ECS, and those that the account made: DeploymentConfigDoesNotExistException.",
    fix: "name one that there is, or declare it: [codedeploy.deployment_config.…]",
    source: "AWS: CodeDeploy user guide, deployment configurations",
    bad: r#"
[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefaults.ECSAllAtOnce"
"#,
    good: r#"
[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.ECSAllAtOnce"
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let Some(name) =
                predefined(&group).filter(|name| !ECS.contains(&&**name) && !OTHERS.contains(&&**name))
            else {
                continue;
            };
            let at = group.get("deployment_config");
            let found = out.at(&at, format!("unknown deployment configuration `{name}`"));
            found.label("CodeDeploy knows no configuration of that name");
            if let Some(near) = nearest(&name, ECS.iter().copied()) {
                found.fix(format!("did you mean `{near}`?"));
            }
        }
    }),
};

pub static CD_003: Rule = Rule {
    id: "CD-003",
    severity: Severity::Error,
    title: "a deployment configuration of another platform",
    doc: "Configurations belong to a platform: \"Compute platform of deployment config … does not match expected \
          compute platform, correct compute platform should be ECS.\"",
    fix: "deployment_config = \"CodeDeployDefault.ECSAllAtOnce\"",
    source: "AWS: CodeDeploy answers so; measured by cdk-preflight (codedeploy-dg-deployment-config-platform-match)",
    bad: r#"
[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.OneAtATime"
"#,
    good: r#"
[codedeploy.deployment_group.api]
deployment_config = "CodeDeployDefault.ECSAllAtOnce"
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let at = group.get("deployment_config");
            if let Some(name) = predefined(&group).filter(|name| OTHERS.contains(&&**name)) {
                out.at(&at, format!("`{name}` is not for ECS"));
            }
            let platform = at.target().map(|config| config.get("compute_platform"));
            if let Some(own) = platform.as_ref().and_then(At::text).filter(|own| own != "ECS") {
                let found = out.at(&at, format!("this configuration is for {own}, not for ECS"));
                platform.iter().for_each(|platform| {
                    found.related(platform, "its platform");
                });
            }
        }
    }),
};

pub static CD_004: Rule = Rule {
    id: "CD-004",
    severity: Severity::Error,
    title: "a deployment configuration under AWS's own name",
    doc: "Names that begin with `CodeDeployDefault.` are reserved: InvalidDeploymentConfigNameException.",
    fix: "choose another name",
    source: "AWS: CodeDeploy user guide, limits",
    bad: r#"
[codedeploy.deployment_config.canary]
name                   = "CodeDeployDefault.Canary20"
traffic_routing_config = { type = "TimeBasedCanary", time_based_canary = { canary_percentage = 20, canary_interval = 5 } }
"#,
    good: r#"
[codedeploy.deployment_config.canary]
name                   = "Canary20"
traffic_routing_config = { type = "TimeBasedCanary", time_based_canary = { canary_percentage = 20, canary_interval = 5 } }
"#,
    by: By::Check(|cx, out| {
        for config in cx.of(CodedeployDeploymentConfig) {
            let at = config.get("name");
            if at.text().is_some_and(|name| name.starts_with("CodeDeployDefault.")) {
                out.at(&at, "names that begin with `CodeDeployDefault.` are AWS's own");
            }
        }
    }),
};

pub static CD_005: Rule = Rule {
    id: "CD-005",
    severity: Severity::Error,
    title: "healthy hosts in an ECS configuration",
    doc: "\"minimum healthy hosts should be null for ECS deployment configuration\"; nor has ECS zones to go by.",
    fix: "remove it",
    source: "AWS: CodeDeploy answers so; measured by cdk-preflight",
    bad: r#"
[codedeploy.deployment_config.canary]
name                  = "Canary20"
minimum_healthy_hosts = { type = "HOST_COUNT", value = 1 }
"#,
    good: r#"
[codedeploy.deployment_config.canary]
name                   = "Canary20"
traffic_routing_config = { type = "AllAtOnce" }
"#,
    by: By::Check(|cx, out| {
        for config in cx.of(CodedeployDeploymentConfig).filter(|c| c.get("compute_platform").is("ECS")) {
            for field in ["minimum_healthy_hosts", "zonal_config"] {
                let at = config.get(field);
                if at.exists() {
                    out.at(&at, format!("a configuration for ECS has no {field}"));
                }
            }
        }
    }),
};

pub static CD_032: Rule = Rule {
    id: "CD-032",
    severity: Severity::Error,
    title: "a canary or linear configuration without its numbers",
    doc: "A canary has canary_percentage (1 to 99) and canary_interval, a linear one linear_percentage and \
          linear_interval, in minutes; all traffic must have moved within 2880 minutes.",
    fix: "time_based_canary = { canary_percentage = 10, canary_interval = 5 }",
    source: "AWS: CodeDeploy user guide, limits; AWS API: codedeploy TrafficRoutingConfig",
    bad: r#"
[codedeploy.deployment_config.canary]
name                   = "Canary20"
traffic_routing_config = { type = "TimeBasedCanary", time_based_linear = { linear_percentage = 20, linear_interval = 5 } }
"#,
    good: r#"
[codedeploy.deployment_config.canary]
name                   = "Canary20"
traffic_routing_config = { type = "TimeBasedLinear", time_based_linear = { linear_percentage = 20, linear_interval = 5 } }
"#,
    by: By::Check(numbers),
};

fn numbers(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for config in cx.of(CodedeployDeploymentConfig).filter(|c| c.get("compute_platform").is("ECS")) {
        let routing = config.get("traffic_routing_config");
        let (member, other, percentage, interval) = match routing.get("type").text().as_deref() {
            Some("TimeBasedCanary") => {
                ("time_based_canary", "time_based_linear", "canary_percentage", "canary_interval")
            }
            Some("TimeBasedLinear") => {
                ("time_based_linear", "time_based_canary", "linear_percentage", "linear_interval")
            }
            _ => continue,
        };
        let wrong = routing.get(other);
        if wrong.exists() {
            out.at(&wrong, format!("{other} does not go with this type"));
        }
        let numbers = routing.get(member);
        let (percent, minutes) = (numbers.get(percentage), numbers.get(interval));
        let (Some(step), Some(wait)) = (percent.int(), minutes.int()) else {
            out.at(&numbers, format!("this type needs {member} with {percentage} and {interval}"));
            continue;
        };
        if !(1..=99).contains(&step) {
            out.at(&percent, format!("{step} percent, AWS takes 1 to 99"));
            continue;
        }
        let waits = if member == "time_based_canary" { 1 } else { (99 / step).max(1) };
        if wait < 1 || waits * wait > 2880 {
            out.at(&minutes, format!("traffic takes {} minutes to move, AWS allows 1 to 2880", waits * wait));
        }
    }
}
