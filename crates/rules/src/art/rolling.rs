//! Files of the other kind of deployment: imagedefinitions.json and its rolling updates.

use recon_model::Role;

use super::deploys;
use super::made::{Section, section};
use crate::at::At;
use crate::cb::commands::commands;
use crate::cx::Cx;
use crate::pipe::{self, Action};
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc;

const ROLLING: &str = "imagedefinitions.json";
const BLUE_GREEN: &str = "imageDetail.json";

pub static ART_004: Rule = Rule {
    id: "ART-004",
    severity: Severity::Error,
    title: "the image file of the other kind of deployment",
    doc: "A blue/green deployment (CodeDeployToECS) reads imageDetail.json, {\"ImageURI\":\"…\"}; a rolling one (ECS) \
          reads imagedefinitions.json, [{\"name\":\"…\",\"imageUri\":\"…\"}]. Neither reads the other's.",
    fix: "write the file of this kind of deployment",
    source: "AWS: CodePipeline user guide, image definitions file reference",
    bad: r#"
[codebuild.project.api]
description = "it writes the file of a rolling deployment"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, taskdef.json, imagedefinitions.json]
"#,
    good: r#"
[codebuild.project.api]
description = "it writes the file of a blue/green deployment"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(other_kind),
};

fn other_kind(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for action in deploys(cx) {
        for (_, at) in action.at.get("configuration").entries() {
            if at.text().is_some_and(|value| value.ends_with(ROLLING)) {
                let message =
                    format!("{ROLLING} is for rolling deployments, a blue/green one reads {BLUE_GREEN}");
                out.at(&at, message);
            }
        }
        wrong_file(&action, ROLLING, BLUE_GREEN, out);
    }
    for action in pipe::by(cx, "ECS") {
        let at = action.says("FileName");
        if at.text().is_some_and(|file| file.ends_with(BLUE_GREEN)) {
            let message =
                format!("{BLUE_GREEN} is for blue/green deployments, a rolling one reads {ROLLING}");
            out.at(&at, message);
        } else if !at.exists() {
            wrong_file(&action, BLUE_GREEN, ROLLING, out);
        }
    }
}

/// An artifact with the one file and without the other.
fn wrong_file(action: &Action<'_>, wrong: &str, right: &str, out: &mut Sink<'_>) {
    for artifact in action.inputs() {
        let name = artifact.text().unwrap_or_default();
        let Some(section) = action.producer(&name).and_then(|producer| section(&producer, &name)) else {
            continue;
        };
        if let (Some(entry), None) = (ending(&section, wrong), ending(&section, right)) {
            let provider = action.provider();
            out.within(&entry, format!("`{name}` carries {wrong}, and {provider} reads {right}"))
                .related(&action.at, "the action that reads the artifact");
        }
    }
}

/// The entry of that name, in whatever folder.
fn ending<'c>(section: &Section<'c>, file: &str) -> Option<Place<'c>> {
    section.files().into_iter().find(|entry| entry.text().is_some_and(|text| text.ends_with(file)))
}

pub static ART_022: Rule = Rule {
    id: "ART-022",
    severity: Severity::Error,
    title: "an image definition for a container that there is not",
    doc: "Every entry of imagedefinitions.json names a container of the service's task definition by `name`, and its \
          image by `imageUri`. It is the container's name, and not the repository's.",
    fix: "name the container as the task definition does",
    source: "AWS: CodePipeline user guide, image definitions file reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "ECS", input_artifacts = ["SourceArtifact"], configuration = { ClusterName = "${ecs.cluster.main.name}", ServiceName = "worker" } }] },
]

[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
# file: imagedefinitions.json
[{ "name": "the-repository", "imageUri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/worker:1.3.0" }]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "ECS", input_artifacts = ["SourceArtifact"], configuration = { ClusterName = "${ecs.cluster.main.name}", ServiceName = "worker" } }] },
]

[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
# file: imagedefinitions.json
[{ "name": "worker", "imageUri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/worker:1.3.0" }]
"#,
    by: By::Check(definitions),
};

fn definitions(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for action in pipe::by(cx, "ECS") {
        let Some(definition) = action.service().and_then(|service| svc::task_definition(&service)) else {
            continue;
        };
        if let Some(file) = cx.document(&action.at, Role::ImageDefinitions) {
            for entry in file.items() {
                let at = entry.get("name");
                let place = if at.exists() { at } else { entry };
                unknown(&place, &at.text().unwrap_or_default(), &definition, out);
            }
        }
        for artifact in action.inputs().iter().filter_map(|artifact| artifact.text()) {
            let project = action.producer(&artifact).and_then(|producer| producer.project());
            let Some(buildspec) = project.and_then(|p| p.cx.document(&p, Role::BuildSpec)) else { continue };
            for step in commands(&buildspec) {
                if let Some(name) = printed_name(&step.text) {
                    unknown(&step.at, name, &definition, out);
                }
            }
        }
    }
}

fn unknown(place: &Place<'_>, name: &str, definition: &At<'_>, out: &mut Sink<'_>) {
    if svc::container(definition, name).is_some() || !definition.get("container_definitions").known() {
        return;
    }
    out.within(place, format!("there is no container `{name}` in {}", definition.address()))
        .fix(format!("its containers: {}", svc::container_names(definition).join(", ")))
        .related(&definition.get("container_definitions"), "the containers");
}

/// The container that a command such as `printf '[{"name":"api",…' > imagedefinitions.json` names.
fn printed_name(command: &str) -> Option<&str> {
    if !command.contains(ROLLING) {
        return None;
    }
    let (_, rest) = command.split_once("\"name\"")?;
    let name = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split('"').next()?;
    (!name.is_empty() && !name.contains(['$', '%'])).then_some(name)
}
