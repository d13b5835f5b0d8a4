//! A document that is new as a whole.

use recon_model::plan::FieldChange;
use recon_model::schema::{Field, Order, Type};
use serde_json::Value;

use crate::compare::{counts, shown_key};
use crate::mask::masked;
use crate::resolve::shown;

/// The leaves of a new document, as changes from nothing.
pub fn leaves(field: &Field, desired: &Value) -> Vec<FieldChange> {
    let mut out = Vec::new();
    each_leaf(field, desired, &mut |path, field, value| out.push(leaf(path, field, value)));
    out
}

/// A leaf as a change from nothing.
pub fn leaf(path: &str, field: &Field, value: &Value) -> FieldChange {
    let to = shown(&masked(field, path, value));
    FieldChange { path: path.to_string(), from: Value::Null, to, forces: None }
}

/// Every leaf of a document, at its path.
pub fn each_leaf(field: &Field, document: &Value, visit: &mut impl FnMut(&str, &Field, &Value)) {
    walk(field, document, &mut String::new(), visit);
}

fn walk(field: &Field, value: &Value, path: &mut String, visit: &mut impl FnMut(&str, &Field, &Value)) {
    let above = path.len();
    let mut under = |key: &str, field: &Field, value: &Value| {
        if above > 0 {
            path.push('.');
        }
        path.push_str(key);
        walk(field, value, path, visit);
        path.truncate(above);
    };
    match (&field.ty, value) {
        (_, Value::Null) => {}
        (Type::Struct(structure), Value::Object(_)) => {
            for field in structure.fields.iter().filter(|field| counts(field)) {
                if let Some(value) = value.get(&field.name) {
                    under(&field.name, field, value);
                }
            }
        }
        (Type::Map(_) | Type::Pairs { .. }, Value::Object(map)) => {
            for (key, value) in map {
                if let Some(item) = field.entry(key) {
                    under(key, item, value);
                }
            }
        }
        (Type::List { item, order }, Value::Array(items)) if item.ty.structure().is_some() => {
            for (i, value) in items.iter().enumerate() {
                let at = if let Order::By(key) = order { shown_key(&value[key]) } else { i.to_string() };
                path.extend(["[", &at, "]"]);
                walk(item, value, path, visit);
                path.truncate(above);
            }
        }
        _ => visit(path, field, value),
    }
}
