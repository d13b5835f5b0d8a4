//! A live document in a form in which only what matters differs.

use std::collections::BTreeMap;

use recon_model::schema::{DocumentForm, Field, Order, Type};
use recon_model::{Resource, join};
use serde_json::{Map, Value};

use crate::compare::{is_empty, plain};
use crate::policy;

/// Fields of the live side that are somebody else's to move.
pub fn theirs(declared: Option<&Resource>, live: &Value) -> Vec<String> {
    let Some(resource) = declared else { return Vec::new() };
    let moved = resource.kind.kind().moved_by_others.map(|who| who(live)).unwrap_or_default();
    let moved = moved.iter().map(|moved| moved.field.to_string());
    resource.settings.unmanaged.iter().cloned().chain(moved).collect()
}

/// Brings a live document to a form in which only what matters differs.
pub struct Settle {
    pub theirs: Vec<String>,
}

impl Settle {
    pub fn value(&self, field: &Field, live: &Value, desired: Option<&Value>, path: &str) -> Value {
        match (&field.ty, live) {
            (Type::Struct(structure), Value::Object(map)) => {
                let inner = |field: &Field| {
                    let path = join(path, &field.name);
                    let (live, said) = (map.get(&field.name)?, desired.and_then(|d| d.get(&field.name)));
                    let theirs = self.theirs.contains(&plain(&path)) || (field.unmanaged && said.is_none());
                    (!theirs && !field.write_only && !is_empty(live))
                        .then(|| (field.name.clone(), self.value(field, live, said, &path)))
                };
                structure.fields.iter().filter_map(inner).collect::<BTreeMap<_, _>>().into_iter().collect()
            }
            (Type::Map(_) | Type::Pairs { .. }, Value::Object(map)) => {
                let inner = |(key, live): (&String, &Value)| {
                    let (item, path) = (field.entry(key)?, join(path, key));
                    let said = desired.and_then(|d| d.get(key));
                    let theirs = self.theirs.contains(&plain(&path)) || (item.unmanaged && said.is_none());
                    (!theirs).then(|| (key.clone(), self.value(item, live, said, &path)))
                };
                map.iter()
                    .filter_map(inner)
                    .collect::<BTreeMap<_, _>>()
                    .into_iter()
                    .collect::<Map<_, _>>()
                    .into()
            }
            (Type::List { item, order }, Value::Array(items)) => {
                // which declared item is meant is not known here: what is unmanaged in one counts nowhere
                let mut items: Vec<Value> =
                    items.iter().map(|live| self.value(item, live, None, path)).collect();
                if *order != Order::Sequence {
                    items.sort_by_cached_key(ToString::to_string);
                }
                Value::Array(items)
            }
            (Type::Document(form), _) => document(*form, live),
            _ => live.clone(),
        }
    }
}

fn document(form: DocumentForm, live: &Value) -> Value {
    let parsed = live.as_str().and_then(|text| serde_json::from_str(text).ok());
    let value = parsed.as_ref().unwrap_or(live);
    match form {
        DocumentForm::Policy => policy::canonical(value),
        DocumentForm::Pattern => policy::pattern(value),
        DocumentForm::Json => value.clone(),
    }
}
