//! Metric alarms: put, read, deleted.

use serde_json::{Value, json};

use super::{Alarm, check_tags, rules};
use crate::context::Context;
use crate::form::{default, given, size, text, texts};
use crate::page::page;
use crate::refusal::Refusal;
use crate::tags;

/// Members of an alarm that no request gives: they outlive a change of the rest.
const STATE: [&str; 4] = ["StateValue", "StateReason", "StateUpdatedTimestamp", "StateTransitionedTimestamp"];

/// Makes the alarm or replaces all of it but its state. Tags count only when it is made.
pub(super) fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    rules::check(cx, input)?;
    let name = text(input, "AlarmName");
    let mut description = given(input.clone());
    if let Some(members) = description.as_object_mut() {
        members.remove("Tags");
    }
    description["AlarmArn"] = json!(cx.arn("cloudwatch", &format!("alarm:{name}")));
    description["AlarmConfigurationUpdatedTimestamp"] = cx.timestamp();
    default(&mut description, "ActionsEnabled", json!(true));
    for list in ["OKActions", "AlarmActions", "InsufficientDataActions", "Dimensions"] {
        default(&mut description, list, json!([]));
    }
    let tags = match cx.here.cloudwatch.alarms.get(name) {
        Some(before) => {
            for member in STATE {
                description[member] = before.description[member].clone();
            }
            before.tags.clone()
        }
        None => {
            description["StateValue"] = json!("INSUFFICIENT_DATA");
            description["StateReason"] = json!("Unchecked: Initial alarm creation");
            description["StateUpdatedTimestamp"] = cx.timestamp();
            description["StateTransitionedTimestamp"] = cx.timestamp();
            tags::parse(&input["Tags"])
        }
    };
    check_tags(&tags)?;
    cx.here.cloudwatch.alarms.insert(name.to_string(), Alarm { description, tags });
    Ok(json!({}))
}

pub(super) fn describe(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = texts(input, "AlarmNames");
    if !names.is_empty() && !input["AlarmNamePrefix"].is_null() {
        let message = "AlarmNamePrefix and AlarmNames cannot be used together.";
        return Err(Refusal::bad("InvalidParameterCombination", message));
    }
    let kinds = texts(input, "AlarmTypes");
    let metric_alarms = kinds.is_empty() || kinds.contains(&"MetricAlarm");
    let family = ["ChildrenOfAlarmName", "ParentsOfAlarmName"].iter().any(|m| !input[*m].is_null());
    let all: Vec<Value> = cx
        .here
        .cloudwatch
        .alarms
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(&name.as_str()))
        .filter(|(_, alarm)| metric_alarms && !family && passes(&alarm.description, input))
        .map(|(_, alarm)| alarm.description.clone())
        .collect();
    let refusal = || Refusal::bad("InvalidNextToken", "The next token specified is invalid.");
    let (alarms, next) =
        page(all, &input["NextToken"], size(input, "MaxRecords", 100)).ok_or_else(refusal)?;
    Ok(given(json!({"MetricAlarms": alarms, "CompositeAlarms": [], "NextToken": next})))
}

fn passes(alarm: &Value, input: &Value) -> bool {
    let action = text(input, "ActionPrefix");
    let lists = ["OKActions", "AlarmActions", "InsufficientDataActions"];
    let acts = || lists.iter().any(|list| texts(alarm, list).iter().any(|arn| arn.starts_with(action)));
    text(alarm, "AlarmName").starts_with(text(input, "AlarmNamePrefix"))
        && (input["StateValue"].is_null() || alarm["StateValue"] == input["StateValue"])
        && (action.is_empty() || acts())
}

/// All or none: one unknown name, and nothing is deleted.
pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = texts(input, "AlarmNames");
    let alarms = &mut cx.here.cloudwatch.alarms;
    if let Some(missing) = names.iter().find(|name| !alarms.contains_key(**name)) {
        return Err(Refusal::new(404, "ResourceNotFound", format!("The alarm {missing} does not exist")));
    }
    for name in names {
        alarms.remove(name);
    }
    Ok(json!({}))
}
