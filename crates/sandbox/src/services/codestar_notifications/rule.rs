//! Notification rules: made, read, changed, deleted.

use serde_json::{Value, json};

use super::{Rule, events, invalid, of, tagging, target};
use crate::context::Context;
use crate::form::{given, items, size, text};
use crate::page::page;
use crate::refusal::Refusal;
use crate::tags;

/// The same request with the same token makes one rule only.
pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let request = input["ClientRequestToken"].is_string().then(|| given(input.clone()));
    if let Some(arn) = made_by(cx, request.as_ref()) {
        return Ok(json!({"Arn": arn}));
    }
    let (name, resource) = (text(input, "Name"), text(input, "Resource"));
    check_name(cx, name, "")?;
    check_resource(cx, resource)?;
    let tags = tags::parse(&input["Tags"]);
    tagging::check(&tags)?;
    let id = cx.ids.hex(40);
    let arn = cx.arn("codestar-notifications", &format!("notificationrule/{id}"));
    let description = json!({
        "Arn": arn,
        "Name": name,
        "EventTypes": events::summaries(resource, input)?,
        "Resource": resource,
        "Targets": target::check(cx, input)?,
        "DetailType": input["DetailType"],
        "CreatedBy": format!("arn:aws:iam::{}:root", cx.account),
        "Status": input["Status"].as_str().unwrap_or("ENABLED"),
        "CreatedTimestamp": cx.timestamp(),
        "LastModifiedTimestamp": cx.timestamp(),
    });
    cx.here.codestar_notifications.rules.insert(arn.clone(), Rule { description, tags, request });
    Ok(json!({"Arn": arn}))
}

pub(super) fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let rule = of(cx, input)?;
    let mut description = rule.description.clone();
    description["Tags"] = tags::map(&rule.tags);
    description["Targets"] = target::with_status(cx, &description["Targets"]);
    Ok(description)
}

/// What is absent stays, lists are replaced.
pub(super) fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut description = of(cx, input)?.description.clone();
    if let Some(name) = input["Name"].as_str() {
        check_name(cx, name, text(input, "Arn"))?;
    }
    for member in ["Name", "Status", "DetailType"] {
        if !input[member].is_null() {
            description[member] = input[member].clone();
        }
    }
    if !input["EventTypeIds"].is_null() {
        description["EventTypes"] = events::summaries(text(&description, "Resource"), input)?;
    }
    if !input["Targets"].is_null() {
        description["Targets"] = target::check(cx, input)?;
    }
    description["LastModifiedTimestamp"] = cx.timestamp();
    of(cx, input)?.description = description;
    Ok(json!({}))
}

/// Deleting twice is no error.
pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    cx.here.codestar_notifications.rules.remove(text(input, "Arn"));
    Ok(json!({"Arn": input["Arn"]}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let filters = items(input, "Filters");
    let all: Vec<Value> = cx
        .here
        .codestar_notifications
        .rules
        .iter()
        .filter(|(_, rule)| filters.iter().all(|filter| passes(&rule.description, filter)))
        .map(|(arn, _)| json!({"Id": arn.rsplit('/').next(), "Arn": arn}))
        .collect();
    let refusal =
        || Refusal::bad("InvalidNextTokenException", "The value for the enumeration token is not valid");
    let (rules, next) = page(all, &input["NextToken"], size(input, "MaxResults", 50)).ok_or_else(refusal)?;
    Ok(given(json!({"NotificationRules": rules, "NextToken": next})))
}

fn passes(rule: &Value, filter: &Value) -> bool {
    let value = &filter["Value"];
    let any = |list: &str, member: &str| items(rule, list).iter().any(|item| item[member] == *value);
    match text(filter, "Name") {
        "EVENT_TYPE_ID" => any("EventTypes", "EventTypeId"),
        "TARGET_ADDRESS" => any("Targets", "TargetAddress"),
        "CREATED_BY" => rule["CreatedBy"] == *value,
        _ => rule["Resource"] == *value,
    }
}

fn made_by(cx: &Context<'_>, request: Option<&Value>) -> Option<String> {
    let mut rules = cx.here.codestar_notifications.rules.iter();
    rules.find(|(_, rule)| request.is_some() && rule.request.as_ref() == request).map(|(arn, _)| arn.clone())
}

fn check_name(cx: &Context<'_>, name: &str, own: &str) -> Result<(), Refusal> {
    let rules = &cx.here.codestar_notifications.rules;
    if rules.iter().any(|(arn, rule)| arn != own && text(&rule.description, "Name") == name) {
        let message = format!("A notification rule with the name {name} already exists");
        return Err(Refusal::new(409, "ResourceAlreadyExistsException", message));
    }
    Ok(())
}

/// A resource of this account and region must exist, where another service can tell.
fn check_resource(cx: &Context<'_>, arn: &str) -> Result<(), Refusal> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, region, account, name] = parts[..] else { return Err(invalid("invalid ARN")) };
    if region != cx.region || account != cx.account {
        return Err(invalid(format!("The resource {arn} is not in this account and region")));
    }
    let known = match service {
        "codecommit" => cx.here.codecommit.repository(name).is_some(),
        "codebuild" => cx.here.codebuild.project(name.trim_start_matches("project/")).is_some(),
        "codepipeline" => cx.here.codepipeline.pipeline(name).is_some(),
        _ => true,
    };
    let message = || format!("The resource {arn} does not exist");
    if known { Ok(()) } else { Err(Refusal::bad("ConfigurationException", message())) }
}
