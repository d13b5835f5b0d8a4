//! `notifications.rule`: facts in AWS's API reference of CodeStar
//! Notifications, CreateNotificationRule.

use serde_json::{Value, json};

use crate::kind::{Kind, to};
use crate::schema::RefTo;
use crate::targets::TOPIC;

/// What has events to tell of. All of these ARNs are made of names.
const RESOURCE: RefTo = to(
    &["codepipeline.pipeline", "codebuild.project", "codecommit.repository", "codedeploy.application"],
    "arn",
)
.by_name();

pub(crate) fn kind() -> Kind {
    Kind::new(
        "notifications.rule",
        "codestar-notifications",
        "CreateNotificationRuleRequest",
        "Which events of a pipeline, a build or a deployment are told to whom.",
    )
    .cfn("AWS::CodeStarNotifications::NotificationRule")
    .exports(&["arn", "name"])
    .create_only(&["resource"])
    .leave_out(&[("client_request_token", "recon sends its own, so that a repeated call makes one rule")])
    // marked as secret in AWS's model, and none of it is
    .public(&["name", "targets.target_address"])
    .refers("resource", RESOURCE)
    .refers("targets.target_address", TOPIC)
    .required(&["targets.target_address"])
    .shorthand("targets", "target_address")
    .matched_by("targets", "target_address")
    .default("targets.target_type", "SNS")
    .default("status", "ENABLED")
    .canonical(canonical)
}

fn canonical(spec: &mut Value) {
    for target in spec["targets"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        target.entry("target_type").or_insert_with(|| json!("SNS"));
    }
}
