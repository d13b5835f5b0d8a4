//! CloudWatch Logs, as far as log groups go.

mod describe;
mod tagging;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::{self, Tags};

/// What logs holds in one region: log groups by name.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    groups: BTreeMap<String, Group>,
    /// The key that query results are encrypted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    query_result_key: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
struct Group {
    /// As DescribeLogGroups answers it.
    document: Value,
    tags: Tags,
}

impl State {
    /// The log group of that name, in AWS's form.
    pub fn group(&self, name: &str) -> Option<&Value> {
        self.groups.get(name).map(|group| &group.document)
    }

    /// The log group of that name, or of that ARN with or without its `:*`.
    fn find(&mut self, identifier: &str) -> Result<&mut Group, Refusal> {
        let name = name_of(identifier);
        self.groups.get_mut(name).ok_or_else(|| {
            Refusal::bad("ResourceNotFoundException", "The specified log group does not exist.")
        })
    }
}

fn name_of(identifier: &str) -> &str {
    match identifier.split_once(":log-group:") {
        Some((_, name)) => name.trim_end_matches(":*"),
        None => identifier,
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterException", message)
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.groups.values().map(|held| &held.document), "logGroupArn")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Group| (text(&held.document, "logGroupArn").to_string(), held.tags.clone());
        self.groups.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateLogGroup" => create(cx, input),
        "DescribeLogGroups" => describe::describe(cx, input),
        "DeleteLogGroup" => delete(&mut cx.here.logs, input),
        "PutRetentionPolicy" => put_retention(&mut cx.here.logs, input),
        "DeleteRetentionPolicy" => {
            let group = cx.here.logs.find(text(input, "logGroupName"))?;
            clear(&mut group.document, "retentionInDays");
            Ok(json!({}))
        }
        "AssociateKmsKey" => associate_key(cx, input),
        "DisassociateKmsKey" => set_key(&mut cx.here.logs, input, None),
        "PutLogGroupDeletionProtection" => {
            let group = cx.here.logs.find(text(input, "logGroupIdentifier"))?;
            group.document["deletionProtectionEnabled"] = input["deletionProtectionEnabled"].clone();
            Ok(json!({}))
        }
        "TagResource" => tagging::tag(&mut cx.here.logs, input),
        "UntagResource" => tagging::untag(&mut cx.here.logs, input),
        "ListTagsForResource" => tagging::list(&mut cx.here.logs, input),
        _ => Err(Refusal::unknown_operation("logs", operation)),
    }
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "logGroupName");
    if name.starts_with("aws/") {
        return Err(invalid("Log groups starting with aws/ are reserved for AWS."));
    }
    if cx.here.logs.groups.contains_key(name) {
        return Err(Refusal::bad("ResourceAlreadyExistsException", "The specified log group already exists"));
    }
    let tags = tags::parse(&input["tags"]);
    tagging::check(&tags)?;
    let arn = cx.arn("logs", &format!("log-group:{name}"));
    // milliseconds, unlike AWS's other timestamps
    let created = cx.timestamp().as_f64().unwrap_or_default() * 1000.0;
    let mut document = json!({
        "logGroupName": name,
        "creationTime": created as u64,
        "metricFilterCount": 0,
        "arn": format!("{arn}:*"),
        "logGroupArn": arn,
        "storedBytes": 0,
        "logGroupClass": input["logGroupClass"].as_str().unwrap_or("STANDARD"),
        "deletionProtectionEnabled": input["deletionProtectionEnabled"].as_bool().unwrap_or(false),
    });
    if let Some(key) = input["kmsKeyId"].as_str() {
        check_key(cx, key)?;
        document["kmsKeyId"] = json!(key);
    }
    cx.here.logs.groups.insert(name.to_string(), Group { document, tags });
    Ok(json!({}))
}

/// Only whole ARNs are taken, and only of keys that can be used.
fn check_key(cx: &Context<'_>, key: &str) -> Result<(), Refusal> {
    let usable = cx.here.kms.key(key).is_some_and(|key| key["Enabled"] != false);
    if key.starts_with("arn:") && usable {
        return Ok(());
    }
    Err(invalid(format!("The specified KMS Key Id '{key}' is not the ARN of an enabled key")))
}

fn delete(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "logGroupName");
    if state.find(name)?.document["deletionProtectionEnabled"] == true {
        return Err(Refusal::bad(
            "ValidationException",
            format!("The log group '{name}' cannot be deleted because deletion protection is enabled"),
        ));
    }
    state.groups.remove(name);
    Ok(json!({}))
}

fn put_retention(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    const DAYS: [u64; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
        3653,
    ];
    let group = state.find(text(input, "logGroupName"))?;
    if !input["retentionInDays"].as_u64().is_some_and(|days| DAYS.contains(&days)) {
        return Err(invalid(format!(
            "The retention of {} days is not valid, it must be one of {DAYS:?}",
            input["retentionInDays"]
        )));
    }
    group.document["retentionInDays"] = input["retentionInDays"].clone();
    Ok(json!({}))
}

fn clear(document: &mut Value, member: &str) {
    if let Some(members) = document.as_object_mut() {
        members.remove(member);
    }
}

fn associate_key(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let key = text(input, "kmsKeyId");
    check_key(cx, key)?;
    set_key(&mut cx.here.logs, input, Some(key))
}

/// Sets or takes away the key of a log group or of the account's query results.
fn set_key(state: &mut State, input: &Value, key: Option<&str>) -> Result<Value, Refusal> {
    let target = match (input["logGroupName"].as_str(), input["resourceIdentifier"].as_str()) {
        (Some(target), None) | (None, Some(target)) => target,
        _ => return Err(invalid("Exactly one of logGroupName and resourceIdentifier must be specified")),
    };
    if target.ends_with(":query-result:*") {
        state.query_result_key = key.map(String::from);
        return Ok(json!({}));
    }
    let document = &mut state.find(target)?.document;
    match key {
        Some(key) => document["kmsKeyId"] = json!(key),
        None => clear(document, "kmsKeyId"),
    }
    Ok(json!({}))
}
