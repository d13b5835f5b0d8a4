//! EventBridge: the rules of the default bus and what they start.

mod pattern;
mod targets;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{put, size, text};
use crate::page::page;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::{self, Tags};

/// Rules that one bus may hold, unless AWS was asked for more.
const RULES: usize = 300;
const TAGS: usize = 50;
/// Items on one page, at most and unless told otherwise.
const PAGE: usize = 100;

/// What EventBridge holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// Rules of the default bus, by name.
    pub rules: BTreeMap<String, Rule>,
    /// The quota that was granted for them, where it is not the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granted: Option<usize>,
}

/// One rule with everything that hangs on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Rule {
    /// As DescribeRule answers it.
    pub doc: Value,
    /// In the order in which they were first put.
    pub targets: Vec<Value>,
    pub tags: Tags,
}

impl State {
    /// The rule of that name, as DescribeRule answers it.
    pub fn rule(&self, name: &str) -> Option<&Value> {
        self.rules.get(name).map(|rule| &rule.doc)
    }

    fn found(&mut self, name: &str) -> Result<&mut Rule, Refusal> {
        self.rules.get_mut(name).ok_or_else(|| no_rule(name))
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.rules.values().map(|held| &held.doc), "Arn")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Rule| (text(&held.doc, "Arn").to_string(), held.tags.clone());
        self.rules.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    known_bus(input)?;
    match operation {
        "PutRule" => put_rule(cx, input),
        "DescribeRule" => Ok(cx.here.events.found(text(input, "Name"))?.doc.clone()),
        "ListRules" => list_rules(cx, input),
        "DeleteRule" => delete_rule(cx, input),
        "EnableRule" => set_state(cx, input, "ENABLED"),
        "DisableRule" => set_state(cx, input, "DISABLED"),
        "PutTargets" => targets::put(cx, input),
        "RemoveTargets" => targets::remove(cx, input),
        "ListTargetsByRule" => targets::list(cx, input),
        "ListRuleNamesByTarget" => targets::rules_of(cx, input),
        "TagResource" => tag(cx, input),
        "UntagResource" => untag(cx, input),
        "ListTagsForResource" => Ok(json!({"Tags": tags::upper(&by_arn(cx, input)?.tags)})),
        _ => Err(Refusal::unknown_operation("events", operation)),
    }
}

/// Replaces the whole rule: what the call leaves out is gone. Targets and tags
/// are not part of it, and tags count only when the rule is made.
fn put_rule(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Name");
    let (event, schedule) = (input["EventPattern"].as_str(), input["ScheduleExpression"].as_str());
    if event.is_none() && schedule.is_none() {
        return Err(invalid("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    event.map_or(Ok(()), pattern::check)?;
    schedule.map_or(Ok(()), pattern::check_schedule)?;
    let known = cx.here.events.rules.get(name);
    if known.is_none() && cx.here.events.rules.len() >= cx.here.events.granted.unwrap_or(RULES) {
        return Err(limit());
    }
    known.map_or(Ok(()), |rule| unmanaged(rule, input))?;

    let arn = cx.arn("events", &format!("rule/{name}"));
    let mut doc = json!({
        "Name": name, "Arn": arn, "State": "ENABLED", "EventBusName": "default", "CreatedBy": cx.account,
    });
    for member in ["EventPattern", "ScheduleExpression", "State", "Description", "RoleArn"] {
        if !input[member].is_null() {
            doc[member] = input[member].clone();
        }
    }
    match cx.here.events.rules.get_mut(name) {
        Some(rule) => rule.doc = doc,
        None => {
            let tags = tags::parse(&input["Tags"]);
            enough_tags(&tags)?;
            cx.here.events.rules.insert(name.to_string(), Rule { doc, targets: Vec::new(), tags });
        }
    }
    Ok(json!({"RuleArn": arn}))
}

fn list_rules(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let prefix = text(input, "NamePrefix");
    let rules = cx.here.events.rules.iter().filter(|(name, _)| name.starts_with(prefix)).map(|(_, rule)| {
        let mut doc = rule.doc.clone();
        if let Some(members) = doc.as_object_mut() {
            members.remove("CreatedBy");
        }
        doc
    });
    answer("Rules", rules.collect(), input)
}

fn delete_rule(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Name");
    if let Some(rule) = cx.here.events.rules.get(name) {
        unmanaged(rule, input)?;
        if !rule.targets.is_empty() {
            return Err(invalid("Rule can't be deleted since it has targets."));
        }
        cx.here.events.rules.remove(name);
    }
    Ok(json!({}))
}

fn set_state(cx: &mut Context<'_>, input: &Value, state: &str) -> Result<Value, Refusal> {
    let rule = cx.here.events.found(text(input, "Name"))?;
    unmanaged(rule, input)?;
    rule.doc["State"] = json!(state);
    Ok(json!({}))
}

fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let rule = by_arn(cx, input)?;
    let mut tags = rule.tags.clone();
    tags.extend(tags::parse(&input["Tags"]));
    enough_tags(&tags)?;
    rule.tags = tags;
    Ok(json!({}))
}

fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let rule = by_arn(cx, input)?;
    for key in input["TagKeys"].as_array().into_iter().flatten() {
        rule.tags.remove(key.as_str().unwrap_or_default());
    }
    Ok(json!({}))
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Rule, Refusal> {
    let arn = text(input, "ResourceARN");
    let prefix = cx.arn("events", "rule/");
    let name = arn.strip_prefix(&prefix).ok_or_else(|| no_rule(arn))?;
    cx.here.events.found(name.strip_prefix("default/").unwrap_or(name))
}

fn enough_tags(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > TAGS {
        return Err(limit());
    }
    match tags.keys().find(|key| key.starts_with("aws:")) {
        Some(_) => Err(invalid("System tags cannot be added or updated by requester.")),
        None => Ok(()),
    }
}

/// The sandbox has the bus that every account has, and no other.
fn known_bus(input: &Value) -> Result<(), Refusal> {
    let bus = input["EventBusName"].as_str().unwrap_or("default");
    match bus.rsplit_once('/').map_or(bus, |(_, name)| name) {
        "default" => Ok(()),
        other => Err(Refusal::bad("ResourceNotFoundException", format!("Event bus {other} does not exist."))),
    }
}

/// Rules that an AWS service made for itself are not anybody else's to change.
fn unmanaged(rule: &Rule, input: &Value) -> Result<(), Refusal> {
    if rule.doc["ManagedBy"].is_null() || input["Force"] == json!(true) {
        return Ok(());
    }
    Err(Refusal::bad(
        "ManagedRuleException",
        format!("Rule {} is managed by {}.", text(&rule.doc, "Name"), text(&rule.doc, "ManagedBy")),
    ))
}

/// The page of a list that the input asks for.
fn answer(member: &str, all: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let (list, next) = page(all, &input["NextToken"], size(input, "Limit", PAGE))
        .ok_or_else(|| invalid("Parameter NextToken is not valid."))?;
    let mut answer = json!({ member: list });
    put(&mut answer, "NextToken", json!(next));
    Ok(answer)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationException", message)
}

fn limit() -> Refusal {
    Refusal::bad("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

fn no_rule(name: &str) -> Refusal {
    Refusal::bad("ResourceNotFoundException", format!("Rule {name} does not exist on EventBus default."))
}
