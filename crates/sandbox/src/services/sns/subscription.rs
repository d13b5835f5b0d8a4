//! Subscriptions: some wait until the receiver confirms them.

use serde_json::{Value, json};

use super::{attributes, invalid, of};
use crate::context::Context;
use crate::form::{given, text};
use crate::page::page;
use crate::refusal::Refusal;

const PAGE: usize = 100;

/// Subscribing twice is no error, as long as both say the same.
pub(super) fn subscribe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let topic = text(&of(cx, input)?.attributes, "TopicArn").to_string();
    check_endpoint(input)?;
    let (protocol, endpoint) = (text(input, "Protocol"), text(input, "Endpoint"));
    let pending = matches!(protocol, "http" | "https" | "email" | "email-json");
    let mut fresh = json!({
        "TopicArn": topic,
        "Owner": cx.account,
        "Protocol": protocol,
        "Endpoint": endpoint,
        "RawMessageDelivery": "false",
        "PendingConfirmation": pending.to_string(),
        "ConfirmationWasAuthenticated": (!pending).to_string(),
        "SubscriptionPrincipal": format!("arn:aws:iam::{}:root", cx.account),
    });
    for (name, value) in input["Attributes"].as_object().into_iter().flatten() {
        attributes::of_subscription(&mut fresh, name, value.as_str().unwrap_or_default())?;
    }
    if protocol == "firehose" && fresh["SubscriptionRoleArn"].is_null() {
        return Err(invalid("Attributes Reason: SubscriptionRoleArn is required for protocol firehose"));
    }
    let same = |s: &&Value| ["TopicArn", "Protocol", "Endpoint"].iter().all(|m| s[*m] == fresh[*m]);
    let subscription = match cx.here.sns.subscriptions.values().find(same) {
        Some(before) => before.clone(),
        None => insert(cx, &topic, fresh.clone()),
    };
    let said = input["Attributes"].as_object().into_iter().flatten();
    if said.into_iter().any(|(name, _)| subscription[name] != fresh[name]) {
        return Err(invalid("Attributes Reason: Subscription already exists with different attributes"));
    }
    let waits = subscription["PendingConfirmation"] == json!("true");
    let hidden = waits && input["ReturnSubscriptionArn"] != json!(true);
    let arn = if hidden { json!("pending confirmation") } else { subscription["SubscriptionArn"].clone() };
    Ok(json!({"SubscriptionArn": arn}))
}

fn insert(cx: &mut Context<'_>, topic: &str, mut subscription: Value) -> Value {
    let arn = format!("{topic}:{}", cx.ids.uuid());
    subscription["SubscriptionArn"] = json!(arn);
    cx.here.sns.subscriptions.insert(arn, subscription.clone());
    subscription
}

/// Unsubscribing twice is no error.
pub(super) fn unsubscribe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "SubscriptionArn");
    check_arn(arn)?;
    cx.here.sns.subscriptions.remove(arn);
    Ok(json!({}))
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"Attributes": one(cx, input)?}))
}

pub(super) fn set(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let subscription = one(cx, input)?;
    attributes::of_subscription(subscription, text(input, "AttributeName"), text(input, "AttributeValue"))?;
    Ok(json!({}))
}

/// One that waits for confirmation hides its ARN.
pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let topic = of(cx, input)?.attributes["TopicArn"].clone();
    let row = |subscription: &Value| {
        let waits = subscription["PendingConfirmation"] == json!("true");
        let arn = if waits { json!("PendingConfirmation") } else { subscription["SubscriptionArn"].clone() };
        let mut row = json!({"SubscriptionArn": arn});
        for member in ["Owner", "Protocol", "Endpoint", "TopicArn"] {
            row[member] = subscription[member].clone();
        }
        row
    };
    let of_topic = cx.here.sns.subscriptions.values().filter(|s| s["TopicArn"] == topic);
    let all: Vec<Value> = of_topic.map(row).collect();
    let (rows, next) = page(all, &input["NextToken"], PAGE).ok_or_else(|| invalid("NextToken"))?;
    Ok(given(json!({"Subscriptions": rows, "NextToken": next})))
}

fn one<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Value, Refusal> {
    let arn = text(input, "SubscriptionArn");
    check_arn(arn)?;
    let missing = || Refusal::new(404, "NotFound", "Subscription does not exist");
    cx.here.sns.subscriptions.get_mut(arn).ok_or_else(missing)
}

fn check_arn(arn: &str) -> Result<(), Refusal> {
    if !arn.starts_with("arn:aws:sns:") || arn.split(':').count() < 7 {
        return Err(invalid("SubscriptionArn Reason: An ARN must have at least 7 elements"));
    }
    Ok(())
}

fn check_endpoint(input: &Value) -> Result<(), Refusal> {
    let endpoint = text(input, "Endpoint");
    let arn_of = |service: &str| endpoint.starts_with(&format!("arn:aws:{service}:"));
    let (sound, problem) = match text(input, "Protocol") {
        "http" => (endpoint.starts_with("http://"), "Endpoint must match the specified protocol"),
        "https" => (endpoint.starts_with("https://"), "Endpoint must match the specified protocol"),
        "email" | "email-json" => (endpoint.contains('@'), "Email address"),
        "sms" => (endpoint.chars().filter(char::is_ascii_digit).count() > 3, "Invalid SMS endpoint"),
        "sqs" => (arn_of("sqs"), "SQS endpoint ARN"),
        "lambda" => (arn_of("lambda"), "Lambda endpoint ARN"),
        "firehose" => (arn_of("firehose"), "Firehose endpoint ARN"),
        "application" => (arn_of("sns"), "Application endpoint arn invalid"),
        other => (false, &*format!("Amazon SNS does not support this protocol string: {other}")),
    };
    if sound { Ok(()) } else { Err(invalid(problem)) }
}
