//! What CodeBuild and its neighbours do alike with the documents that they are given.

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

/// The page that the token asks for, and the token of the next one (or null).
/// None: it is no token that this list gave out.
pub(crate) fn page(all: &[Value], token: &Value, size: usize) -> Option<(Value, Value)> {
    let start = match token.as_str() {
        None => 0,
        Some(token) => token.parse().ok().filter(|start| (1..all.len()).contains(start))?,
    };
    let end = (start + size.max(1)).min(all.len());
    let next = if end < all.len() { Value::String(end.to_string()) } else { Value::Null };
    Some((Value::Array(all[start..end].to_vec()), next))
}

/// A member that holds a number of items, or what AWS takes where it is absent.
pub(crate) fn size(document: &Value, member: &str, default: usize) -> usize {
    document[member].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(default)
}
