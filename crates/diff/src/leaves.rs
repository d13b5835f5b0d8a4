//! A document that is new as a whole.

use recon_model::join;
use recon_model::plan::FieldChange;
use recon_model::schema::{Field, Order, Type};
use serde_json::{Value, json};

use crate::compare::{counts, shown_key};
use crate::mask::masked;
use crate::resolve::shown;

/// The leaves of a new document, as changes from nothing.
pub fn leaves(field: &Field, desired: &Value) -> Vec<FieldChange> {
    let mut out = Vec::new();
    leaf(field, desired, "", &mut out);
    out
}

fn leaf(field: &Field, value: &Value, path: &str, out: &mut Vec<FieldChange>) {
    match (&field.ty, value) {
        (_, Value::Null) => {}
        (Type::Struct(structure), Value::Object(_)) => {
            for field in structure.fields.iter().filter(|field| counts(field)) {
                if let Some(value) = value.get(&field.name) {
                    leaf(field, value, &join(path, &field.name), out);
                }
            }
        }
        (Type::Map(_) | Type::Pairs { .. }, Value::Object(map)) => {
            for (key, value) in map {
                if let Some(item) = field.entry(key) {
                    leaf(item, value, &join(path, key), out);
                }
            }
        }
        (Type::List { item, order }, Value::Array(items)) if item.ty.structure().is_some() => {
            for (i, value) in items.iter().enumerate() {
                let at = if let Order::By(key) = order { shown_key(&value[key]) } else { i.to_string() };
                leaf(item, value, &format!("{path}[{at}]"), out);
            }
        }
        _ => out.push(FieldChange {
            path: path.to_string(),
            from: json!(null),
            to: shown(&masked(field, path, value)),
            forces: None,
        }),
    }
}
