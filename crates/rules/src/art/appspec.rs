//! What an AppSpec says of the container that gets the traffic.

use super::{appspecs, properties, registered};
use crate::at::At;
use crate::cx::Cx;
use crate::pipe::Action;
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc;

pub static ART_009: Rule = Rule {
    id: "ART-009",
    severity: Severity::Error,
    title: "an AppSpec with a task definition of its own",
    doc: "The deploy action registers a new revision and writes its ARN where `<TASK_DEFINITION>` stands in the \
          AppSpec. With a revision in its place every deployment deploys that one again.",
    fix: "TaskDefinition: <TASK_DEFINITION>",
    source: "AWS: CodePipeline user guide, tutorial ECR source and ECS-to-CodeDeploy deployment",
    bad: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: arn:aws:ecs:eu-central-1:123456789012:task-definition/api:1
        LoadBalancerInfo:
          ContainerName: "api"
          ContainerPort: 8080
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
    by: By::Check(|cx, out| {
        for (_, appspec) in appspecs(cx) {
            let Some(properties) = properties(&appspec) else { continue };
            let at = properties.any_case("TaskDefinition");
            if !at.exists() {
                out.within(&properties, "the AppSpec names no task definition").label("needs TaskDefinition");
            } else if !at.is("<TASK_DEFINITION>") {
                let said = at.text().unwrap_or_default();
                out.within(&at, format!("every deployment deploys `{said}` again"))
                    .label("the pipeline writes the new revision to <TASK_DEFINITION>");
            }
        }
    }),
};

pub static ART_010: Rule = Rule {
    id: "ART-010",
    severity: Severity::Error,
    title: "an AppSpec for a container that there is not",
    doc: "CodeDeploy makes the new task set with the AppSpec's container behind the load balancer: \"The ECS service \
          cannot be updated due to an unexpected error: The container NAME does not exist in the task definition.\"",
    fix: "name a container of the task definition that is deployed",
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
          ContainerName: "app"
          ContainerPort: 8080
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
    by: By::Check(containers),
};

fn containers(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (action, appspec) in appspecs(cx) {
        let at = balanced(&appspec, "ContainerName");
        let (Some(name), Some(definition)) = (at.text(), registered(&action)) else { continue };
        let list = definition.get("container_definitions");
        if svc::container(&definition, &name).is_some() || !list.known() {
            continue;
        }
        let names: Vec<_> = svc::containers(&definition).map(|container| container.get("name")).collect();
        let words = svc::container_names(&definition);
        let finding = out.within(&at, format!("the task definition has no container `{name}`"));
        finding.label("not in the task definition").fix(match words.as_slice() {
            [only] => format!("ContainerName: \"{only}\", or rename the container"),
            _ => format!("its containers: {}", words.join(", ")),
        });
        for name in &names {
            finding.related(name, "a container of the task definition");
        }
        if let Some(service) = service_balancer(&action) {
            finding.related(&service.get("container_name"), "the service's container");
        }
    }
}

pub static ART_011: Rule = Rule {
    id: "ART-011",
    severity: Severity::Error,
    title: "an AppSpec for a port that the container does not open",
    doc: "ContainerPort is the port of a port mapping of that container, and a number.",
    fix: "name a containerPort of the container's portMappings",
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
          ContainerPort: 80
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
    by: By::Check(|cx, out| {
        for (action, appspec) in appspecs(cx) {
            let at = balanced(&appspec, "ContainerPort");
            let Some(said) = at.text() else { continue };
            let Some(port) = at.int() else {
                out.within(&at, format!("a port is a number, and not `{said}`"));
                continue;
            };
            let name = balanced(&appspec, "ContainerName").text().unwrap_or_default();
            let container = registered(&action).and_then(|definition| svc::container(&definition, &name));
            let Some(container) = container else { continue };
            let ports = container.get("port_mappings");
            let opens = |mapping: At<'_>| {
                mapping.get("container_port").int() == Some(port)
                    || mapping.get("container_port_range").exists()
            };
            if ports.known() && !ports.items().any(opens) {
                let place = if ports.exists() { &ports } else { &container };
                out.within(&at, format!("container `{name}` does not open port {port}"))
                    .related(place, "what the container opens");
            }
        }
    }),
};

pub static ART_012: Rule = Rule {
    id: "ART-012",
    severity: Severity::Error,
    title: "an AppSpec that sends the traffic elsewhere than the service",
    doc: "What the AppSpec says of container and port replaces what the service says with every deployment: from the \
          first one on the service is another than the one that is declared here.",
    fix: "say the same in the AppSpec and in the service's load_balancers",
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
          ContainerPort: 8081
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
    by: By::Check(|cx, out| {
        for (action, appspec) in appspecs(cx) {
            let Some(service) = service_balancer(&action) else { continue };
            for (key, field) in [("ContainerName", "container_name"), ("ContainerPort", "container_port")] {
                let (at, own) = (balanced(&appspec, key), service.get(field));
                if let (Some(said), Some(declared)) = (at.text(), own.text())
                    && said != declared
                {
                    out.within(&at, format!("{key} is {said} here, and {declared} in the service"))
                        .label("replaces the service's")
                        .related(&own, "the service's");
                }
            }
        }
    }),
};

/// What the AppSpec says of the load balancer.
fn balanced<'c>(appspec: &Place<'c>, key: &str) -> Place<'c> {
    let information = properties(appspec).map(|properties| properties.any_case("LoadBalancerInfo"));
    information.unwrap_or_else(|| appspec.get("")).any_case(key)
}

/// What the service says of it.
fn service_balancer<'c>(action: &Action<'c>) -> Option<At<'c>> {
    action.service()?.get("load_balancers").items().next()
}
