//! What is not the stack's to say stays as it is in AWS. A call that replaces a
//! whole document, or a whole field, would lose what it leaves out.

use recon_model::schema::{Field, Order, Struct, Type};
use recon_model::{Found, join};
use serde_json::{Map, Value};

use crate::item::Item;

impl Item<'_> {
    /// The same resource with AWS's own values for what is unmanaged. A masked
    /// secret of AWS's never gets into it, and of a field that is not declared
    /// at all there is nothing: its kind knows how to take it back.
    pub fn beside(&self, live: &Found) -> Self {
        let kind = self.kind.kind();
        let mut there = live.spec.value();
        if let Some(form) = kind.canonical {
            form(&mut there);
        }
        let mut item = self.clone();
        if let (Some(spec), Some(declared)) = (item.spec.as_object_mut(), self.resource.spec.as_map()) {
            spec.retain(|name, _| declared.contains_key(name.as_str()));
        }
        for spec in [&mut item.spec, &mut item.canonical] {
            if let Some(spec) = spec.as_object_mut() {
                structure(kind.fields(), spec, &there, "", &self.resource.settings.unmanaged);
            }
        }
        item
    }
}

fn structure(fields: &Struct, spec: &mut Map<String, Value>, live: &Value, path: &str, theirs: &[String]) {
    for field in &fields.fields {
        let path = join(path, &field.name);
        let there = live.get(&field.name).unwrap_or(&Value::Null);
        let said = spec.get(&field.name).is_some_and(|value| !value.is_null());
        if theirs.contains(&path) || (field.unmanaged && !said) {
            take(spec, &field.name, there);
        } else if let Some(value) = spec.get_mut(&field.name) {
            below(field, value, there, &path, theirs);
        }
    }
}

fn below(field: &Field, spec: &mut Value, live: &Value, path: &str, theirs: &[String]) {
    match (&field.ty, spec) {
        (Type::Struct(fields), Value::Object(spec)) => structure(fields, spec, live, path, theirs),
        (Type::Map(_) | Type::Pairs { .. }, Value::Object(spec)) => {
            let keys: Vec<String> =
                spec.keys().chain(live.as_object().into_iter().flat_map(Map::keys)).cloned().collect();
            for key in keys {
                let path = join(path, &key);
                if theirs.contains(&path) {
                    take(spec, &key, &live[&key]);
                } else if let (Some(entry), Some(value)) = (field.entry(&key), spec.get_mut(&key)) {
                    below(entry, value, &live[&key], &path, theirs);
                }
            }
        }
        (Type::List { item, order }, Value::Array(items)) => {
            for (at, value) in items.iter_mut().enumerate() {
                if let Some(there) = counterpart(order, at, value, live) {
                    below(item, value, there, path, theirs);
                }
            }
        }
        _ => {}
    }
}

/// The same item in AWS: of that name where items have names, else at that
/// place where places mean something, else the only one.
fn counterpart<'a>(order: &Order, at: usize, item: &Value, live: &'a Value) -> Option<&'a Value> {
    let key = if let Order::By(key) = order { key } else { "name" };
    let there = live.as_array()?;
    match (item.get(key), order) {
        (Some(name), _) => there.iter().find(|there| there.get(key) == Some(name)),
        (None, Order::Sequence) => there.get(at),
        (None, _) => there.first().filter(|_| at == 0 && there.len() == 1),
    }
}

fn take(spec: &mut Map<String, Value>, name: &str, live: &Value) {
    match unmasked(live, spec.get(name)) {
        Some(value) => spec.insert(name.to_string(), value),
        None => spec.remove(name),
    };
}

/// AWS shows a secret as `****`: to send that back would make it the secret.
fn unmasked(live: &Value, said: Option<&Value>) -> Option<Value> {
    match live {
        Value::Null => None,
        Value::String(text) if text.starts_with("****") => said.cloned(),
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| {
                Some((key.clone(), unmasked(value, said.and_then(|said| said.get(key)))?))
            };
            Some(map.iter().filter_map(entry).collect::<Map<_, _>>().into())
        }
        Value::Array(items) => {
            let item = |(at, value)| unmasked(value, said.and_then(|said| said.get(at)));
            Some(items.iter().enumerate().filter_map(item).collect())
        }
        _ => Some(live.clone()),
    }
}
