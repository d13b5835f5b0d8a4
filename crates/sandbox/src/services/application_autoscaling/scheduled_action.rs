//! Scheduled actions.

use serde_json::{Value, json};

use super::{IDENTITY, invalid, is_wanted, not_found, page};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;

/// Makes an action or changes the one of that name; times that are not given go.
pub fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "ScheduledActionName");
    let known = cx.here.application_autoscaling.target(input)?.scheduled_actions.get(name).cloned();
    let mut action = match known {
        Some(known) => known,
        None => new(cx, input)?,
    };
    if let Some(members) = action.as_object_mut() {
        members.remove("StartTime");
        members.remove("EndTime");
    }
    for member in ["Schedule", "Timezone", "StartTime", "EndTime", "ScalableTargetAction"] {
        if !input[member].is_null() {
            action[member] = input[member].clone();
        }
    }
    let schedule = text(&action, "Schedule");
    if !["at(", "rate(", "cron("].iter().any(|form| schedule.starts_with(form)) || !schedule.ends_with(')') {
        return Err(invalid(
            "Schedule expressions must have the following syntax: rate(...), at(...), cron(...)",
        ));
    }
    cx.here.application_autoscaling.target(input)?.scheduled_actions.insert(name.to_string(), action);
    Ok(json!({}))
}

fn new(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    if input["Schedule"].is_null() || input["ScalableTargetAction"].is_null() {
        return Err(invalid("Schedule and ScalableTargetAction are required for a new scheduled action."));
    }
    let [namespace, resource, _] = IDENTITY.map(|member| text(input, member));
    let (name, id) = (text(input, "ScheduledActionName"), cx.ids.uuid());
    let arn = format!("scheduledAction:{id}:resource/{namespace}/{resource}:scheduledActionName/{name}");
    let mut action = json!({
        "ScheduledActionName": name,
        "ScheduledActionARN": cx.arn("autoscaling", &arn),
        "CreationTime": cx.timestamp(),
    });
    for member in IDENTITY {
        action[member] = input[member].clone();
    }
    Ok(action)
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = texts(input, "ScheduledActionNames");
    let targets = cx.here.application_autoscaling.targets.values();
    let wanted = targets
        .flat_map(|target| target.scheduled_actions.values())
        .filter(|action| is_wanted(action, input))
        .filter(|action| names.is_empty() || names.contains(&text(action, "ScheduledActionName")));
    page(wanted.cloned().collect(), "ScheduledActions", input)
}

pub fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "ScheduledActionName");
    let removed = cx.here.application_autoscaling.target(input)?.scheduled_actions.remove(name);
    removed.map(|_| json!({})).ok_or_else(|| not_found(format!("No scheduled action found: {name}")))
}
