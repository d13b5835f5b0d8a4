//! Where notifications go, and whether they can get there.

use serde_json::{Value, json};

use super::invalid;
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

/// Who has to be let in by the policy of a topic.
const SENDER: &str = "codestar-notifications.amazonaws.com";

/// The targets as the rule keeps them, if they are there.
pub(super) fn check(cx: &Context<'_>, request: &Value) -> Result<Value, Refusal> {
    items(request, "Targets").iter().map(|target| checked(cx, target)).collect()
}

fn checked(cx: &Context<'_>, target: &Value) -> Result<Value, Refusal> {
    let address = text(target, "TargetAddress");
    let kind = match text(target, "TargetType") {
        "" if address.starts_with("arn:aws:sns:") => "SNS",
        kind => kind,
    };
    match kind {
        "SNS" if cx.here.sns.topic(address).is_none() => Err(Refusal::bad(
            "ConfigurationException",
            format!("The Amazon SNS topic {address} does not exist"),
        )),
        "AWSChatbotSlack" | "AWSChatbotMicrosoftTeams" if !address.starts_with("arn:aws:chatbot:") => {
            Err(invalid(format!("The target address {address} is not the ARN of a chat client")))
        }
        "SNS" | "AWSChatbotSlack" | "AWSChatbotMicrosoftTeams" => {
            Ok(json!({"TargetType": kind, "TargetAddress": address}))
        }
        other => Err(invalid(format!("The target type {other:?} is not valid"))),
    }
}

/// A topic whose policy does not let the service publish cannot be reached.
pub(super) fn with_status(cx: &Context<'_>, targets: &Value) -> Value {
    let shown = |target: &Value| {
        let open = match cx.here.sns.topic(text(target, "TargetAddress")) {
            Some(topic) => text(topic, "Policy").contains(SENDER),
            None => text(target, "TargetType") != "SNS",
        };
        let mut target = target.clone();
        target["TargetStatus"] = json!(if open { "ACTIVE" } else { "UNREACHABLE" });
        target
    };
    targets.as_array().into_iter().flatten().map(shown).collect()
}
