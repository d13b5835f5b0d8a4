//! Artifacts, from the action that makes them to those that take them.

use std::collections::BTreeMap;

use recon_model::load::nearest;

use super::tables::known;
use crate::at::At;
use crate::cx::Cx;
use crate::pipe::{Action, actions, all, pipelines};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static PL_007: Rule = Rule {
    id: "PL-007",
    severity: Severity::Error,
    title: "an artifact that nothing has made",
    doc: "An action takes in what an action before it gives out: one of an earlier stage, or one of its own stage with \
          a lower run order (InvalidActionDeclarationException).",
    fix: "declare it in the output_artifacts of the action that makes it",
    source: "AWS: CodePipeline user guide, pipeline structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtefact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in all(cx) {
            for input in action.inputs() {
                let Some(name) = input.text() else { continue };
                if action.producer(&name).is_none() {
                    nothing_makes(&action, &input, &name, out);
                }
            }
        }
    }),
};

fn nothing_makes(action: &Action<'_>, input: &At<'_>, name: &str, out: &mut Sink<'_>) {
    let others = actions(&action.pipeline);
    let late = others.iter().flat_map(Action::outputs).find(|output| output.is(name));
    let before: Vec<_> =
        others.iter().filter(|other| other.before(action)).flat_map(Action::outputs).collect();
    let names: Vec<_> = before.iter().filter_map(At::text).collect();
    match late {
        Some(late) => {
            out.at(input, format!("`{name}` is made by an action that does not run before this one"))
                .fix("run its maker in an earlier stage, or with a lower run_order")
                .related(&late, "made here");
        }
        None => {
            let finding = out.at(input, format!("no action before this one gives out `{name}`"));
            if let Some(near) = nearest(name, names.iter().map(|name| &**name)) {
                finding.fix(format!("did you mean `{near}`?"));
            }
            for output in before.iter().filter(|output| output.text().is_some()).take(3) {
                finding.related(output, "given out before");
            }
        }
    }
}

pub static PL_008: Rule = Rule {
    id: "PL-008",
    severity: Severity::Error,
    title: "two actions that give out one artifact",
    doc: "\"Output artifact names must be unique in a pipeline.\"",
    fix: "give one of them another name",
    source: "AWS: CodePipeline user guide, pipeline structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
            for output in actions(&pipeline).iter().flat_map(Action::outputs) {
                let Some(name) = output.text() else { continue };
                if let Some(first) = seen.insert(name.to_string(), output.clone()) {
                    out.at(&output, format!("`{name}` is given out by another action already"))
                        .related(&first, "given out here first");
                }
            }
        }
    }),
};

pub static PL_009: Rule = Rule {
    id: "PL-009",
    severity: Severity::Error,
    title: "more artifacts than an action takes, or fewer",
    doc: "Each type of action takes in and gives out so many artifacts: a source 0 and 1, a build 1 to 5 and up to 5, \
          CodeDeployToECS 1 to 5 and none, ECS and CodeDeploy 1 and none, an approval none \
          (InvalidActionDeclarationException).",
    fix: "give it as many as it takes",
    source: "AWS: CodePipeline user guide, valid input and output artifacts for each action type",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(counts),
};

fn counts(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for action in all(cx).filter(|action| action.owner() == "AWS") {
        let Some(known) = known(&action.category(), &action.provider()) else { continue };
        let lists = [
            ("input_artifacts", "takes in", action.inputs().len(), known.inputs),
            ("output_artifacts", "gives out", action.outputs().len(), known.outputs),
        ];
        for (field, does, count, (fewest, most)) in lists {
            if (fewest..=most).contains(&count) {
                continue;
            }
            let at = action.at.get(field);
            let place = if at.exists() { &at } else { &action.at };
            let wanted = match (fewest, most) {
                (a, b) if a == b => format!("{a}"),
                (a, b) => format!("{a} to {b}"),
            };
            out.at(place, format!("{} {does} {wanted} artifacts, and not {count}", action.provider()))
                .fix(format!("{field} with {wanted} of them"));
        }
    }
}

pub static PL_026: Rule = Rule {
    id: "PL-026",
    severity: Severity::Error,
    title: "a clone of the repository for something else than a build",
    doc: "With OutputArtifactFormat CODEBUILD_CLONE_REF the source's artifact is a reference that only CodeBuild can \
          follow: every other action finds no files in it.",
    fix: "OutputArtifactFormat = \"CODE_ZIP\", or read the files from the build's artifact",
    source: "AWS: CodePipeline user guide, action reference CodeCommit",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false", OutputArtifactFormat = "CODEBUILD_CLONE_REF" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["SourceArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "SourceArtifact", AppSpecTemplateArtifact = "SourceArtifact" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false", OutputArtifactFormat = "CODE_ZIP" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["SourceArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "SourceArtifact", AppSpecTemplateArtifact = "SourceArtifact" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in all(cx).filter(|action| !action.is("CodeBuild")) {
            for input in action.inputs() {
                let producer = input.text().and_then(|name| action.producer(&name));
                let Some(format) = producer.map(|producer| producer.says("OutputArtifactFormat")) else {
                    continue;
                };
                if format.is("CODEBUILD_CLONE_REF") {
                    out.at(&input, format!("{} cannot read a clone's reference", action.provider()))
                        .related(&format, "the format of the source's artifact");
                }
            }
        }
    }),
};

pub static PL_037: Rule = Rule {
    id: "PL-037",
    severity: Severity::Warning,
    title: "a build that hands nothing on",
    doc: "A later action takes in an artifact that no action gives out, and this build gives out none: most likely the \
          build was meant to.",
    fix: "add output_artifacts to the build",
    source: "AWS: CodePipeline user guide, pipeline structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact", Image1ArtifactName = "BuildArtifact", Image1ContainerName = "IMAGE1_NAME" } }] },
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
        for action in all(cx) {
            for input in action.inputs() {
                let Some(name) = input.text().filter(|name| action.producer(name).is_none()) else {
                    continue;
                };
                let Some(build) = action.meant_producer(&name) else { continue };
                out.at(&build.at, format!("this build gives out no artifact, and `{name}` is wanted later"))
                    .fix(format!("output_artifacts = [\"{name}\"]"))
                    .related(&input, "taken in here");
            }
        }
    }),
};
