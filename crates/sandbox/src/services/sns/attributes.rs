//! Which attributes there are, and what may stand in them.

use serde_json::{Value, json};

use super::super::kms::policy::parse;
use super::invalid;
use crate::context::Context;
use crate::form::put;
use crate::refusal::Refusal;

/// Attributes of a topic that can be set.
const OF_TOPIC: [&str; 10] = [
    "ArchivePolicy",
    "ContentBasedDeduplication",
    "DataProtectionPolicy",
    "DeliveryPolicy",
    "DisplayName",
    "FifoThroughputScope",
    "KmsMasterKeyId",
    "Policy",
    "SignatureVersion",
    "TracingConfig",
];
/// Protocols that report deliveries: `PROTOCOL` + one of `FEEDBACK`.
const REPORTING: [&str; 5] = ["Application", "Firehose", "HTTP", "Lambda", "SQS"];
const FEEDBACK: [&str; 3] = ["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"];
/// Attributes of a subscription that can be set.
const OF_SUBSCRIPTION: [&str; 7] = [
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
];
const JSON: [&str; 6] = [
    "ArchivePolicy",
    "DataProtectionPolicy",
    "DeliveryPolicy",
    "FilterPolicy",
    "RedrivePolicy",
    "ReplayPolicy",
];

/// Sets one attribute of a topic, or refuses it as SNS does.
pub(super) fn of_topic(topic: &mut Value, name: &str, value: &str) -> Result<(), Refusal> {
    let reports = REPORTING.iter().any(|p| name.strip_prefix(p).is_some_and(|rest| FEEDBACK.contains(&rest)));
    if !OF_TOPIC.contains(&name) && !reports {
        return Err(invalid("AttributeName"));
    }
    let fifo = topic["FifoTopic"] == json!("true");
    if !fifo && matches!(name, "ContentBasedDeduplication" | "FifoThroughputScope" | "ArchivePolicy") {
        return Err(invalid(&format!("{name} Reason: only FIFO topics have it")));
    }
    let allowed: &[&str] = match name {
        "ContentBasedDeduplication" => &["true", "false"],
        "FifoThroughputScope" => &["Topic", "MessageGroup"],
        "SignatureVersion" => &["1", "2"],
        "TracingConfig" => &["Active", "PassThrough"],
        _ => &[],
    };
    if !allowed.is_empty() && !allowed.contains(&value) {
        return Err(invalid(&format!("{name} Reason: is not one of {allowed:?}")));
    }
    if name == "DisplayName" && value.chars().count() > 100 {
        return Err(invalid("DisplayName Reason: is longer than 100 characters"));
    }
    if name == "Policy" && parse(value).is_none() {
        return Err(invalid("Policy Error: null"));
    }
    check_json(name, value)?;
    // an empty text switches these off; a display name is empty from the start
    let off = value.is_empty() && name != "DisplayName";
    put(topic, name, if off { Value::Null } else { json!(value) });
    Ok(())
}

/// Sets one attribute of a subscription, or refuses it as SNS does.
pub(super) fn of_subscription(subscription: &mut Value, name: &str, value: &str) -> Result<(), Refusal> {
    if !OF_SUBSCRIPTION.contains(&name) {
        return Err(invalid("AttributeName"));
    }
    let allowed: &[&str] = match name {
        "RawMessageDelivery" => &["true", "false"],
        "FilterPolicyScope" => &["MessageAttributes", "MessageBody"],
        _ => &[],
    };
    if !allowed.is_empty() && !allowed.contains(&value) {
        return Err(invalid(&format!("{name}: is not one of {allowed:?}")));
    }
    check_json(name, value)?;
    let off = value.is_empty() || (name == "FilterPolicy" && value.trim() == "{}");
    put(subscription, name, if off { Value::Null } else { json!(value) });
    if name == "FilterPolicy" && off {
        put(subscription, "FilterPolicyScope", Value::Null);
    } else if name == "FilterPolicy" && subscription["FilterPolicyScope"].is_null() {
        subscription["FilterPolicyScope"] = json!("MessageAttributes");
    }
    Ok(())
}

fn check_json(name: &str, value: &str) -> Result<(), Refusal> {
    let object = || serde_json::from_str::<Value>(value).is_ok_and(|document| document.is_object());
    if JSON.contains(&name) && !value.is_empty() && !object() {
        return Err(invalid(&format!("{name}: failed to parse JSON.")));
    }
    Ok(())
}

/// Who may use a topic that was made without a policy: its owner.
pub(super) fn default_policy(cx: &Context<'_>, arn: &str) -> String {
    let actions = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions,
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": cx.account}},
        }],
    })
    .to_string()
}

/// How SNS retries over HTTP, where nothing else is said.
pub(super) fn effective_delivery(given: &Value) -> String {
    let given: Value = given.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let retry = json!({
        "minDelayTarget": 20,
        "maxDelayTarget": 20,
        "numRetries": 3,
        "numMaxDelayRetries": 0,
        "numNoDelayRetries": 0,
        "numMinDelayRetries": 0,
        "backoffFunction": "linear",
    });
    let mut http = json!({
        "defaultHealthyRetryPolicy": retry,
        "disableSubscriptionOverrides": false,
        "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
    });
    override_with(&mut http, &given["http"]);
    json!({"http": http}).to_string()
}

/// What is said replaces what is there, member by member.
fn override_with(there: &mut Value, said: &Value) {
    match (there, said) {
        (_, Value::Null) => {}
        (Value::Object(there), Value::Object(said)) => {
            for (name, value) in said {
                override_with(there.entry(name).or_insert(Value::Null), value);
            }
        }
        (there, said) => *there = said.clone(),
    }
}
