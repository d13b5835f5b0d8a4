//! Network and platform in an AppSpec.

use std::collections::BTreeSet;

use super::{appspecs, properties};
use crate::at::At;
use crate::cx::Cx;
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// AppSpec's key, the service's field.
const SETTINGS: [(&str, &str); 3] =
    [("Subnets", "subnets"), ("SecurityGroups", "security_groups"), ("AssignPublicIp", "assign_public_ip")];

pub static ART_013: Rule = Rule {
    id: "ART-013",
    severity: Severity::Error,
    title: "half a network in an AppSpec",
    doc: "\"All or none of the settings under NetworkConfiguration must be specified\": Subnets, SecurityGroups and \
          AssignPublicIp. Without any, the service's own stay.",
    fix: "say all three, or leave NetworkConfiguration out",
    source: "AWS: CodeDeploy user guide, AppSpec resources section",
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
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: ["subnet-0123456789abcdef0"]
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
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: ["subnet-0123456789abcdef0"]
            SecurityGroups: ["sg-0123456789abcdef0"]
            AssignPublicIp: "DISABLED"
"#,
    by: By::Check(|cx, out| {
        for (_, appspec) in appspecs(cx) {
            let Some(network) = network(&appspec) else { continue };
            let missing: Vec<&str> =
                SETTINGS.iter().map(|(key, _)| *key).filter(|key| !network.any_case(key).exists()).collect();
            if !missing.is_empty() && missing.len() < SETTINGS.len() {
                out.within(&network, format!("without {}", missing.join(" and "))).label("all three or none");
            }
        }
    }),
};

pub static ART_014: Rule = Rule {
    id: "ART-014",
    severity: Severity::Warning,
    title: "an AppSpec with another network or platform than the service",
    doc: "Network and platform version in the AppSpec replace the service's with every deployment, silently. What \
          they do not say stays as the service has it.",
    fix: "leave them out of the AppSpec, or say what the service says",
    source: "AWS: CodeDeploy user guide, AppSpec resources section",
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
        PlatformVersion: "1.3.0"
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
    by: By::Check(other_than_the_service),
};

fn other_than_the_service(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (action, appspec) in appspecs(cx) {
        let service = action.service();
        if let (Some(service), Some(properties)) = (&service, properties(&appspec)) {
            platform(&properties.any_case("PlatformVersion"), &service.get("platform_version"), service, out);
        }
        let Some(network) = network(&appspec) else { continue };
        for (key, field) in SETTINGS {
            let at = network.any_case(key);
            twice(&at, out);
            let Some(service) = &service else { continue };
            let own = service.get("network_configuration.awsvpc_configuration").get(field);
            differs(&at, &own, service, out);
        }
    }
}

fn platform(at: &Place<'_>, own: &At<'_>, service: &At<'_>, out: &mut Sink<'_>) {
    // LATEST is 1.4.0 on Linux
    let version = |text: &str| if text == "LATEST" { "1.4.0".to_string() } else { text.to_string() };
    let Some(said) = at.text() else { return };
    let declared = own.text().unwrap_or_else(|| "LATEST".into());
    if version(&said) != version(&declared) {
        let place = if own.exists() { own } else { service };
        out.within(at, format!("platform {said} here, {declared} in the service"))
            .related(place, "the service's");
    }
}

fn differs(at: &Place<'_>, own: &At<'_>, service: &At<'_>, out: &mut Sink<'_>) {
    if !at.exists() || !own.known() || own.items().any(|item| item.text().is_none()) {
        return;
    }
    let here: BTreeSet<_> = at.items().filter_map(|item| item.text()).collect();
    let declared: BTreeSet<_> = match own.text() {
        Some(text) => [text].into(),
        None => own.items().filter_map(|item| item.text()).collect(),
    };
    if here == declared || (declared.is_empty() && here.iter().all(|value| value == "DISABLED")) {
        return;
    }
    let words =
        |set: &BTreeSet<std::borrow::Cow<'_, str>>| set.iter().map(|v| &**v).collect::<Vec<_>>().join(", ");
    let message = match declared.is_empty() {
        true => format!("{} here, nothing in the service", words(&here)),
        false => format!("{} here, {} in the service", words(&here), words(&declared)),
    };
    out.within(at, message).related(if own.exists() { own } else { service }, "the service's");
}

fn twice(at: &Place<'_>, out: &mut Sink<'_>) {
    let mut seen = BTreeSet::new();
    for item in at.items() {
        if let Some(text) = item.text()
            && !seen.insert(text.clone())
        {
            out.within(&item, format!("`{text}` is listed twice")).fix("list it once");
        }
    }
}

fn network<'c>(appspec: &Place<'c>) -> Option<Place<'c>> {
    let network = properties(appspec)?.any_case("NetworkConfiguration").any_case("AwsvpcConfiguration");
    network.exists().then_some(network)
}
