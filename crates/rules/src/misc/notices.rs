//! Which events a notification rule can tell of.

use recon_model::KindId::NotificationsRule;
use recon_model::load::nearest;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static MISC_031: Rule = Rule {
    id: "MISC-031",
    severity: Severity::Error,
    title: "an event that a notification rule cannot tell of",
    doc: "Each service has its own event types (`ListEventTypes`), and a rule on a pipeline tells of a pipeline's only: \
          \"The event type … is not valid for the resource type\".",
    fix: "name an event type of the rule's resource",
    source: "AWS: developer tools console user guide, events for notification rules",
    bad: r#"
[notifications.rule.api]
name           = "api"
resource       = "codepipeline.pipeline.api"
event_type_ids = ["codepipeline-pipeline-pipeline-execution-fail", "codebuild-project-build-state-failed"]
detail_type    = "FULL"
targets        = [{ target_address = { arn = "arn:aws:sns:eu-central-1:123456789012:told" } }]
"#,
    good: r#"
[notifications.rule.api]
name           = "api"
resource       = "codepipeline.pipeline.api"
event_type_ids = ["codepipeline-pipeline-pipeline-execution-failed"]
detail_type    = "FULL"
targets        = [{ target_address = { arn = "arn:aws:sns:eu-central-1:123456789012:told" } }]
"#,
    by: By::Check(events),
};

/// Event types by the kind of resource that has them: what their ids begin with, and end with.
const EVENTS: &[(&str, &str, &[&str])] = &[
    (
        "codecommit.repository",
        "codecommit-repository-",
        &[
            "comments-on-commits",
            "comments-on-pull-requests",
            "approvals-status-changed",
            "approvals-rule-override",
            "pull-request-created",
            "pull-request-source-updated",
            "pull-request-status-changed",
            "pull-request-merged",
            "branches-and-tags-created",
            "branches-and-tags-deleted",
            "branches-and-tags-updated",
        ],
    ),
    (
        "codebuild.project",
        "codebuild-project-",
        &[
            "build-state-failed",
            "build-state-succeeded",
            "build-state-in-progress",
            "build-state-stopped",
            "build-phase-failure",
            "build-phase-success",
        ],
    ),
    (
        "codedeploy.application",
        "codedeploy-application-",
        &["deployment-failed", "deployment-succeeded", "deployment-started"],
    ),
    (
        "codepipeline.pipeline",
        "codepipeline-pipeline-",
        &[
            "action-execution-succeeded",
            "action-execution-failed",
            "action-execution-canceled",
            "action-execution-started",
            "stage-execution-started",
            "stage-execution-succeeded",
            "stage-execution-resumed",
            "stage-execution-canceled",
            "stage-execution-failed",
            "pipeline-execution-failed",
            "pipeline-execution-canceled",
            "pipeline-execution-started",
            "pipeline-execution-resumed",
            "pipeline-execution-succeeded",
            "pipeline-execution-superseded",
            "manual-approval-failed",
            "manual-approval-needed",
            "manual-approval-succeeded",
        ],
    ),
];

fn events(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for rule in cx.of(NotificationsRule) {
        let of = rule.get("resource");
        let Some((_, prefix, endings)) = EVENTS.iter().find(|(kind, ..)| is_of(&of, kind)) else { continue };
        let valid: Vec<String> = endings.iter().map(|ending| format!("{prefix}{ending}")).collect();
        for at in rule.get("event_type_ids").items() {
            let Some(id) = at.text().filter(|id| !valid.iter().any(|valid| valid == id)) else { continue };
            let found = out.at(&at, format!("{} has no event type `{id}`", rule.address()));
            found.related(&of, "what it tells of");
            if let Some(near) = nearest(&id, valid.iter().map(String::as_str)) {
                found.fix(format!("did you mean `{near}`?"));
            }
        }
    }
}

/// By the resource of the stack, or by the service in an ARN.
fn is_of(at: &At<'_>, kind: &str) -> bool {
    match at.reference() {
        Some(reference) => reference.target.kind == kind,
        None => at.text().is_some_and(|arn| arn.split(':').nth(2) == kind.split('.').next()),
    }
}
