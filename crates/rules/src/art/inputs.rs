//! The keys by which the deploy action names artifacts.

use super::deploys;
use crate::rule::{By, Rule, Severity};

pub static ART_005: Rule = Rule {
    id: "ART-005",
    severity: Severity::Error,
    title: "an image without its artifact or its placeholder",
    doc: "Image1ArtifactName says where the image's name comes from, Image1ContainerName which placeholder of the task \
          definition it replaces. They go together, and there are four such pairs.",
    fix: "write both keys of the pair, with a number from 1 to 4",
    source: "AWS: CodePipeline user guide, action reference CodeDeployToECS",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact", Image1ArtifactName = "BuildArtifact" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact", Image1ArtifactName = "BuildArtifact", Image1ContainerName = "IMAGE1_NAME" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            for (key, at) in action.at.get("configuration").entries() {
                let Some(rest) = key.strip_prefix("Image") else { continue };
                let other = if let Some(n) = rest.strip_suffix("ArtifactName") {
                    (n, format!("Image{n}ContainerName"))
                } else if let Some(n) = rest.strip_suffix("ContainerName") {
                    (n, format!("Image{n}ArtifactName"))
                } else {
                    continue;
                };
                if !matches!(other.0, "1" | "2" | "3" | "4") {
                    out.at(&at, format!("`{key}`: there are four images, numbered from 1 to 4"));
                } else if !action.says(&other.1).exists() {
                    out.at(&at, format!("`{key}` needs `{}` beside it", other.1));
                }
            }
        }
    }),
};

pub static ART_024: Rule = Rule {
    id: "ART-024",
    severity: Severity::Error,
    title: "an artifact that the deploy action does not take in",
    doc: "The artifacts of the task definition, of the AppSpec and of the images have to be among the action's input \
          artifacts.",
    fix: "add it to input_artifacts",
    source: "AWS: CodePipeline user guide, action reference CodeDeployToECS",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "SourceArtifact" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            let inputs = action.inputs();
            for (key, at) in action.at.get("configuration").entries() {
                let names = key.ends_with("TemplateArtifact") || key.ends_with("ArtifactName");
                let Some(name) = at.text().filter(|_| names) else { continue };
                if !inputs.iter().any(|input| input.is(&name)) {
                    let list = action.at.get("input_artifacts");
                    out.at(&at, format!("`{name}` is none of the action's input artifacts"))
                        .related(if list.exists() { &list } else { &action.at }, "what it takes in");
                }
            }
        }
    }),
};
