//! sns in the sandbox. Its codes are those on the wire: without `Exception`.

mod attributes;
mod subscription;
mod tagging;
mod topic;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};
use crate::tags::Tags;

/// What sns holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By ARN.
    pub topics: BTreeMap<String, Topic>,
    /// Attributes by ARN, in AWS's form.
    pub subscriptions: BTreeMap<String, Value>,
}

/// One topic.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Topic {
    /// In AWS's form, all of them text.
    pub attributes: Value,
    pub tags: Tags,
}

impl State {
    /// The attributes of the topic of that ARN.
    pub fn topic(&self, arn: &str) -> Option<&Value> {
        self.topics.get(arn).map(|topic| &topic.attributes)
    }

    /// The receiver follows the link in the message. False: there is no such subscription.
    pub fn confirm(&mut self, subscription: &str) -> bool {
        let Some(attributes) = self.subscriptions.get_mut(subscription) else { return false };
        attributes["PendingConfirmation"] = "false".into();
        true
    }
}

fn of<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Topic, Refusal> {
    let arn = text(input, "TopicArn");
    if !arn.starts_with("arn:aws:sns:") || arn.split(':').count() != 6 {
        return Err(invalid("TopicArn"));
    }
    let missing = || Refusal::new(404, "NotFound", "Topic does not exist");
    cx.here.sns.topics.get_mut(arn).ok_or_else(missing)
}

fn invalid(what: &str) -> Refusal {
    Refusal::bad("InvalidParameter", format!("Invalid parameter: {what}"))
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        self.topics.keys().chain(self.subscriptions.keys()).cloned().collect()
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        self.topics.iter().map(|(arn, topic)| (arn.clone(), topic.tags.clone())).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateTopic" => topic::create(cx, input),
        "GetTopicAttributes" => topic::get(cx, input),
        "SetTopicAttributes" => topic::set(cx, input),
        "DeleteTopic" => topic::delete(cx, input),
        "ListTopics" => topic::list(cx, input),
        "Subscribe" => subscription::subscribe(cx, input),
        "Unsubscribe" => subscription::unsubscribe(cx, input),
        "GetSubscriptionAttributes" => subscription::get(cx, input),
        "SetSubscriptionAttributes" => subscription::set(cx, input),
        "ListSubscriptionsByTopic" => subscription::list(cx, input),
        "TagResource" => tagging::tag(cx, input),
        "UntagResource" => tagging::untag(cx, input),
        "ListTagsForResource" => tagging::list(cx, input),
        _ => Err(Refusal::unknown_operation("sns", operation)),
    }
}
