//! Attributes of load balancers, target groups and listeners: text to text at
//! AWS, with a default for each key.

use serde_json::{Map, Value};

use crate::schema::{Field, Type};

/// `attributes = { "idle_timeout.timeout_seconds" = 60 }`.
pub(super) fn field(shape: &str) -> Field {
    let mut item = Field::new("", "", Type::Text { allowed: Vec::new() });
    // AWS adds attributes as it goes: one that nobody here has heard of is no drift
    item.unmanaged = true;
    let ty = Type::Pairs { key: "Key".into(), value: "Value".into(), item: Box::new(item) };
    // the member that Modify…Attributes takes; creation knows none of it
    let mut field = Field::new("attributes", "Attributes", ty);
    field.doc = format!("Attributes by key, as AWS documents them under {shape}.").into();
    field
}

/// Fills in AWS's defaults, and brings numbers and booleans to AWS's texts.
pub(super) fn fill(spec: &mut Value, defaults: &[&[(&str, &str)]]) {
    let Some(spec) = spec.as_object_mut() else { return };
    let given = spec.remove("attributes").unwrap_or_default();
    let mut all: Map<String, Value> = defaults
        .iter()
        .copied()
        .flatten()
        .map(|(key, value)| (key.to_string(), Value::from(*value)))
        .collect();
    for (key, value) in given.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
        all.insert(key.clone(), Value::String(text));
    }
    // one that AWS answers empty is one that it does not have, unless it is known to be able to have it
    let known = |key: &str| defaults.iter().copied().flatten().any(|(known, _)| *known == key);
    all.retain(|key, value| value != "" || known(key));
    spec.insert("attributes".into(), Value::Object(all));
}
