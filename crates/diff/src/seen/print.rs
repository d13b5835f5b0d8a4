//! Prints of one resource, a field at a time.

use std::collections::{BTreeMap, BTreeSet};

use argon2::Argon2;
use recon_model::schema::Field;
use recon_model::secrets::Secrets;
use recon_model::{Address, Found, KindId, Resource};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::settle::{Settle, theirs};
use super::{Moved, Side};
use crate::mask::{holds, masked};
use crate::resolve::unresolved;

/// One resource, on both sides, a print a field.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Print {
    desired: BTreeMap<String, String>,
    state: State,
    live: BTreeMap<String, String>,
    /// What others see of it, and whose it is.
    identity: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    Absent,
    Unreadable,
    Present,
}

impl Print {
    pub fn differences(&self, now: &Self, address: &Address) -> Vec<Moved> {
        let about = |side, text| Moved { address: Some(address.clone()), side, text };
        let mut moved: Vec<Moved> = match (self.desired.is_empty(), now.desired.is_empty()) {
            (true, false) => vec![about(Side::Toml, "it is declared now".into())],
            (false, true) => vec![about(Side::Toml, "it is declared no more".into())],
            _ => fields(&self.desired, &now.desired).map(|field| about(Side::Toml, field)).collect(),
        };
        let state = match (self.state, now.state) {
            (before, now) if before == now => None,
            (_, State::Absent) => Some("it is gone"),
            (_, State::Unreadable) => Some("it cannot be read any more"),
            (State::Unreadable, _) => Some("it can be read now"),
            (_, State::Present) => Some("it is there now"),
        };
        match state {
            Some(text) => moved.push(about(Side::Live, text.into())),
            None => {
                moved.extend(fields(&self.live, &now.live).map(|field| about(Side::Live, field)));
                if self.identity != now.identity {
                    moved.push(about(Side::Live, "it is another one of that name, or another's".into()));
                }
            }
        }
        moved
    }

    /// Whoever is bound to it would be bound to something else.
    pub fn bound_otherwise(&self, now: &Self) -> bool {
        (self.state, &self.identity) != (now.state, &now.identity)
            || self.desired.is_empty() != now.desired.is_empty()
    }
}

/// Names of those fields that differ.
fn fields<'a>(
    then: &'a BTreeMap<String, String>,
    now: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = String> + 'a {
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    names.into_iter().filter(|name| then.get(*name) != now.get(*name)).cloned()
}

/// Makes prints, and sets aside what they must not show.
pub struct Printer<'a> {
    pub salt: &'a str,
    /// Of variables.
    pub secrets: &'a Secrets,
    pub hidden: Vec<Value>,
}

impl Printer<'_> {
    pub fn print(
        &mut self,
        declared: Option<&Resource>,
        address: &Address,
        found: Option<&Found>,
        unreadable: bool,
    ) -> Print {
        let kind = declared.map(|r| r.kind).or_else(|| KindId::named(&address.kind));
        let Some(spec) = kind.map(|id| &id.kind().spec) else { return Print::default() };
        let mut print = Print::default();
        let desired = declared.map(|resource| unresolved(&resource.spec));
        if let (Some(resource), Some(desired)) = (declared, &desired) {
            print.desired = self.fields(spec, desired, None);
            print.desired.insert("(settings)".into(), hash(self.salt, &settings(resource)));
        }
        if let Some(found) = found {
            print.state = State::Present;
            let live = found.spec.value();
            let settled = Settle { theirs: theirs(declared, &live) };
            let live = settled.value(spec, &live, desired.as_ref(), "");
            print.live = self.fields(spec, &live, desired.as_ref());
            let owner = found.owner.as_ref().map(|owner| (&owner.stack, &owner.address));
            let exports: Vec<_> = found.exports.iter().collect();
            print.identity = hash(self.salt, &json!([exports, owner, found.holds.is_some()]));
        } else if unreadable {
            print.state = State::Unreadable;
        }
        print
    }

    /// Where a secret variable is wanted, all that is there is as secret.
    fn fields(&mut self, spec: &Field, document: &Value, wanted: Option<&Value>) -> BTreeMap<String, String> {
        let mut prints = BTreeMap::new();
        for (name, value) in document.as_object().into_iter().flatten() {
            let mut holders = std::iter::once(value).chain(wanted.map(|wanted| &wanted[name]));
            let field = spec.child(name).filter(|_| !holders.any(|value| holds(self.secrets, value)));
            let shown = field.map_or(Value::Null, |field| masked(field, name, value));
            if shown != *value {
                self.hidden.push(json!([name, value]));
            }
            prints.insert(name.clone(), hash(self.salt, &shown));
        }
        prints
    }
}

/// What the stack says of it beside its document.
fn settings(resource: &Resource) -> Value {
    let settings = &resource.settings;
    json!([
        settings.adopt,
        settings.prevent_destroy,
        settings.unmanaged,
        settings.replace.map(|order| format!("{order:?}")),
        settings.depends_on,
    ])
}

pub fn hash(salt: &str, value: &Value) -> String {
    hex(&Sha256::digest(format!("{salt}{value}"))[..8])
}

/// A print of hidden values: a guess at them costs memory and time.
pub fn slow(salt: &str, hidden: &[Value]) -> String {
    if hidden.is_empty() {
        return String::new();
    }
    let mut print = [0_u8; 8];
    let text = Value::from(hidden.to_vec()).to_string();
    match Argon2::default().hash_password_into(text.as_bytes(), salt.as_bytes(), &mut print) {
        Ok(()) => hex(&print),
        // a salt that is no salt: the file was not written by recon
        Err(error) => error.to_string(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
