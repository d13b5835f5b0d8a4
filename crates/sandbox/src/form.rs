//! Small readings and writings of the documents that services are given and keep.

use serde_json::{Map, Value};

/// The document without the members that are null: to AWS they are absent.
pub(crate) fn given(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let present = members.into_iter().filter(|(_, v)| !v.is_null());
            Value::Object(present.map(|(k, v)| (k, given(v))).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(given).collect(),
        other => other,
    }
}

/// A text member, empty where it is absent.
pub(crate) fn text<'a>(document: &'a Value, member: &str) -> &'a str {
    document[member].as_str().unwrap_or_default()
}

/// The items of a list member, none where it is absent.
pub(crate) fn items<'a>(document: &'a Value, member: &str) -> &'a [Value] {
    document[member].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The texts of a list member.
pub(crate) fn texts<'a>(document: &'a Value, member: &str) -> Vec<&'a str> {
    items(document, member).iter().filter_map(Value::as_str).collect()
}

/// Sets a member, or takes it away where the value is null.
pub(crate) fn put(document: &mut Value, member: &str, value: Value) {
    if !value.is_null() {
        document[member] = given(value);
    } else if let Some(members) = document.as_object_mut() {
        members.remove(member);
    }
}

/// Sets a member that AWS fills in where nobody gave it.
pub(crate) fn default(document: &mut Value, member: &str, value: Value) {
    if document[member].is_null() {
        put(document, member, value);
    }
}

/// Is the member there, with something in it?
pub(crate) fn has(document: &Value, member: &str) -> bool {
    match &document[member] {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::String(text) => !text.is_empty(),
        _ => true,
    }
}

/// A member that holds a number of items, or what AWS takes where it is absent.
pub(crate) fn size(document: &Value, member: &str, default: usize) -> usize {
    document[member].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
}
