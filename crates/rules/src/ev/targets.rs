//! What a rule starts.

use std::collections::BTreeMap;

use super::{events, starts_pipeline, targets};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static EV_004: Rule = Rule {
    id: "EV-004",
    severity: Severity::Error,
    title: "a target without a role",
    doc: "EventBridge starts a pipeline, a build or a task as a role: \"RoleArn is required for target …\". Topics and log \
          groups let it in by a policy of their own.",
    fix: "role = \"…\": one that trusts events.amazonaws.com and may start the target",
    source: "AWS: EventBridge user guide, identity-based access; CodePipeline user guide, EventBridge rule with the CLI",
    bad: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api" }]
"#,
    good: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    by: By::Check(|cx, out| {
        for (_, target) in targets(cx) {
            let at = target.get("target");
            let starts = match at.reference() {
                Some(reference) => ["codepipeline.pipeline", "codebuild.project", "ecs.cluster"]
                    .contains(&&*reference.target.kind),
                None => at.text().is_some_and(|arn| {
                    [":codepipeline:", ":codebuild:", ":ecs:"].iter().any(|service| arn.contains(service))
                }),
            };
            if starts && !target.get("role").exists() {
                out.at(&at, "EventBridge needs a role to start this");
            }
        }
    }),
};

pub static EV_007: Rule = Rule {
    id: "EV-007",
    severity: Severity::Error,
    title: "more targets than a rule takes, or two of one id",
    doc: "A rule has at most five targets (LimitExceededException), each with an id of its own: a second one of the same \
          id takes the first one's place.",
    fix: "another rule with the same pattern takes five more",
    source: "AWS API: events PutTargets; EventBridge quotas",
    bad: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets = [
  { id = "a", target = "codepipeline.pipeline.api", role = "start" },
  { id = "a", target = "codepipeline.pipeline.api", role = "start", input = {} },
]
"#,
    good: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets             = [{ id = "a", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    by: By::Check(counts),
};

fn counts(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for list in events(cx).map(|rule| rule.get("targets")) {
        let count = list.items().count();
        if count > 5 {
            out.at(&list, format!("{count} targets, a rule takes five"));
        }
        let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
        for at in list.items().map(|target| target.get("id")) {
            let Some(id) = at.text() else { continue };
            if let Some(first) = seen.insert(id.to_string(), at.clone()) {
                out.at(&at, format!("two targets have the id `{id}`"))
                    .fix("give each an id of its own")
                    .related(&first, "the first one");
            }
        }
    }
}

pub static EV_012: Rule = Rule {
    id: "EV-012",
    severity: Severity::Advice,
    title: "events that are lost without a trace",
    doc: "An event that its target does not take is tried again for a day, and then dropped. A dead-letter queue keeps it, \
          with the reason: the only place where a trigger that may not start its pipeline says so.",
    fix: "dead_letter_config = \"arn:aws:sqs:…\"",
    source: "AWS: EventBridge user guide, dead-letter queues; cfn-guard and cdk-nag ask for it",
    bad: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    good: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start", dead_letter_config = "arn:aws:sqs:eu-central-1:123456789012:lost" }]
"#,
    by: By::Check(|cx, out| {
        for (_, target) in targets(cx).filter(|(_, target)| starts_pipeline(target)) {
            if target.get("dead_letter_config").is_empty() {
                out.at(&target, "an event that cannot start the pipeline is dropped after a day");
            }
        }
    }),
};

pub static EV_013: Rule = Rule {
    id: "EV-013",
    severity: Severity::Warning,
    title: "a rule without a target, or switched off",
    doc: "A rule without a target matches events and does nothing with them, and a disabled one does not even match.",
    fix: "add a target, or remove the rule",
    source: "AWS API: events PutRule, State; PutTargets",
    bad: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
"#,
    good: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "rate(1 day)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    by: By::Check(|cx, out| {
        for rule in events(cx) {
            let targets = rule.get("targets");
            if targets.is_empty() {
                let place = if targets.exists() { &targets } else { &rule };
                out.at(place, format!("{} starts nothing", rule.address()));
            }
        }
    }),
};
