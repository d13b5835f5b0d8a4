//! The form of an AppSpec, and its hooks.

use recon_model::load::nearest;

use super::{appspecs, properties, target};
use crate::cx::Cx;
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static ART_015: Rule = Rule {
    id: "ART-015",
    severity: Severity::Error,
    title: "an AppSpec that is none for ECS",
    doc: "An AppSpec for ECS has version 0.0 and one resource, a TargetService of type AWS::ECS::Service with \
          TaskDefinition and LoadBalancerInfo (InvalidRevisionException).",
    fix: "write it as AWS's template has it",
    source: "AWS: CodeDeploy user guide, AppSpec file structure for Amazon ECS deployments",
    bad: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.2
Resources:
  - TargetService:
      Type: AWS::ECS::TaskSet
      Properties:
        TaskDefinition: <TASK_DEFINITION>
"#,
    good: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
"#,
    by: By::Check(form),
};

fn form(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (_, appspec) in appspecs(cx) {
        let version = appspec.any_case("version");
        if !version.exists() {
            out.within(&appspec, "the AppSpec has no version").fix("version: 0.0");
        } else if version.text().and_then(|text| text.parse::<f64>().ok()) != Some(0.0) {
            out.within(&version, "the version of an AppSpec is 0.0").fix("version: 0.0");
        }
        let resources = appspec.any_case("Resources");
        let place = if resources.exists() { resources } else { appspec };
        let count = resources.items().count();
        if count != 1 {
            out.within(&place, format!("an AppSpec has one resource, this one {count}"));
        }
        let Some(target) = target(&appspec) else { continue };
        let service = target.any_case("Type");
        if !service.is("AWS::ECS::Service") {
            let place = if service.exists() { service } else { target };
            out.within(&place, "the resource is an AWS::ECS::Service").fix("Type: AWS::ECS::Service");
        }
        match properties(&appspec) {
            None => {
                out.within(&target, "the service has no Properties");
            }
            Some(properties) => {
                let balancer = properties.any_case("LoadBalancerInfo");
                for key in ["ContainerName", "ContainerPort"] {
                    if !balancer.any_case(key).exists() {
                        let place = if balancer.exists() { balancer } else { properties };
                        out.within(&place, format!("LoadBalancerInfo has no {key}"));
                    }
                }
            }
        }
    }
}

/// Where a deployment can be stopped to look at it.
const HOOKS: [&str; 5] =
    ["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];

pub static ART_016: Rule = Rule {
    id: "ART-016",
    severity: Severity::Error,
    title: "a hook that an ECS deployment does not have",
    doc: "The hooks of an ECS deployment are BeforeInstall, AfterInstall, AfterAllowTestTraffic, BeforeAllowTraffic and \
          AfterAllowTraffic; those of other platforms are refused (InvalidRevisionException).",
    fix: "name one of the five",
    source: "AWS: CodeDeploy user guide, AppSpec hooks section for an Amazon ECS deployment",
    bad: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
Hooks:
  - BeforeInstal: "look-at-it"
"#,
    good: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
Hooks:
  - BeforeInstall: "look-at-it"
"#,
    by: By::Check(|cx, out| {
        for (_, appspec) in appspecs(cx) {
            for (name, place) in hooks(&appspec).into_iter().filter(|(name, _)| !HOOKS.contains(name)) {
                let finding = out.within(&place, format!("an ECS deployment has no hook `{name}`"));
                if let Some(near) = nearest(name, HOOKS) {
                    finding.fix(format!("did you mean {near}?"));
                }
            }
        }
    }),
};

pub static ART_017: Rule = Rule {
    id: "ART-017",
    severity: Severity::Warning,
    title: "a test of traffic that never flows",
    doc: "AfterAllowTestTraffic runs when the test listener has been moved to the new task set. A deployment group \
          without a test listener leaves the hook out, and nothing says so.",
    fix: "add test_traffic_route to the deployment group's pair",
    source: "AWS: CodeDeploy user guide, create a deployment group for an Amazon ECS deployment",
    bad: r#"
[[codedeploy.deployment_group.api.load_balancer_info.target_group_pair_info_list]]
target_groups      = ["blue", "green"]
prod_traffic_route = { listeners = ["production"] }
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: "look-at-it"
"#,
    good: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: "look-at-it"
"#,
    by: By::Check(|cx, out| {
        for (action, appspec) in appspecs(cx) {
            let Some(group) = action.deployment_group() else { continue };
            let pairs = group.get("load_balancer_info.target_group_pair_info_list");
            if pairs.items().any(|pair| !pair.get("test_traffic_route.listeners").is_empty()) {
                continue;
            }
            for (_, place) in hooks(&appspec).iter().filter(|(name, _)| *name == "AfterAllowTestTraffic") {
                let at = if pairs.exists() { &pairs } else { &group };
                out.within(place, format!("{} has no test listener: this hook never runs", group.address()))
                    .related(at, "the pair of target groups");
            }
        }
    }),
};

/// What an AppSpec for ECS has, by the table that it stands in.
const TOP: [&str; 3] = ["version", "Resources", "Hooks"];
const SERVICE: [&str; 2] = ["Type", "Properties"];
const PROPERTIES: [&str; 5] = [
    "TaskDefinition",
    "LoadBalancerInfo",
    "PlatformVersion",
    "NetworkConfiguration",
    "CapacityProviderStrategy",
];
const BALANCER: [&str; 2] = ["ContainerName", "ContainerPort"];

pub static ART_027: Rule = Rule {
    id: "ART-027",
    severity: Severity::Warning,
    title: "a word in an AppSpec that CodeDeploy does not know",
    doc: "A misspelled key is not read, and what it should have said is not said.",
    fix: "write it as AWS's template has it",
    source: "AWS: CodeDeploy user guide, AppSpec file structure for Amazon ECS deployments",
    bad: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
        PlattformVersion: "1.4.0"
"#,
    good: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
        PlatformVersion: "1.4.0"
"#,
    by: By::Check(|cx, out| {
        for (_, appspec) in appspecs(cx) {
            unknown(&appspec, &TOP, out);
            let Some(target) = target(&appspec) else { continue };
            unknown(&target, &SERVICE, out);
            let properties = target.any_case("Properties");
            unknown(&properties, &PROPERTIES, out);
            unknown(&properties.any_case("LoadBalancerInfo"), &BALANCER, out);
        }
    }),
};

fn unknown(table: &Place<'_>, known: &[&'static str], out: &mut Sink<'_>) {
    for (key, place) in table.entries() {
        if known.iter().any(|name| name.eq_ignore_ascii_case(key)) {
            continue;
        }
        let finding = out.within(&place, format!("`{key}` means nothing here"));
        finding.fix(match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("known here: {}", known.join(", ")),
        });
    }
}

/// The hooks by name: a list of tables with one key each, or one table.
fn hooks<'c>(appspec: &Place<'c>) -> Vec<(&'c str, Place<'c>)> {
    let hooks = appspec.any_case("Hooks");
    hooks.items().flat_map(|hook| hook.entries().collect::<Vec<_>>()).chain(hooks.entries()).collect()
}
