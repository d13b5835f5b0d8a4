//! Placeholders of the task definition, and what fills them in.

use recon_model::Role;
use recon_model::load::nearest;

use super::{filled, placeholder, templates};
use crate::at::At;
use crate::cb::commands::commands;
use crate::pipe::{Action, actions};
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::svc;

pub static ART_006: Rule = Rule {
    id: "ART-006",
    severity: Severity::Error,
    title: "a placeholder that the task definition does not have",
    doc: "Image1ContainerName = \"IMAGE1_NAME\" replaces `<IMAGE1_NAME>` in the task definition. Without that text no \
          image is replaced, and every deployment runs what the file says.",
    fix: "write \"image\": \"<IMAGE1_NAME>\" in the task definition",
    source: "AWS: CodePipeline user guide, tutorial ECR source and ECS-to-CodeDeploy deployment",
    bad: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1.2.0",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    good: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "<IMAGE1_NAME>",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    by: By::Check(|cx, out| {
        for (action, definition) in templates(cx) {
            let images = images(&definition);
            let there: Vec<&str> = images.iter().filter_map(|(_, image)| placeholder(image)).collect();
            for (at, name) in filled(&action).into_iter().filter(|(_, name)| !there.contains(&name.as_ref()))
            {
                let message = format!("no image of the task definition is `<{name}>`: nothing is replaced");
                let finding = out.at(&at, message).label("replaces nothing");
                if let Some(near) = nearest(&name, there.iter().copied()) {
                    finding.fix(format!("did you mean `{near}`?"));
                }
                for (at, _) in &images {
                    finding.related(at, "an image of the task definition");
                }
            }
        }
    }),
};

pub static ART_007: Rule = Rule {
    id: "ART-007",
    severity: Severity::Error,
    title: "a placeholder that nothing fills in",
    doc: "The action registers `<IMAGE1_NAME>` as the image itself, and no task can pull that \
          (CannotPullContainerError).",
    fix: "add the pair Image1ArtifactName and Image1ContainerName to the action",
    source: "AWS: CodePipeline user guide, tutorial ECR source and ECS-to-CodeDeploy deployment",
    bad: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "<IMAGE_NAME>",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    good: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "<IMAGE1_NAME>",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    by: By::Check(|cx, out| {
        for (action, definition) in templates(cx) {
            let names = filled(&action);
            if names.len() < given(&action) {
                continue; // a name that is not known here
            }
            for (at, image) in images(&definition) {
                let Some(name) = placeholder(&image) else { continue };
                if names.iter().any(|(_, filled)| filled == name) {
                    continue;
                }
                let message =
                    format!("nothing fills in `{image}`: no Image…ContainerName of the action is `{name}`");
                let finding = out.at(&at, message);
                finding.related(&action.at, "the action");
                if let Some(near) = nearest(name, names.iter().map(|(_, name)| &**name)) {
                    finding.fix(format!("the action fills in `<{near}>`"));
                }
            }
        }
    }),
};

pub static ART_008: Rule = Rule {
    id: "ART-008",
    severity: Severity::Warning,
    title: "a build whose image is not the one that is deployed",
    doc: "The build pushes an image each time, and the task definition that the pipeline registers names a fixed one: \
          what was built runs only if it happens to have that very tag.",
    fix: "write \"image\": \"<IMAGE1_NAME>\", and name the image's artifact in the action",
    source: "AWS: CodePipeline user guide, tutorial ECR source and ECS-to-CodeDeploy deployment",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact" } }] },
]
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1.2.0",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    good: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "<IMAGE1_NAME>",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    by: By::Check(|cx, out| {
        for (action, definition) in templates(cx).filter(|(action, _)| given(action) == 0) {
            let Some(push) = pushes(&action) else { continue };
            let images = images(&definition);
            if images.iter().any(|(_, image)| placeholder(image).is_some()) {
                continue;
            }
            for (at, image) in images.iter().filter(|(_, image)| image.contains(".dkr.ecr.")) {
                out.at(at, format!("the pipeline builds an image, and deploys `{image}`"))
                    .related(&push, "pushed here")
                    .related(&action.at, "deployed here");
            }
        }
    }),
};

fn images<'c>(definition: &At<'c>) -> Vec<(At<'c>, String)> {
    let image = |container: At<'c>| {
        let at = container.get("image");
        let text = at.text()?.into_owned();
        Some((at, text))
    };
    svc::containers(definition).filter_map(image).collect()
}

/// How many placeholders an action says that it fills in.
fn given(action: &Action<'_>) -> usize {
    super::IMAGES.iter().filter(|n| action.says(&format!("Image{n}ContainerName")).exists()).count()
}

/// Where a build before this action pushes an image.
fn pushes<'c>(action: &Action<'c>) -> Option<Place<'c>> {
    let builds =
        actions(&action.pipeline).into_iter().filter(|build| build.before(action) && build.is("CodeBuild"));
    let specs = builds.filter_map(|build| {
        let project = build.project()?;
        project.cx.document(&project, Role::BuildSpec)
    });
    let mut steps = specs.flat_map(|spec| commands(&spec));
    steps.find(|step| step.runs("docker", &["push", "--push"])).map(|step| step.at)
}
