//! cloudwatch in the sandbox: metric alarms.

mod alarm;
mod rules;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::{self, Tags};

/// What cloudwatch holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By name.
    pub alarms: BTreeMap<String, Alarm>,
}

/// One metric alarm.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Alarm {
    /// In AWS's form.
    pub description: Value,
    pub tags: Tags,
}

impl State {
    /// The metric alarm of that name.
    pub fn alarm(&self, name: &str) -> Option<&Value> {
        self.alarms.get(name).map(|alarm| &alarm.description)
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.alarms.values().map(|held| &held.description), "AlarmArn")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Alarm| (text(&held.description, "AlarmArn").to_string(), held.tags.clone());
        self.alarms.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "PutMetricAlarm" => alarm::put(cx, input),
        "DescribeAlarms" => alarm::describe(cx, input),
        "DeleteAlarms" => alarm::delete(cx, input),
        "TagResource" => tag(cx, input),
        "UntagResource" => untag(cx, input),
        "ListTagsForResource" => Ok(json!({"Tags": tags::upper(&by_arn(cx, input)?.tags)})),
        _ => Err(Refusal::unknown_operation("cloudwatch", operation)),
    }
}

fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let alarm = by_arn(cx, input)?;
    let mut tags = alarm.tags.clone();
    tags.extend(tags::parse(&input["Tags"]));
    check_tags(&tags)?;
    alarm.tags = tags;
    Ok(json!({}))
}

fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let alarm = by_arn(cx, input)?;
    for key in texts(input, "TagKeys") {
        alarm.tags.remove(key);
    }
    Ok(json!({}))
}

fn check_tags(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(Refusal::bad("InvalidParameterValue", "Tag keys that begin with aws: are reserved"));
    }
    if tags.len() > 50 {
        return Err(Refusal::bad("InvalidParameterValue", "An alarm cannot have more than 50 tags"));
    }
    Ok(())
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Alarm, Refusal> {
    let arn = text(input, "ResourceARN");
    let name = arn.strip_prefix(&cx.arn("cloudwatch", "alarm:")).unwrap_or_default().to_string();
    cx.here.cloudwatch.alarms.get_mut(&name).ok_or_else(|| {
        Refusal::new(404, "ResourceNotFoundException", format!("The alarm {arn} does not exist"))
    })
}
