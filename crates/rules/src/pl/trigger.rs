//! What starts a pipeline when its source changes.

use std::collections::BTreeMap;

use recon_model::Address;
use recon_model::KindId::EventsRule;

use crate::at::At;
use crate::cx::Cx;
use crate::live::Account;
use crate::pipe::{Action, actions, by, pipelines};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static PL_024: Rule = Rule {
    id: "PL-024",
    severity: Severity::Warning,
    title: "a pipeline that one change starts twice",
    doc: "An EventBridge rule starts the pipeline, and it asks the repository for changes as well: that is what it does \
          unless PollForSourceChanges says \"false\".",
    fix: "PollForSourceChanges = \"false\"",
    source: "AWS: CodePipeline user guide, action reference CodeCommit",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main" } }] },
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
        let starters = Starters::new(cx);
        for action in by(cx, "CodeCommit") {
            let polls = action.says("PollForSourceChanges");
            let rule = starters.of(&action.pipeline).iter().find(|rule| is_on(rule) && listens(rule));
            if let Some(rule) = rule.filter(|_| !polls.exists() || polls.flag()) {
                out.at(
                    &action.place("PollForSourceChanges"),
                    "a push starts the pipeline twice: by polling, and by a rule",
                )
                .related(rule, "the rule that starts it");
            }
        }
    }),
};

pub static PL_025: Rule = Rule {
    id: "PL-025",
    severity: Severity::Warning,
    title: "a pipeline that nothing starts",
    doc: "It does not ask its source for changes, and no rule of this stack that is switched on starts it.",
    fix: "declare an [events.rule] for the repository with the pipeline as its target",
    source: "AWS: CodePipeline user guide, change detection methods",
    bad: r#"
[events.rule.push]
state = "DISABLED"
"#,
    good: r#"
[events.rule.push]
state = "ENABLED"
"#,
    by: By::Check(|cx, out| {
        let starters = Starters::new(cx);
        for pipeline in pipelines(cx) {
            let sources: Vec<_> = actions(&pipeline).into_iter().filter(Action::is_source).collect();
            let waits = |action: &Action<'_>| {
                let polls = action.says("PollForSourceChanges");
                matches!(&*action.provider(), "CodeCommit" | "S3") && polls.exists() && !polls.flag()
            };
            let rules = starters.of(&pipeline);
            if !sources.is_empty() && sources.iter().all(waits) && !rules.iter().any(is_on) {
                let at = sources[0].says("PollForSourceChanges");
                let finding =
                    out.at(&at, "the pipeline does not look for changes, and nothing tells it of them");
                for rule in rules {
                    finding.related(&rule.get("state"), "this rule is switched off");
                }
            }
        }
    }),
};

pub static PL_036: Rule = Rule {
    id: "PL-036",
    severity: Severity::Error,
    title: "a rule that listens to another branch than the pipeline reads",
    doc: "The rule starts the pipeline when something happens to one branch of a repository, and the pipeline reads \
          another: a push to what it reads never starts it.",
    fix: "name the same repository and branch in both",
    source: "AWS: CodePipeline user guide, EventBridge rules for CodeCommit sources",
    bad: r#"
[events.rule.push.event_pattern]
detail = { event = ["referenceCreated", "referenceUpdated"], referenceType = ["branch"], referenceName = ["master"] }
"#,
    good: r#"
[events.rule.push.event_pattern]
detail = { event = ["referenceCreated", "referenceUpdated"], referenceType = ["branch"], referenceName = ["main"] }
"#,
    by: By::Check(|cx, out| {
        let starters = Starters::new(cx);
        for pipeline in pipelines(cx) {
            let sources: Vec<_> =
                actions(&pipeline).into_iter().filter(|action| action.is("CodeCommit")).collect();
            for rule in starters.of(&pipeline).iter().filter(|rule| listens(rule) && !sources.is_empty()) {
                branch(rule, &sources, out);
                repository(rule, &sources, out);
            }
        }
    }),
};

