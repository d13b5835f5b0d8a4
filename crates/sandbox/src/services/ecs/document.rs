//! Small readings of documents, and pages of lists.

use serde_json::{Value, json};

use super::refuse;
use crate::refusal::Refusal;

/// The text under that key, or none at all.
pub fn text<'a>(document: &'a Value, key: &str) -> &'a str {
    document[key].as_str().unwrap_or_default()
}

/// The list under that key; an absent one is empty.
pub fn list<'a>(document: &'a Value, key: &str) -> &'a [Value] {
    document[key].as_array().map_or(&[], Vec::as_slice)
}

/// The texts of the list under that key.
pub fn texts<'a>(document: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    list(document, key).iter().filter_map(Value::as_str)
}

/// The integer under that key, zero where it is absent.
pub fn int(document: &Value, key: &str) -> i64 {
    document[key].as_i64().unwrap_or_default()
}

/// Is the flag under that key set?
pub fn flag(document: &Value, key: &str) -> bool {
    document[key] == json!(true)
}

/// Is there anything under that key?
pub fn has(document: &Value, key: &str) -> bool {
    !document[key].is_null()
}

/// Puts a value where there is none.
pub fn fill(document: &mut Value, key: &str, value: Value) {
    if document[key].is_null() {
        document[key] = value;
    }
}

/// The list under that key, to be changed; `document[key]` would put a null where there is none.
pub fn array_mut<'a>(document: &'a mut Value, key: &str) -> Option<&'a mut Vec<Value>> {
    document.get_mut(key)?.as_array_mut()
}

/// The items of the list under that key, to be changed.
pub fn list_mut<'a>(document: &'a mut Value, key: &str) -> impl Iterator<Item = &'a mut Value> {
    array_mut(document, key).into_iter().flatten()
}

/// Takes the member out.
pub fn remove(document: &mut Value, key: &str) -> Option<Value> {
    document.as_object_mut()?.remove(key)
}

/// The document without members that are null: AWS does not tell them from absent ones.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, v)| !v.is_null())
            .map(|(k, v)| (k.clone(), without_nulls(v)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Does the name have the form of an ECS name?
pub fn is_name(name: &str) -> bool {
    (1..=255).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// One page of a list under `key`, of `maxResults` or else `size` items.
pub fn page(items: Vec<Value>, key: &str, input: &Value, size: usize) -> Result<Value, Refusal> {
    let size = match input["maxResults"].as_i64() {
        None => size,
        Some(asked @ 1..=100) => usize::try_from(asked).unwrap_or(size),
        Some(_) => return Err(refuse::parameter("maxResults must be between 1 and 100.")),
    };
    let start: usize = match text(input, "nextToken") {
        "" => 0,
        token => token
            .strip_prefix("page-")
            .and_then(|at| at.parse().ok())
            .ok_or_else(|| refuse::parameter("Invalid token."))?,
    };
    let end = items.len().min(start.saturating_add(size));
    let mut answer = json!({ key: items.get(start..end).unwrap_or_default() });
    if end < items.len() {
        answer["nextToken"] = json!(format!("page-{end}"));
    }
    Ok(answer)
}
