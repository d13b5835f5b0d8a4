//! Attributes of load balancers, target groups and listeners: text by key, each
//! with AWS's default, and each only where the type of the resource has it.

mod listener;
mod load_balancer;
mod target_group;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::form::{items, text};
use crate::refusal::Refusal;

use super::arn::Kind;
use super::{Held, State, refuse};

/// What a value may be.
#[derive(Debug, Clone, Copy)]
enum Form {
    Switch,
    Choice(&'static [&'static str]),
    Number(u64, u64),
    /// That word or a number.
    WordOr(&'static str, u64, u64),
    Text,
}

impl Form {
    fn allows(self, value: &str) -> bool {
        let number = |low, high| value.parse().is_ok_and(|number: u64| (low..=high).contains(&number));
        match self {
            Self::Switch => ["true", "false"].contains(&value),
            Self::Choice(words) => words.contains(&value),
            Self::Number(low, high) => number(low, high),
            Self::WordOr(word, low, high) => value == word || number(low, high),
            Self::Text => true,
        }
    }
}

/// One attribute that a resource has: key, AWS's default, form.
type Attribute = (&'static str, &'static str, Form);

/// The attributes of a resource, in the order in which they are given back.
fn table(kind: Kind, document: &Value) -> Vec<Attribute> {
    match kind {
        Kind::LoadBalancer => load_balancer::table(document),
        Kind::TargetGroup => target_group::table(document),
        _ => listener::table(document),
    }
}

/// The value that an attribute has now, empty where the resource has none such.
pub(super) fn value(kind: Kind, held: &Held, key: &str) -> String {
    current(kind, held).remove(key).unwrap_or_default()
}

fn current(kind: Kind, held: &Held) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = table(kind, &held.document)
        .into_iter()
        .map(|(key, default, _)| (key.to_string(), default.to_string()))
        .collect();
    all.extend(held.attributes.clone());
    all
}

fn answer(kind: Kind, held: &Held) -> Value {
    let current = current(kind, held);
    let pair = |(key, _, _): &Attribute| json!({"Key": key, "Value": current[*key]});
    json!({"Attributes": table(kind, &held.document).iter().map(pair).collect::<Vec<Value>>()})
}

/// The six calls about attributes.
pub(super) fn dispatch(state: &mut State, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let (kind, member) = match operation {
        "DescribeLoadBalancerAttributes" | "ModifyLoadBalancerAttributes" => {
            (Kind::LoadBalancer, "LoadBalancerArn")
        }
        "DescribeTargetGroupAttributes" | "ModifyTargetGroupAttributes" => {
            (Kind::TargetGroup, "TargetGroupArn")
        }
        "DescribeListenerAttributes" | "ModifyListenerAttributes" => (Kind::Listener, "ListenerArn"),
        _ => return Err(Refusal::unknown_operation("elbv2", operation)),
    };
    let held = state.find_mut(kind, text(input, member))?;
    if operation.starts_with("Modify") {
        held.attributes = modified(kind, held, input)?;
    }
    Ok(answer(kind, held))
}

fn modified(kind: Kind, held: &Held, input: &Value) -> Result<BTreeMap<String, String>, Refusal> {
    let table = table(kind, &held.document);
    let mut wanted = held.attributes.clone();
    for attribute in items(input, "Attributes") {
        let (key, value) = (text(attribute, "Key"), text(attribute, "Value"));
        let Some((_, _, form)) = table.iter().find(|(known, _, _)| *known == key) else {
            return Err(refuse::invalid(unknown(kind, key)));
        };
        if !form.allows(value) {
            return Err(refuse::invalid(format!(
                "{} attribute key '{key}' has an invalid value '{value}', allowed: {form:?}",
                noun(kind)
            )));
        }
        wanted.insert(key.to_string(), value.to_string());
    }
    let result = current(kind, &Held { attributes: wanted.clone(), ..held.clone() });
    let get = |key: &str| result.get(key).map_or("", String::as_str);
    match kind {
        Kind::LoadBalancer => load_balancer::check(get)?,
        Kind::TargetGroup => target_group::check(get)?,
        _ => {}
    }
    Ok(wanted)
}

fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::LoadBalancer => "Load balancer",
        Kind::TargetGroup => "Target group",
        _ => "Listener",
    }
}

fn unknown(kind: Kind, key: &str) -> String {
    let elsewhere = match kind {
        Kind::LoadBalancer => load_balancer::known(key),
        Kind::TargetGroup => target_group::known(key),
        _ => listener::known(key),
    };
    let problem = if elsewhere { "is not supported on a resource of this type" } else { "is not recognized" };
    format!("{} attribute key '{key}' {problem}", noun(kind))
}
