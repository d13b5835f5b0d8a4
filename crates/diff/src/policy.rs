//! One form for all spellings of a policy that mean the same.
//!
//! AWS takes a scalar for a list of one, a statement for a list of one,
//! `"*"` for `{"AWS": "*"}`, an account's number for its root's ARN, and gives
//! back one or the other. `Sid`, order of statements and `Version` mean
//! something and stay, except that an empty `Sid` is none.

use serde_json::{Map, Value, json};

/// The form in which two policies are compared.
pub fn canonical(policy: &Value) -> Value {
    let Some(map) = policy.as_object() else { return policy.clone() };
    let mut out = Map::new();
    for (key, value) in map {
        let value = match key.as_str() {
            "Statement" => list(value).iter().map(statement).collect(),
            "Id" if value == "" => continue,
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Object(out)
}

fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    }
}

fn statement(value: &Value) -> Value {
    let Some(map) = value.as_object() else { return value.clone() };
    let mut out = Map::new();
    for (key, value) in map {
        let value = match key.as_str() {
            "Sid" if value == "" => continue,
            "Action" | "NotAction" => actions(value),
            "Resource" | "NotResource" => sorted(list(value)),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" if value.as_object().is_some_and(Map::is_empty) => continue,
            "Condition" => condition(value),
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Object(out)
}

/// IAM reads actions without regard to case.
fn actions(value: &Value) -> Value {
    let lower = |v: Value| v.as_str().map_or(v.clone(), |text| json!(text.to_ascii_lowercase()));
    sorted(list(value).into_iter().map(lower).collect())
}

fn principal(value: &Value) -> Value {
    match value {
        Value::String(all) if all == "*" => json!({"AWS": ["*"]}),
        Value::Object(map) => {
            let inner = |(kind, who): (&String, &Value)| {
                let who = list(who).into_iter().map(|v| if kind == "AWS" { root(v) } else { v }).collect();
                (kind.clone(), sorted(who))
            };
            map.iter().map(inner).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// `arn:aws:iam::123456789012:root` is the account `123456789012`.
fn root(value: Value) -> Value {
    let account = value.as_str().and_then(|text| {
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            ["arn", _, "iam", "", account, "root"] => Some(account.to_string()),
            _ => None,
        }
    });
    account.map_or(value, Value::String)
}

fn condition(value: &Value) -> Value {
    let Some(operators) = value.as_object() else { return value.clone() };
    let keys = |keys: &Value| match keys.as_object() {
        Some(map) => {
            let texts = |v: &Value| sorted(list(v).into_iter().map(as_text).collect());
            map.iter().map(|(key, v)| (key.clone(), texts(v))).collect::<Map<_, _>>().into()
        }
        None => keys.clone(),
    };
    operators.iter().map(|(operator, k)| (operator.clone(), keys(k))).collect::<Map<_, _>>().into()
}

/// `true` and `"true"` are the same to a condition.
fn as_text(value: Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
        other => other,
    }
}

fn sorted(mut items: Vec<Value>) -> Value {
    items.sort_by_key(ToString::to_string);
    items.dedup();
    Value::Array(items)
}

/// An event pattern: every array is a set.
pub fn pattern(value: &Value) -> Value {
    match value {
        Value::Array(items) => sorted(items.iter().map(pattern).collect()),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), pattern(v))).collect::<Map<_, _>>().into(),
        other => other.clone(),
    }
}
