//! Whose a resource is, for every kind: what is taken out of the TOML is found and
//! deleted and nothing else is touched; what exists unowned is taken over only on
//! a word; another stack's is refused; another label is the same resource.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod every_kind;
mod marks;
mod moves;
mod prevented;

use recon_acceptance::World;
use serde::Deserialize;
use serde_json::{Value, json};

/// A resource of one kind, and what it stands in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    resource: String,
    around: String,
    it: String,
}

impl Case {
    fn all() -> Vec<Self> {
        #[derive(Deserialize)]
        struct Kinds {
            kind: Vec<Case>,
        }
        toml::from_str::<Kinds>(include_str!("kinds.toml")).unwrap().kind
    }

    fn kind(&self) -> &str {
        self.resource.rsplit_once('.').unwrap().0
    }

    /// The stack with the resource in it.
    fn whole(&self) -> String {
        format!("{}\n{}", self.around, self.it)
    }
}

fn call(world: &World, service: &str, operation: &str, input: Value) -> Value {
    world
        .sandbox
        .call(service, operation, "ap-northeast-2", &input)
        .unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

/// Takes every tag of recon's out of the account: as if somebody else had built it.
fn disown(world: &World) {
    fn strip(value: &mut Value) {
        let ours = |key: &str| key.starts_with("recon:");
        match value {
            Value::Object(map) => {
                map.retain(|key, _| !ours(key));
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => {
                let key = |item: &Value| item["Key"].as_str().or(item["key"].as_str()).map(str::to_string);
                items.retain(|item| !key(item).is_some_and(|key| ours(&key)));
                items.iter_mut().for_each(strip);
            }
            _ => {}
        }
    }
    world.sandbox.edit(|state| {
        let mut document = json!(state);
        strip(&mut document);
        *state = serde_json::from_value(document).unwrap();
    });
}

/// Every tag of recon's in the account.
fn marks(world: &World) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                let ours = map.iter().filter(|(key, _)| key.starts_with("recon:"));
                found.extend(ours.map(|(key, value)| format!("{key}={value}")));
                map.values().for_each(|value| walk(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(&json!(world.sandbox.state()), &mut found);
    found.sort();
    found
}

/// Mutating calls since the sandbox began to keep them, by name.
fn written(world: &World) -> Vec<String> {
    let reads = ["Get", "List", "Describe", "BatchGet", "Head"];
    let log = world.sandbox.log().into_iter().map(|call| call.operation);
    log.filter(|name| !reads.iter().any(|read| name.starts_with(read))).collect()
}
