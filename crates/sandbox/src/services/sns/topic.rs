//! Topics: made, read, changed, deleted.

use serde_json::{Value, json};

use super::{Topic, attributes, invalid, of, tagging};
use crate::context::Context;
use crate::form::{given, text};
use crate::page::page;
use crate::refusal::Refusal;
use crate::tags;

const PAGE: usize = 100;

/// Creating twice is no error, as long as both say the same.
pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Name");
    let fifo = input["Attributes"]["FifoTopic"] == json!("true");
    check_name(name, fifo)?;
    let arn = cx.arn("sns", name);
    let tags = tags::parse(&input["Tags"]);
    tagging::check(&tags)?;
    let topic = Topic { attributes: fresh(cx, &arn, input)?, tags };
    if let Some(before) = cx.here.sns.topics.get(&arn) {
        let said = input["Attributes"].as_object().into_iter().flatten();
        if said.into_iter().any(|(name, value)| name != "FifoTopic" && before.attributes[name] != *value) {
            return Err(invalid("Attributes Reason: Topic already exists with different attributes"));
        }
        if !input["Tags"].is_null() && before.tags != topic.tags {
            return Err(invalid("Tags Reason: Topic already exists with different tags"));
        }
    } else {
        cx.here.sns.topics.insert(arn.clone(), topic);
    }
    Ok(json!({"TopicArn": arn}))
}

fn fresh(cx: &Context<'_>, arn: &str, input: &Value) -> Result<Value, Refusal> {
    let mut topic = json!({
        "TopicArn": arn,
        "Owner": cx.account,
        "DisplayName": "",
        "Policy": attributes::default_policy(cx, arn),
    });
    if input["Attributes"]["FifoTopic"] == json!("true") {
        topic["FifoTopic"] = json!("true");
        topic["ContentBasedDeduplication"] = json!("false");
    }
    for (name, value) in input["Attributes"].as_object().into_iter().flatten() {
        if name != "FifoTopic" {
            attributes::of_topic(&mut topic, name, value.as_str().unwrap_or_default())?;
        }
    }
    if let Some(policy) = input["DataProtectionPolicy"].as_str() {
        attributes::of_topic(&mut topic, "DataProtectionPolicy", policy)?;
    }
    Ok(topic)
}

/// What was set, and what follows from it.
pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut attributes = of(cx, input)?.attributes.clone();
    attributes["EffectiveDeliveryPolicy"] =
        json!(attributes::effective_delivery(&attributes["DeliveryPolicy"]));
    let subscriptions = cx.here.sns.subscriptions.values();
    let of_topic = subscriptions.filter(|subscription| subscription["TopicArn"] == attributes["TopicArn"]);
    let (pending, confirmed): (Vec<&Value>, Vec<&Value>) =
        of_topic.partition(|subscription| subscription["PendingConfirmation"] == json!("true"));
    attributes["SubscriptionsPending"] = json!(pending.len().to_string());
    attributes["SubscriptionsConfirmed"] = json!(confirmed.len().to_string());
    attributes["SubscriptionsDeleted"] = json!("0");
    // it has an operation of its own
    attributes["DataProtectionPolicy"] = Value::Null;
    Ok(json!({"Attributes": given(attributes)}))
}

pub(super) fn set(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let topic = of(cx, input)?;
    attributes::of_topic(&mut topic.attributes, text(input, "AttributeName"), text(input, "AttributeValue"))?;
    Ok(json!({}))
}

/// Deleting twice is no error. Its subscriptions go with it.
pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "TopicArn");
    cx.here.sns.topics.remove(arn);
    cx.here.sns.subscriptions.retain(|_, subscription| text(subscription, "TopicArn") != arn);
    Ok(json!({}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let all: Vec<Value> = cx.here.sns.topics.keys().map(|arn| json!({"TopicArn": arn})).collect();
    let (topics, next) = page(all, &input["NextToken"], PAGE).ok_or_else(|| invalid("NextToken"))?;
    Ok(given(json!({"Topics": topics, "NextToken": next})))
}

fn check_name(name: &str, fifo: bool) -> Result<(), Refusal> {
    let stem = if fifo { name.strip_suffix(".fifo").unwrap_or_default() } else { name };
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if stem.is_empty() || name.len() > 256 || !stem.chars().all(letters) {
        return Err(invalid("Topic Name"));
    }
    Ok(())
}
