//! From a spec to AWS's own document and back.

use serde_json::{Map, Value, json};

use super::{Field, Struct, Type};

/// AWS's form of a document: its names, lists of pairs, JSON texts.
pub fn to_aws(structure: &Struct, spec: &Value) -> Value {
    let mut out = Map::new();
    for field in &structure.fields {
        if let Some(value) = spec.get(&field.name).filter(|_| !field.aws.is_empty()) {
            out.insert(field.aws.clone(), field_to_aws(field, value));
        }
    }
    Value::Object(out)
}

fn field_to_aws(field: &Field, value: &Value) -> Value {
    match (&field.ty, value) {
        (Type::Struct(structure), Value::Object(_)) => to_aws(structure, value),
        (Type::List { item, .. }, Value::Array(items)) => {
            items.iter().map(|v| field_to_aws(item, v)).collect()
        }
        (Type::Map(item), Value::Object(map)) => {
            map.iter().map(|(k, v)| (k.clone(), field_to_aws(item, v))).collect::<Map<_, _>>().into()
        }
        (Type::Pairs { key, value: name, item }, Value::Object(map)) => map
            .iter()
            .map(|(k, v)| json!({ (key.as_str()): k, (name.as_str()): field_to_aws(item, v) }))
            .collect(),
        (Type::Document(_), Value::String(_)) => value.clone(),
        (Type::Document(_), _) => Value::String(value.to_string()),
        (Type::Text { .. }, Value::Bool(_) | Value::Number(_)) => Value::String(value.to_string()),
        _ => value.clone(),
    }
}

/// A spec out of AWS's answer. What the fields do not name is left out.
pub fn from_aws(structure: &Struct, answer: &Value) -> Value {
    let mut out = Map::new();
    for field in &structure.fields {
        match answer.get(&field.aws) {
            None | Some(Value::Null) => {}
            Some(value) => {
                out.insert(field.name.clone(), field_from_aws(field, value));
            }
        }
    }
    Value::Object(out)
}

fn field_from_aws(field: &Field, value: &Value) -> Value {
    match (&field.ty, value) {
        (Type::Struct(structure), Value::Object(_)) => from_aws(structure, value),
        (Type::List { item, .. }, Value::Array(items)) => {
            items.iter().map(|v| field_from_aws(item, v)).collect()
        }
        (Type::Map(item), Value::Object(map)) => {
            map.iter().map(|(k, v)| (k.clone(), field_from_aws(item, v))).collect::<Map<_, _>>().into()
        }
        (Type::Pairs { key, value: name, item }, Value::Array(pairs)) => {
            let entry = |pair: &Value| {
                let key = pair.get(key)?.as_str()?.to_string();
                Some((key, field_from_aws(item, pair.get(name).unwrap_or(&json!("")))))
            };
            pairs.iter().filter_map(entry).collect::<Map<_, _>>().into()
        }
        (Type::Document(_), Value::String(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        }
        _ => value.clone(),
    }
}
