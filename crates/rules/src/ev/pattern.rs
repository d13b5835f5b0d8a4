//! Which events a rule waits for.

use recon_model::KindId::CodecommitRepository;
use recon_model::Tree;

use super::{events, starts_pipeline};
use crate::at::At;
use crate::cx::Cx;
use crate::near::Names;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static EV_003: Rule = Rule {
    id: "EV-003",
    severity: Severity::Error,
    title: "a pattern that EventBridge does not read",
    doc: "A pattern is an object whose leaves are arrays: \"Event pattern is not valid. Reason: 'source' must be an object \
          or an array\" (InvalidEventPatternException), even where there is one value only. It has at most 4096 \
          characters (SHAPE-001).",
    fix: "write lists: source = [\"aws.codecommit\"]",
    source: "AWS: EventBridge user guide, event patterns; AWS API: events PutRule, EventPattern",
    bad: r#"
[events.rule.push]
event_pattern = { source = "aws.codecommit" }
"#,
    good: r#"
[events.rule.other]
name          = "other"
event_pattern = { source = ["aws.ecr"], detail = { result = ["SUCCESS"], repository-name = [{ prefix = "api" }] } }
targets       = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start", dead_letter_config = "arn:aws:sqs:eu-central-1:123456789012:lost" }]
"#,
    by: By::Check(|cx, out| {
        for pattern in events(cx).map(|rule| rule.get("event_pattern")) {
            if pattern.exists() {
                leaves(&pattern, out);
            }
        }
    }),
};

fn leaves(at: &At<'_>, out: &mut Sink<'_>) {
    match at.tree() {
        Some(Tree::Map(map)) if map.is_empty() => {
            out.at(at, "an empty object matches nothing that EventBridge knows")
                .fix("say what is waited for");
        }
        Some(Tree::Map(_)) => {
            for (key, inner) in at.entries() {
                // `$or` holds a list of patterns
                if key == "$or" {
                    inner.items().for_each(|pattern| leaves(&pattern, out));
                } else {
                    leaves(&inner, out);
                }
            }
        }
        Some(Tree::List(items)) if items.is_empty() => {
            out.at(at, "an empty list matches nothing, and EventBridge refuses it").fix("name a value");
        }
        Some(Tree::List(_)) | None => {}
        Some(_) => {
            out.at(at, "a value of a pattern is a list").label("must be a list, or a table of lists");
        }
    }
}

/// The repository of the stack whose pushes a pattern is about, if it says so.
fn about_codecommit(pattern: &At<'_>) -> bool {
    pattern.get("source").items().any(|source| source.is("aws.codecommit"))
}

pub static EV_008: Rule = Rule {
    id: "EV-008",
    severity: Severity::Error,
    title: "a pattern for a repository that there is not",
    doc: "\"EventBridge uses an exact match\": a CodeCommit repository is arn:aws:codecommit:REGION:ACCOUNT:NAME, with a \
          colon before the name and no slash. An ARN that is off by a letter never matches, and nobody is told.",
    fix: "resources = [\"${codecommit.repository.….arn}\"]",
    source: "AWS API: events PutRule; CodePipeline user guide, CodeCommit source actions and EventBridge",
    bad: r#"
[events.rule.push.event_pattern]
resources = ["arn:aws:codecommit:eu-central-1:123456789012:repository/app"]
"#,
    good: r#"
[events.rule.push.event_pattern]
resources = ["arn:aws:codecommit:eu-central-1:123456789012:app"]
"#,
    by: By::Check(repositories),
};

fn repositories(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let own = Names::of(cx, CodecommitRepository);
    for pattern in events(cx).map(|rule| rule.get("event_pattern")) {
        for at in pattern.get("resources").items().filter(|_| about_codecommit(&pattern)) {
            let Some(arn) = at.text().filter(|_| at.is_literal()) else { continue };
            let parts: Vec<&str> = arn.split(':').collect();
            let ["arn", _, service, _, account, name] = parts[..] else {
                out.at(&at, "this is no ARN of a repository").label("arn:aws:codecommit:REGION:ACCOUNT:NAME");
                continue;
            };
            if service != "codecommit" || name.contains('/') {
                out.at(&at, "no repository has this ARN").label("arn:aws:codecommit:REGION:ACCOUNT:NAME");
                continue;
            }
            // somebody else's repository is none of the stack's mistakes
            let near = own.meant_by(name).filter(|_| !own.has(name));
            if let Some((near, _)) = near.filter(|_| account == cx.stack.home.account) {
                out.at(&at, format!("the stack has no repository `{name}`"))
                    .fix(format!("did you mean `{near}`?"));
            }
        }
    }
}

pub static EV_009: Rule = Rule {
    id: "EV-009",
    severity: Severity::Warning,
    title: "a pipeline that starts for every event of its repository",
    doc: "Without detail the pattern also matches tags, other branches and the deletion of a branch: the pipeline runs \
          without a change of its source.",
    fix: "detail = { event = [\"referenceCreated\", \"referenceUpdated\"], referenceType = [\"branch\"], referenceName = [\"…\"] }",
    source: "AWS: CodePipeline user guide, create an EventBridge rule for a CodeCommit source",
    bad: r#"
[events.rule.tags]
name          = "tags"
event_pattern = { source = ["aws.codecommit"], resources = ["${codecommit.repository.app.arn}"] }
targets       = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    good: r#"
[events.rule.tags]
name          = "tags"
event_pattern = { source = ["aws.codecommit"], resources = ["${codecommit.repository.app.arn}"], detail = { event = ["referenceUpdated"], referenceType = ["branch"], referenceName = ["main"] } }
targets       = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    by: By::Check(|cx, out| {
        for rule in events(cx) {
            let pattern = rule.get("event_pattern");
            if !about_codecommit(&pattern) || !rule.get("targets").items().any(|t| starts_pipeline(&t)) {
                continue;
            }
            let detail = pattern.get("detail");
            let silent: Vec<&str> = ["event", "referenceType", "referenceName"]
                .into_iter()
                .filter(|key| detail.get(key).is_empty())
                .collect();
            if !silent.is_empty() {
                let place = if detail.exists() { &detail } else { &pattern };
                out.at(place, format!("the pattern does not say {}", silent.join(", ")))
                    .label("other events start the pipeline as well");
            }
        }
    }),
};
