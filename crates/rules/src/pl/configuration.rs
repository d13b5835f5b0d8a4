//! The type of an action, and its configuration.

use recon_model::load::nearest;

use super::tables::{OTHERS, TYPES, known};
use crate::cx::Cx;
use crate::pipe::{Action, all};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static PL_010: Rule = Rule {
    id: "PL-010",
    severity: Severity::Error,
    title: "an action without a part of its configuration",
    doc: "\"Action configuration for action 'X' is missing required configuration 'K'.\"",
    fix: "add it to the action's configuration",
    source: "AWS: CodePipeline user guide, action structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", PollForSourceChanges = "false" } }] },
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
        for action in ours(cx) {
            let Some(known) = known(&action.category(), &action.provider()) else { continue };
            let primary = action.is("CodeBuild") && action.inputs().len() > 1;
            let required = known.required.iter().chain(primary.then_some(&"PrimarySource"));
            for key in required.filter(|key| !action.says(key).exists()) {
                let at = action.at.get("configuration");
                let place = if at.exists() { &at } else { &action.at };
                out.at(place, format!("{} needs `{key}` in its configuration", action.provider()))
                    .label(format!("needs {key}"));
            }
            let primary = action.says("PrimarySource");
            if let Some(name) = primary.text()
                && !action.inputs().iter().any(|input| input.is(&name))
            {
                out.at(&primary, format!("`{name}` is none of the action's input artifacts"))
                    .fix("name one of its input artifacts")
                    .related(&action.at.get("input_artifacts"), "what it takes in");
            }
        }
    }),
};

pub static PL_011: Rule = Rule {
    id: "PL-011",
    severity: Severity::Error,
    title: "a key of a configuration that the action does not know",
    doc: "\"Action configuration for action 'X' contains unknown configuration 'K'.\" A key that resembles none of \
          those known here may be newer than recon, and is a warning.",
    fix: "remove it",
    source: "AWS: CodePipeline user guide, action structure reference",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChange = "false" } }] },
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
        for action in ours(cx) {
            let Some(known) = known(&action.category(), &action.provider()) else { continue };
            let keys = || known.required.iter().chain(known.optional).copied();
            for (key, at) in action.at.get("configuration").entries() {
                if keys().any(|known| known == key) {
                    continue;
                }
                let finding = out.at(&at, format!("{} knows no configuration `{key}`", action.provider()));
                match nearest(key, keys()) {
                    Some(near) => finding.fix(format!("did you mean {near}?")),
                    None => finding.severity(Severity::Warning),
                };
            }
        }
    }),
};

pub static PL_012: Rule = Rule {
    id: "PL-012",
    severity: Severity::Error,
    title: "a type of action that there is not",
    doc: "\"ActionType (Category: …, Provider: …, Owner: …, Version: …) in action 'X' is not available in region 'R'.\" \
          `provider` alone says the type, and recon fills in the rest.",
    fix: "provider = \"…\" instead of action_type_id",
    source: "AWS: CodePipeline user guide, valid action types and providers",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", action_type_id = { category = "Deploy", owner = "AWS", provider = "CodeBuild", version = "1" }, input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Test", actions = [{ name = "Test", action_type_id = { category = "Test", owner = "AWS", provider = "CodeBuild", version = "1" }, input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(types),
};

fn types(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let all_types = || TYPES.iter().map(|one| (one.category, one.provider)).chain(OTHERS.iter().copied());
    for action in ours(cx) {
        let (category, provider) = (action.category(), action.provider());
        let id = action.at.get("action_type_id");
        let place = if id.exists() { &id } else { &action.at };
        let categories: Vec<&str> =
            all_types().filter(|(_, name)| *name == provider).map(|(category, _)| category).collect();
        if categories.contains(&&*category) {
            if !id.get("version").is("1") && id.get("version").exists() {
                out.at(&id.get("version"), format!("{provider} has version 1")).fix("version = \"1\"");
            }
        } else if !categories.is_empty() {
            out.at(place, format!("{provider} is no action of category {category}"))
                .fix(format!("category = \"{}\"", categories.join("\" or \"")));
        } else if let Some(near) = nearest(&provider, all_types().map(|(_, name)| name)) {
            out.at(place, format!("there is no provider `{provider}`")).fix(format!("did you mean {near}?"));
        }
    }
}

pub static PL_039: Rule = Rule {
    id: "PL-039",
    severity: Severity::Error,
    title: "an action that does not say what it does",
    doc: "An action's type has four parts: category, owner, provider and version. `provider` alone is enough where it is \
          AWS's or a known partner's; of any other one action_type_id says all four. AWS calls what is missing \"required \
          member\" of `actionTypeId`.",
    fix: "provider = \"CodeBuild\", or whatever it is",
    source: "AWS API: codepipeline ActionTypeId",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
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
            let id = action.at.get("action_type_id");
            let place = if id.exists() { &id } else { &action.at };
            let missing = action.missing_of_type();
            if missing.contains(&"provider") {
                out.at(place, format!("action {} names no provider", action.name()));
            } else if !missing.is_empty() {
                let message = format!("the type of action {} has no {}", action.name(), missing.join(", "));
                out.at(place, message).fix("write it into action_type_id");
            }
        }
    }),
};

/// Actions of AWS's own types.
fn ours<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = Action<'c>> {
    all(cx).filter(|action| action.owner() == "AWS")
}
