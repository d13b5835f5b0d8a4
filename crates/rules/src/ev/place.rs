//! Where a rule lives, and the role that is made for it.

use recon_model::KindId::CodepipelinePipeline;

use super::{events, targets};
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static EV_010: Rule = Rule {
    id: "EV-010",
    severity: Severity::Error,
    title: "events or targets of another region",
    doc: "A rule sees the events of its own region, and starts a pipeline or a build in its own region only. What happens \
          in another region never reaches it.",
    fix: "put the rule where the repository and the pipeline are",
    source: "AWS API: events PutRule, PutTargets; EventBridge user guide, cross-region events go to an event bus",
    bad: r#"
[events.rule.push.event_pattern]
resources = ["arn:aws:codecommit:us-east-1:123456789012:app"]
"#,
    good: r#"
[events.rule.push.event_pattern]
resources = ["arn:aws:codecommit:eu-central-1:123456789012:app"]
"#,
    by: By::Check(regions),
};

fn regions(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let home = &cx.stack.home.region;
    let region = |arn: &str| arn.split(':').nth(3).filter(|region| !region.is_empty()).map(str::to_string);
    for rule in events(cx) {
        let pattern = rule.get("event_pattern");
        for at in pattern.get("resources").items() {
            if let Some(other) = at.text().and_then(|arn| region(&arn)).filter(|other| other != home) {
                out.at(&at, format!("this is in {other}, and its events never reach {home}"));
            }
        }
        for at in pattern.get("region").items() {
            if let Some(other) = at.text().filter(|other| **other != **home) {
                out.at(&at, format!("events of {other} never reach {home}"));
            }
        }
    }
    for (_, target) in targets(cx) {
        let at = target.get("target");
        let Some(arn) = at.text().filter(|_| at.is_literal()) else { continue };
        // an event bus may be anywhere
        let bus = arn.contains(":event-bus/");
        if let Some(other) = region(&arn).filter(|other| !bus && other != home) {
            out.at(&at, format!("the target is in {other}, the rule in {home}"));
        }
    }
}

pub static EV_011: Rule = Rule {
    id: "EV-011",
    severity: Severity::Error,
    title: "a pipeline's name that is too long for its trigger's role",
    doc: "The console calls the role of a pipeline's trigger cwe-role-REGION-PIPELINE, and a role's name has at most 64 \
          characters: with a longer name of the pipeline that role cannot be made. A stack that names the role itself \
          is free to shorten it.",
    fix: "shorten the role's name",
    source: "AWS API: iam CreateRole, RoleName; CodePipeline user guide, EventBridge rule with the console",
    bad: r#"
[iam.role.start]
name = "cwe-role-eu-central-1-a-pipeline-with-a-name-of-more-than-forty-one"
"#,
    good: r#"
[iam.role.start]
name = "cwe-role-eu-central-1-api"
"#,
    by: By::Check(|cx, out| {
        let derived: Vec<String> = cx
            .of(CodepipelinePipeline)
            .filter_map(|pipeline| pipeline.get("name").text())
            .map(|name| format!("cwe-role-{}-{name}", cx.stack.home.region))
            .collect();
        for (_, target) in targets(cx) {
            let Some(role) = target.get("role").target() else { continue };
            let at = role.get("name");
            let Some(name) = at.text().filter(|name| name.len() > 64) else { continue };
            let words = if derived.iter().any(|derived| *derived == name) {
                "the derived name of the trigger's role"
            } else {
                "the name of the trigger's role"
            };
            out.at(&at, format!("{words} has {} characters, IAM takes 64", name.len()));
        }
    }),
};
