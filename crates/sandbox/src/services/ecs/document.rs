//! Small readings of documents, and pages of lists.

use serde_json::{Value, json};

use super::refuse;
use crate::form::put;
use crate::refusal::Refusal;

pub(crate) use crate::form::{items as list, text};

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
    crate::form::given(value.clone())
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
    let (items, next) = crate::page::page(items, &input["nextToken"], size)
        .ok_or_else(|| refuse::parameter("Invalid token."))?;
    let mut answer = json!({ key: items });
    put(&mut answer, "nextToken", json!(next));
    Ok(answer)
}
