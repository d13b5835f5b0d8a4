//! Stages and what stands in them.

use std::collections::BTreeMap;

use recon_model::load::nearest;

use crate::at::At;
use crate::cx::Cx;
use crate::pipe::{all, pipelines};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// Quotas: stages of a pipeline, actions of a stage, actions of a pipeline.
const STAGES: usize = 50;
const ACTIONS: usize = 50;
const ALL_ACTIONS: usize = 500;

pub static PL_003: Rule = Rule {
    id: "PL-003",
    severity: Severity::Error,
    title: "too few stages, too many, or an empty one",
    doc: "\"Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline\"; fifty are the most, \
          with one to fifty actions each and 500 in all.",
    fix: "two to fifty stages with an action in each",
    source: "AWS: CodePipeline user guide, quotas; pipeline structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
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
            let stages = pipeline.get("stages");
            let count = stages.items().count();
            if count < 2 {
                out.at(&stages, format!("a pipeline has two stages at least, this one {count}"));
            } else if count > STAGES {
                out.at(&stages, format!("a pipeline has {STAGES} stages at most, this one {count}"));
            }
            let mut sum = 0;
            for stage in stages.items() {
                let count = stage.get("actions").items().count();
                sum += count;
                if count == 0 || count > ACTIONS {
                    out.at(&stage, format!("a stage has 1 to {ACTIONS} actions, this one {count}"));
                }
            }
            if sum > ALL_ACTIONS {
                out.at(&stages, format!("a pipeline has {ALL_ACTIONS} actions at most, this one {sum}"));
            }
        }
    }),
};

pub static PL_004: Rule = Rule {
    id: "PL-004",
    severity: Severity::Error,
    title: "sources outside of the first stage, or something else in it",
    doc: "The first stage of a pipeline holds its sources and nothing else, and no other stage holds one \
          (InvalidStageDeclarationException).",
    fix: "put the sources, and only them, into the first stage",
    source: "AWS: CodePipeline user guide, pipeline structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "First", actions = [{ name = "Look", provider = "Manual" }] },
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Second", actions = [{ name = "Look", provider = "Manual" }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in all(cx) {
            let (name, provider) = (action.name(), action.provider());
            if action.stage == 0 && !action.is_source() {
                out.at(
                    &action.at,
                    format!("the first stage holds sources only, and `{name}` ({provider}) is none"),
                );
            } else if action.stage > 0 && action.is_source() {
                out.at(
                    &action.at,
                    format!("`{name}` ({provider}) is a source, and belongs into the first stage"),
                );
            }
        }
    }),
};

pub static PL_005: Rule = Rule {
    id: "PL-005",
    severity: Severity::Error,
    title: "two stages of one name",
    doc: "\"Stage name 'X' is used more than once\" (InvalidStageDeclarationException).",
    fix: "give one of them another name",
    source: "AWS: CodePipeline answers so to CreatePipeline",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Build", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
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
            twice(pipeline.get("stages").items(), "stage", out);
        }
    }),
};

pub static PL_006: Rule = Rule {
    id: "PL-006",
    severity: Severity::Error,
    title: "two actions of one name in a stage",
    doc: "An action's name is its own within its stage (InvalidStageDeclarationException).",
    fix: "give one of them another name",
    source: "AWS: CodePipeline user guide, pipeline structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Look", actions = [{ name = "Look", provider = "Manual" }, { name = "Look", provider = "Manual", run_order = 2 }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Look", actions = [{ name = "Look", provider = "Manual" }, { name = "LookAgain", provider = "Manual", run_order = 2 }] },
]
"#,
    by: By::Check(|cx, out| {
        for stage in pipelines(cx).flat_map(|pipeline| pipeline.get("stages").items()) {
            twice(stage.get("actions").items(), "action", out);
        }
    }),
};

fn twice<'c>(tables: impl Iterator<Item = At<'c>>, what: &str, out: &mut Sink<'_>) {
    let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
    for at in tables.map(|table| table.get("name")) {
        let Some(name) = at.text() else { continue };
        match seen.get(&*name) {
            Some(first) => {
                out.at(&at, format!("{what} name `{name}` is used more than once"))
                    .related(first, "used here first");
            }
            None => {
                seen.insert(name.to_string(), at);
            }
        }
    }
}

pub static PL_023: Rule = Rule {
    id: "PL-023",
    severity: Severity::Error,
    title: "a timeout on something else than an approval",
    doc: "`timeout_in_minutes` is for manual approvals alone, from 5 minutes to 60 days (86400).",
    fix: "remove it; a build has its timeout in its project",
    source: "AWS API: codepipeline ActionDeclaration, timeoutInMinutes",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", timeout_in_minutes = 30, input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Look", actions = [{ name = "Look", provider = "Manual", timeout_in_minutes = 30 }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in all(cx) {
            let at = action.at.get("timeout_in_minutes");
            if at.exists() && !action.is("Manual") {
                out.at(&at, format!("{} takes no timeout, an approval does", action.provider()));
            }
        }
    }),
};

pub static PL_038: Rule = Rule {
    id: "PL-038",
    severity: Severity::Error,
    title: "a closed transition into a stage that there is not",
    doc: "`disable_inbound_stage_transitions` closes the way into a stage of the pipeline (StageNotFoundException); \
          nothing leads into the first one.",
    fix: "name one of the pipeline's stages",
    source: "AWS API: codepipeline DisableStageTransition",
    bad: r#"
[codepipeline.pipeline.api]
disable_inbound_stage_transitions = ["Deplyo"]
"#,
    good: r#"
[codepipeline.pipeline.api]
disable_inbound_stage_transitions = ["Deploy"]
"#,
    by: By::Check(closed),
};

fn closed(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for pipeline in pipelines(cx) {
        let stages = pipeline.get("stages");
        let names: Vec<_> = stages.items().filter_map(|stage| stage.get("name").text()).collect();
        for closed in pipeline.get("disable_inbound_stage_transitions").items() {
            let at = closed.get("stage_name");
            let Some(name) = at.text() else { continue };
            if names.contains(&name) {
                continue;
            }
            let finding = out.at(&at, format!("there is no stage `{name}`"));
            finding.related(&stages, "the stages").fix(
                match nearest(&name, names.iter().map(|name| &**name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its stages: {}", names.join(", ")),
                },
            );
        }
    }
}
