//! What EventBridge does as the role of a target.

use recon_model::KindId::{CodebuildProject, CodepipelinePipeline, EventsRule};

use super::arn::Thing;
use super::need::{Need, demand};
use super::trust;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};

/// Targets with a role of the stack, and that role.
fn targets<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    let targets = cx.of(EventsRule).flat_map(|rule| rule.get("targets").items().collect::<Vec<_>>());
    targets.filter_map(|target| {
        let role = target.get("role").target()?;
        Some((target, role))
    })
}

pub static EV_005: Rule = Rule {
    id: "EV-005",
    severity: Severity::Error,
    title: "a target's role that EventBridge may not assume",
    doc: "EventBridge starts a pipeline as the target's role, and says nothing to anybody where it cannot: only the \
          metric FailedInvocations counts.",
    fix: "trust = { services = [\"events.amazonaws.com\"] }",
    source: "AWS: CodePipeline user guide, CodeCommit source actions and EventBridge",
    bad: r#"
[iam.role.start]
trust = { services = ["codepipeline.amazonaws.com"] }
"#,
    good: r#"
[iam.role.start]
trust = { services = ["events.amazonaws.com"] }
"#,
    by: By::Check(|cx, out| {
        for (target, role) in targets(cx) {
            trust::demand(&role, &target.get("role"), "events.amazonaws.com", out);
        }
    }),
};

pub static EV_006: Rule = Rule {
    id: "EV-006",
    severity: Severity::Error,
    title: "a target's role that may not start the pipeline",
    doc: "A role with a trust policy alone may do nothing: pushes never start the pipeline, and nobody is told. It \
          needs codepipeline:StartPipelineExecution on the pipeline.",
    fix: "add the statement to the target's role",
    source: "AWS: CodePipeline user guide, CodeCommit source actions and EventBridge",
    bad: r#"
[iam.role.start.inline.start]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codepipeline:StartPipelineExecution", Resource = "arn:aws:codepipeline:eu-central-1:123456789012:apis" }]
"#,
    good: r#"
[iam.role.start.inline.start]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codepipeline:StartPipelineExecution", Resource = "${codepipeline.pipeline.api.arn}" }]
"#,
    by: By::Check(|cx, out| {
        let needs = targets(cx).filter_map(|(target, role)| {
            let at = target.get("target");
            let what = at.target()?;
            let (why, action) = match what.item().resource.kind {
                CodepipelinePipeline => {
                    ("the rule starts this pipeline", "codepipeline:StartPipelineExecution")
                }
                CodebuildProject => ("the rule starts this build", "codebuild:StartBuild"),
                _ => return None,
            };
            Some(Need::new(&role, &at, why, &[action], Thing::of(&what)).named("start"))
        });
        demand(needs, out);
    }),
};
