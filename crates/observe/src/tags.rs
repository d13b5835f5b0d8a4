//! Tags in AWS's several forms, and whose a resource is by them.

use std::collections::BTreeMap;

use recon_model::{ADDRESS_TAG, Owner, Resource, STACK_TAG, Stack, setting_tag};
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

/// The tags of one of many, held small.
pub struct Tags(Box<[(Box<str>, Box<str>)]>);

impl Tags {
    pub fn of(tags: &Value) -> Self {
        Self(read(tags).into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }

    /// Are these the tags that the stack gives this resource, and no others of recon's?
    pub fn are_declared(&self, stack: &Stack, resource: &Resource) -> bool {
        let own = self.0.iter().filter(|(key, _)| !key.starts_with("aws:"));
        let same = |wanted: BTreeMap<String, String>| {
            own.map(|(key, value)| (&**key, &**value)).eq(wanted.iter().map(|(k, v)| (&**k, &**v)))
        };
        wanted(stack, resource).is_some_and(same)
    }

    /// Whose it is by them.
    pub fn owner(&self) -> Option<Owner> {
        let text =
            |name: &str| self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value.to_string());
        Some(Owner { stack: text(STACK_TAG)?, address: text(ADDRESS_TAG).unwrap_or_default() })
    }

    pub fn to_value(&self) -> Value {
        let text = |(key, value): &(Box<str>, Box<str>)| (key.to_string(), Value::from(&**value));
        Value::Object(self.0.iter().map(text).collect())
    }
}

/// All that it is to carry, where that is known before anything is read.
fn wanted(stack: &Stack, resource: &Resource) -> Option<BTreeMap<String, String>> {
    let mut all = BTreeMap::from([
        (STACK_TAG.to_string(), stack.name.clone()),
        (ADDRESS_TAG.to_string(), resource.address.to_string()),
    ]);
    if let Some(own) = resource.spec.get("tags") {
        let own = own.fill(&|reference| stack.declared(reference).ok_or(())).ok()?;
        for (key, value) in own.as_object()? {
            all.insert(key.clone(), value.as_str()?.to_string());
        }
    }
    let fields = &resource.kind.kind().fields().fields;
    for field in fields.iter().filter(|field| field.kept) {
        let Some(said) = resource.spec.get(&field.name) else { continue };
        let said = said.value().ok()?;
        if !said.is_null() && said != false {
            all.insert(setting_tag(field), said.to_string());
        }
    }
    Some(all)
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
