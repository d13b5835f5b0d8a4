//! codestar-notifications in the sandbox.

mod events;
mod rule;
mod tagging;
mod target;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};
use crate::tags::Tags;

/// What codestar-notifications holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By ARN.
    pub rules: BTreeMap<String, Rule>,
}

/// One notification rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Rule {
    /// In the form of DescribeNotificationRule, without tags and the targets' states.
    pub description: Value,
    pub tags: Tags,
    /// The request that made it, where it came with a token.
    pub request: Option<Value>,
}

fn of<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Rule, Refusal> {
    let arn = text(input, "Arn");
    cx.here.codestar_notifications.rules.get_mut(arn).ok_or_else(|| {
        Refusal::new(404, "ResourceNotFoundException", format!("The notification rule {arn} does not exist"))
    })
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationException", message)
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        self.rules.keys().cloned().collect()
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        self.rules.iter().map(|(arn, rule)| (arn.clone(), rule.tags.clone())).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateNotificationRule" => rule::create(cx, input),
        "DescribeNotificationRule" => rule::describe(cx, input),
        "UpdateNotificationRule" => rule::update(cx, input),
        "DeleteNotificationRule" => rule::delete(cx, input),
        "ListNotificationRules" => rule::list(cx, input),
        "TagResource" => tagging::tag(cx, input),
        "UntagResource" => tagging::untag(cx, input),
        "ListTagsForResource" => tagging::list(cx, input),
        _ => Err(Refusal::unknown_operation("codestar-notifications", operation)),
    }
}
