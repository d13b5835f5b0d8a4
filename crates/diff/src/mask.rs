//! Values that nobody may read in a plan.

use recon_model::schema::Field;
use serde_json::{Map, Value, json};

/// What stands in a plan for a value that is not shown.
pub const HIDDEN: &str = "(hidden)";

/// A value fit to be shown under that field and path.
pub fn masked(field: &Field, path: &str, value: &Value) -> Value {
    if value.is_null() {
        return Value::Null;
    }
    if field.secret || looks_secret(path) {
        return json!(HIDDEN);
    }
    match value {
        Value::Object(map) => {
            let inner = |(key, value): (&String, &Value)| {
                let path = format!("{path}.{key}");
                let shown = match field.child(key) {
                    Some(child) => masked(child, &path, value),
                    None => masked_below(field, &path, value),
                };
                (key.clone(), shown)
            };
            map.iter().map(inner).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => {
            items.iter().enumerate().map(|(i, item)| masked(field, &format!("{path}[{i}]"), item)).collect()
        }
        _ => value.clone(),
    }
}

/// Under a map with keys of the user's own.
fn masked_below(field: &Field, path: &str, value: &Value) -> Value {
    use recon_model::schema::Type;
    match &field.ty {
        Type::Map(item) | Type::Pairs { item, .. } => masked(item, path, value),
        Type::Document(_) => value.clone(),
        _ => masked_scalar(path, value),
    }
}

fn masked_scalar(path: &str, value: &Value) -> Value {
    if looks_secret(path) { json!(HIDDEN) } else { value.clone() }
}

/// Does the last word of the path name something secret? Only for what the
/// user names: environment, options, labels.
fn looks_secret(path: &str) -> bool {
    let users_own = ["environment", "options", "driver_opts", "docker_labels", "extra_params"];
    let mut segments = path.rsplit('.');
    let last = segments.next().unwrap_or_default().to_ascii_lowercase();
    if !segments.next().is_some_and(|parent| users_own.iter().any(|own| parent.ends_with(own))) {
        return false;
    }
    let words =
        ["secret", "token", "passw", "pwd", "apikey", "api_key", "access_key", "credential", "private_key"];
    words.iter().any(|word| last.contains(word))
}