pub static PL_040: Rule = Rule {
    id: "PL-040",
    severity: Severity::Error,
    title: "a branch that the repository does not have",
    doc: "The repository has been pushed to, and not to the branch that the pipeline reads: `git init` calls the first one \
          `main` or `master`, as it is set up. The source action fails (BranchDoesNotExistException) until somebody pushes it.",
    fix: "name the branch that is there, or push this one",
    source: "AWS API: codecommit GetBranch; AWS: CodePipeline user guide, action reference CodeCommit",
    bad: "",
    good: "",
    by: By::Live(unknown_branch),
};

fn unknown_branch(account: &Account<'_>, out: &mut Sink<'_>) {
    for action in by(&account.cx, "CodeCommit") {
        let at = action.says("BranchName");
        let (Some(branch), Some(repository)) = (at.text(), action.repository()) else { continue };
        let Some(found) = account.found(repository.address()) else { continue };
        let missing = found.extra["missing_branches"].as_array().into_iter().flatten();
        if missing.into_iter().any(|missing| *missing == *branch) {
            let finding = out.at(&at, format!("{} has no branch `{branch}`", repository.address()));
            if let Some(default) = found.spec["default_branch"].as_str() {
                finding.fix(format!("its default branch is `{default}`: name that, or push `{branch}`"));
            }
        }
    }
}

fn branch(rule: &At<'_>, sources: &[Action<'_>], out: &mut Sink<'_>) {
    let names = pattern(rule).key("detail").key("referenceName");
    let plain = |at: &At<'_>| at.is_text() && at.text().is_some();
    if names.is_empty() || !names.items().all(|at| plain(&at)) {
        return;
    }
    let read: Vec<_> = sources.iter().map(|source| source.says("BranchName")).collect();
    if read.iter().any(|branch| branch.text().is_none_or(|branch| names.items().any(|name| name.is(&branch))))
    {
        return;
    }
    let words = |at: &At<'_>| at.text().unwrap_or_default().into_owned();
    let listened: Vec<_> = names.items().map(|name| words(&name)).collect();
    let own: Vec<_> = read.iter().map(words).collect();
    let message =
        format!("the rule listens to `{}`, the pipeline reads `{}`", listened.join("`, `"), own.join("`, `"));
    let finding = out.at(&names, message);
    for branch in &read {
        finding.related(branch, "the branch that the pipeline reads");
    }
}

fn repository(rule: &At<'_>, sources: &[Action<'_>], out: &mut Sink<'_>) {
    let resources = pattern(rule).key("resources");
    let heard: Vec<_> = resources.items().filter_map(|at| Some(at.reference()?.target.clone())).collect();
    let read: Vec<_> = sources.iter().filter_map(Action::repository).collect();
    if heard.is_empty() || heard.len() < resources.items().count() || read.len() < sources.len() {
        return;
    }
    if !read.iter().any(|repository| heard.contains(repository.address())) {
        let names: Vec<String> = read.iter().map(|repository| repository.address().to_string()).collect();
        out.at(&resources, format!("the pipeline reads {}, and not this repository", names.join(" and ")))
            .related(&sources[0].says("RepositoryName"), "what the pipeline reads");
    }
}

/// The rules that start each pipeline.
struct Starters<'c>(BTreeMap<&'c Address, Vec<At<'c>>>);

impl<'c> Starters<'c> {
    fn new(cx: &'c Cx<'c>) -> Self {
        let mut by_pipeline: BTreeMap<_, Vec<At<'c>>> = BTreeMap::new();
        for rule in cx.of(EventsRule) {
            for target in rule.get("targets").items().filter_map(|target| target.get("target").target()) {
                by_pipeline.entry(target.address()).or_default().push(rule.clone());
            }
        }
        Self(by_pipeline)
    }

    fn of(&self, pipeline: &At<'_>) -> &[At<'c>] {
        self.0.get(pipeline.address()).map(Vec::as_slice).unwrap_or_default()
    }
}

fn is_on(rule: &At<'_>) -> bool {
    !rule.get("state").is("DISABLED")
}

fn pattern<'c>(rule: &At<'c>) -> At<'c> {
    rule.get("event_pattern")
}

/// Does it listen to CodeCommit?
fn listens(rule: &At<'_>) -> bool {
    pattern(rule).key("source").items().any(|source| source.is("aws.codecommit"))
}
