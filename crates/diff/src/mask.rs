//! Values that nobody may read in a plan.

use std::collections::BTreeSet;

use recon_model::Stack;
use recon_model::plan::FieldChange;
use recon_model::schema::{Field, Order, Type};
use recon_model::secrets::{Secrets, looks_secret};
use serde_json::{Map, Value, json};

use crate::resolve::unresolved;
use crate::veil::{secret_places, veiled};

pub use recon_model::secrets::HIDDEN;

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
                    None => masked_below(field, key, &path, value),
                };
                (key.clone(), shown)
            };
            map.iter().map(inner).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => {
            let inner = |(i, item)| masked(field, &format!("{path}[{}]", place(field, i, item)), item);
            items.iter().enumerate().map(inner).collect()
        }
        Value::String(text) if is_document(text) => json!(veiled(text)),
        _ => value.clone(),
    }
}

/// Lines, or JSON: more than one value.
pub(crate) fn is_document(text: &str) -> bool {
    text.contains('\n') || text.starts_with(['{', '['])
}

/// What an item of a list is known by.
pub(crate) fn place(field: &Field, index: usize, item: &Value) -> String {
    match &field.ty {
        Type::List { order: Order::By(key), .. } => {
            item[key].as_str().map_or_else(|| index.to_string(), str::to_string)
        }
        _ => index.to_string(),
    }
}

/// Under a map with keys of the user's own.
fn masked_below(field: &Field, key: &str, path: &str, value: &Value) -> Value {
    match (field.entry(key), &field.ty) {
        (Some(item), _) => masked(item, path, value),
        (None, Type::Document(_)) => value.clone(),
        (None, _) => masked_scalar(path, value),
    }
}

fn masked_scalar(path: &str, value: &Value) -> Value {
    match value {
        _ if looks_secret(path) => json!(HIDDEN),
        Value::String(text) if is_document(text) => json!(veiled(text)),
        _ => value.clone(),
    }
}

/// Hides what secret variables say, under whatever name, and what stood there
/// before: that may be a secret of yesterday.
pub fn hide(secrets: &Secrets, change: &mut FieldChange) {
    if secrets.is_empty() {
        return;
    }
    let tells = holds(secrets, &change.to) && !holds(secrets, &change.from);
    change.from = match tells && !change.from.is_null() {
        true => json!(HIDDEN),
        false => bare(secrets, &change.from),
    };
    change.to = bare(secrets, &change.to);
}

/// Does a secret variable's value stand in it?
pub fn holds(secrets: &Secrets, value: &Value) -> bool {
    match value {
        Value::String(text) => secrets.stand_in(text),
        Value::Number(number) => secrets.stand_in(&number.to_string()),
        Value::Array(items) => items.iter().any(|item| holds(secrets, item)),
        Value::Object(map) => map.iter().any(|(key, value)| secrets.stand_in(key) || holds(secrets, value)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// The value without them.
fn bare(secrets: &Secrets, value: &Value) -> Value {
    match value {
        Value::String(text) => json!(secrets.without(text)),
        Value::Array(items) => items.iter().map(|item| bare(secrets, item)).collect(),
        Value::Object(map) => {
            let inner = |(key, value): (&String, &Value)| (secrets.without(key), bare(secrets, value));
            map.iter().map(inner).collect::<Map<_, _>>().into()
        }
        _ if holds(secrets, value) => json!(HIDDEN),
        _ => value.clone(),
    }
}

/// Every text that the stack declares and that nobody may read.
pub fn secrets(stack: &Stack) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = stack.secrets.texts().map(str::to_string).collect();
    for resource in stack.resources.values() {
        let document = unresolved(&resource.spec);
        for (name, value) in document.as_object().into_iter().flatten() {
            if let Some(field) = resource.kind.kind().spec.child(name) {
                hidden(value, &masked(field, name, value), &mut found);
            }
        }
    }
    found
}

/// Texts of a value that its shown form does not have.
fn hidden(value: &Value, shown: &Value, found: &mut BTreeSet<String>) {
    match (value, shown) {
        (Value::Object(map), Value::Object(shown)) => {
            map.iter().for_each(|(key, value)| hidden(value, shown.get(key).unwrap_or(&Value::Null), found));
        }
        (Value::Array(items), Value::Array(shown)) => {
            items.iter().zip(shown).for_each(|(value, shown)| hidden(value, shown, found));
        }
        (Value::String(text), shown) if value != shown => {
            found.insert(text.clone());
            if is_document(text) {
                found
                    .extend(secret_places(text).into_iter().map(|(place, _)| text[place].trim().to_string()));
            }
        }
        (Value::Object(map), _) => map.values().for_each(|value| hidden(value, &Value::Null, found)),
        (Value::Array(items), _) => items.iter().for_each(|value| hidden(value, &Value::Null, found)),
        _ => {}
    }
}

/// The text without those secrets. AWS likes to repeat what it refuses.
pub fn without(secrets: &BTreeSet<String>, text: &str) -> String {
    // shorter ones would tear words apart, and hide nothing
    let mut worth: Vec<&String> = secrets.iter().filter(|secret| secret.len() >= 4).collect();
    // the longest first: one may stand in another
    worth.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    worth.into_iter().fold(text.to_string(), |text, secret| {
        // as it is, and as it stands in a JSON text
        let quoted = json!(secret).to_string();
        text.replace(secret.as_str(), HIDDEN).replace(quoted.trim_matches('"'), HIDDEN)
    })
}

#[cfg(test)]
mod tests {
    use recon_model::KindId;
    use serde_json::json;

    use super::*;
    use crate::compare::changes;
    use crate::leaves::leaves;

    fn pipeline(token: &str) -> Value {
        json!({"stages": [{"name": "Source", "actions": [{
            "name": "Source",
            "configuration": {"Owner": "me", "OAuthToken": token},
        }]}]})
    }

    #[test]
    fn a_token_of_a_pipeline_is_hidden_and_does_not_differ_from_awss_mask() {
        let spec = &KindId::CodepipelinePipeline.kind().spec;
        let shown = serde_json::to_string(&leaves(spec, &pipeline("ghp_1"))).unwrap();
        assert!(shown.contains(HIDDEN) && !shown.contains("ghp_1"), "{shown}");
        assert_eq!(changes(spec, &pipeline("ghp_1"), &pipeline("****"), &[]), []);
        let added = changes(spec, &pipeline("ghp_1"), &json!({"stages": []}), &[]);
        assert!(!serde_json::to_string(&added).unwrap().contains("ghp_1"), "{added:?}");
    }

    #[test]
    fn a_builds_variable_that_looks_secret_is_hidden() {
        let spec = &KindId::CodebuildProject.kind().spec;
        let project = |value: &str| {
            json!({"environment": {"environment_variables": [
                {"name": "DB_PASSWORD", "value": value}, {"name": "TAG", "value": value},
            ]}})
        };
        let shown = serde_json::to_string(&changes(spec, &project("new"), &project("old"), &[])).unwrap();
        assert_eq!(shown.matches("new").count(), 1, "{shown}");
        assert_eq!(shown.matches(HIDDEN).count(), 2, "{shown}");
    }

    #[test]
    fn what_aws_does_not_answer_with_is_not_compared() {
        let spec = &KindId::ServicediscoveryNamespace.kind().spec;
        let desired = json!({"name": "a", "type": "DNS_PRIVATE", "vpc": "vpc-1"});
        let live = json!({"name": "a", "type": "DNS_PRIVATE"});
        assert_eq!(changes(spec, &desired, &live, &[]), []);
    }
}
