//! Names within a pipeline.

use std::collections::BTreeMap;

use crate::at::At;
use crate::pipe::{actions, pipelines};
use crate::rule::{By, Rule, Severity};

pub static PL_001: Rule = Rule {
    id: "PL-001",
    severity: Severity::Error,
    title: "a name that CodePipeline does not take",
    doc: "Names of pipelines, stages and actions have up to 100 letters, digits and the signs . @ - _ and no blanks \
          (ValidationException).",
    fix: "use letters, digits, `.`, `@`, `-` and `_`",
    source: "AWS API: codepipeline PipelineDeclaration, StageDeclaration, ActionDeclaration",
    bad: r#"
[codepipeline.pipeline.api]
name = "the api"
"#,
    good: r#"
[codepipeline.pipeline.api]
name = "the-api"
"#,
    by: By::Model(&[
        ("codepipeline.pipeline", "name"),
        ("codepipeline.pipeline", "stages.name"),
        ("codepipeline.pipeline", "stages.actions.name"),
    ]),
};

pub static PL_002: Rule = Rule {
    id: "PL-002",
    severity: Severity::Error,
    title: "a name of an artifact that CodePipeline does not take",
    doc: "Names of artifacts have up to 100 letters, digits, `-` and `_` (ValidationException).",
    fix: "use letters, digits, `-` and `_`",
    source: "AWS API: codepipeline ArtifactName",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["the.source"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["the.source"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Model(&[
        ("codepipeline.pipeline", "stages.actions.input_artifacts.name"),
        ("codepipeline.pipeline", "stages.actions.output_artifacts.name"),
    ]),
};

pub static PL_020: Rule = Rule {
    id: "PL-020",
    severity: Severity::Error,
    title: "two actions that give out variables under one namespace",
    doc: "A namespace tells whose variables `#{Namespace.Name}` means: it belongs to one action.",
    fix: "give each action a namespace of its own",
    source: "AWS: CodePipeline user guide, variables reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", namespace = "Shop", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", namespace = "Shop", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", namespace = "Source", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", namespace = "Build", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
            for action in actions(&pipeline) {
                let at = action.at.get("namespace");
                let Some(name) = at.text() else { continue };
                if let Some(first) = seen.insert(name.to_string(), at.clone()) {
                    out.at(&at, format!("namespace `{name}` is another action's already"))
                        .related(&first, "the other action's");
                }
            }
        }
    }),
};

pub static PL_022: Rule = Rule {
    id: "PL-022",
    severity: Severity::Error,
    title: "a run order that CodePipeline does not take",
    doc: "Actions of a stage run in the order of their numbers, from 1 to 999; those of one number run side by side.",
    fix: "a number from 1 to 999",
    source: "AWS API: codepipeline ActionRunOrder",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", run_order = 0, input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", run_order = 1, input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Model(&[("codepipeline.pipeline", "stages.actions.run_order")]),
};
