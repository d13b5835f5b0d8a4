//! Tags in the three forms that AWS has for them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Tags of one resource.
pub type Tags = BTreeMap<String, String>;

/// Reads `[{Key, Value}]` or `[{key, value}]` or `{k: v}`.
pub fn parse(value: &Value) -> Tags {
    let text = |v: Option<&Value>| v.and_then(Value::as_str).unwrap_or_default().to_string();
    match value {
        Value::Array(items) => items
            .iter()
            .map(|tag| {
                let get = |a: &str, b: &str| text(tag.get(a).or_else(|| tag.get(b)));
                (get("Key", "key"), get("Value", "value"))
            })
            .collect(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), text(Some(v)))).collect(),
        _ => Tags::new(),
    }
}

/// `[{Key, Value}]`, the common form.
pub fn upper(tags: &Tags) -> Value {
    tags.iter().map(|(k, v)| json!({"Key": k, "Value": v})).collect()
}

/// `[{key, value}]`, as ECS, CodeBuild and CodePipeline write it.
pub fn lower(tags: &Tags) -> Value {
    tags.iter().map(|(k, v)| json!({"key": k, "value": v})).collect()
}

/// `{k: v}`, as CodeCommit and CloudWatch Logs write it.
pub fn map(tags: &Tags) -> Value {
    json!(tags)
}
