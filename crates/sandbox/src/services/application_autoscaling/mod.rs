//! Application Auto Scaling in the sandbox: scalable targets and what hangs on them.

mod policy;
mod scheduled_action;
mod target;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{put, text};
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::Tags;

/// What Application Auto Scaling holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By namespace, resource and dimension.
    pub targets: BTreeMap<String, Target>,
}

/// One scalable target with all that goes when it goes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Target {
    pub document: Value,
    pub tags: Tags,
    pub policies: BTreeMap<String, Value>,
    pub scheduled_actions: BTreeMap<String, Value>,
}

impl State {
    fn target(&mut self, input: &Value) -> Result<&mut Target, Refusal> {
        let missing = || {
            let [namespace, resource, dimension] = IDENTITY.map(|member| text(input, member));
            not_found(format!(
                "No scalable target found for service namespace: {namespace}, resource ID: {resource}, \
                 scalable dimension: {dimension}"
            ))
        };
        self.targets.get_mut(&key(input)).ok_or_else(missing)
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.targets.values().map(|target| &target.document), "ScalableTargetARN")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Target| (text(&held.document, "ScalableTargetARN").to_string(), held.tags.clone());
        self.targets.values().map(pair).collect()
    }
}

/// What a scalable target is known by.
const IDENTITY: [&str; 3] = ["ServiceNamespace", "ResourceId", "ScalableDimension"];

fn key(input: &Value) -> String {
    IDENTITY.map(|member| text(input, member)).join(" ")
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationException", message)
}

fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::bad("ObjectNotFoundException", message)
}

/// Is the document one of those that a Describe call asks for?
fn is_wanted(document: &Value, input: &Value) -> bool {
    IDENTITY.iter().all(|member| text(input, member).is_empty() || document[*member] == input[*member])
}

/// One page of a list under `key`.
fn page(items: Vec<Value>, key: &str, input: &Value) -> Result<Value, Refusal> {
    let size = match input["MaxResults"].as_i64() {
        None => 50,
        Some(asked @ 1..=50) => usize::try_from(asked).unwrap_or(50),
        Some(_) => return Err(invalid("MaxResults must be between 1 and 50.")),
    };
    let bad_token = || Refusal::bad("InvalidNextTokenException", "The next token supplied was invalid.");
    let (items, next) = crate::page::page(items, &input["NextToken"], size).ok_or_else(bad_token)?;
    let mut answer = json!({ key: items });
    put(&mut answer, "NextToken", json!(next));
    Ok(answer)
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "RegisterScalableTarget" => target::register(cx, input),
        "DescribeScalableTargets" => target::describe(cx, input),
        "DeregisterScalableTarget" => target::deregister(cx, input),
        "PutScalingPolicy" => policy::put(cx, input),
        "DescribeScalingPolicies" => policy::describe(cx, input),
        "DeleteScalingPolicy" => policy::delete(cx, input),
        "PutScheduledAction" => scheduled_action::put(cx, input),
        "DescribeScheduledActions" => scheduled_action::describe(cx, input),
        "DeleteScheduledAction" => scheduled_action::delete(cx, input),
        "TagResource" => target::tag(cx, input),
        "UntagResource" => target::untag(cx, input),
        "ListTagsForResource" => target::tags(cx, input),
        _ => Err(Refusal::unknown_operation("application-autoscaling", operation)),
    }
}
