//! Tags in AWS's several forms, and whose a resource is by them.

use std::collections::BTreeMap;

use recon_model::{ADDRESS_TAG, Owner, STACK_TAG};
use serde_json::Value;

/// The user's tags, and the owner that recon's own tags name.
pub fn split(tags: &Value) -> (BTreeMap<String, String>, Option<Owner>) {
    let mut all = read(tags);
    let stack = all.remove(STACK_TAG);
    let address = all.remove(ADDRESS_TAG).unwrap_or_default();
    // AWS's own tags cannot be written, and recon's others are not the user's
    all.retain(|key, _| !key.starts_with("aws:") && !key.starts_with("recon:"));
    (all, stack.map(|stack| Owner { stack, address }))
}

/// `[{Key, Value}]`, `[{key, value}]` or `{k: v}` as a map.
pub fn read(tags: &Value) -> BTreeMap<String, String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_string();
    match tags {
        Value::Array(items) => items
            .iter()
            .map(|tag| {
                let get = |upper: &str, lower: &str| text(tag.get(upper).or_else(|| tag.get(lower)));
                (get("Key", "key"), get("Value", "value"))
            })
            .collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), text(Some(value)))).collect(),
        _ => BTreeMap::new(),
    }
}
