//! Desired documents as values, as far as they are known.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::convert::Infallible;

use recon_model::plan::Action;
use recon_model::{Address, Looked, Reference, Snapshot, Stack, Tree};
use serde_json::{Map, Value, json};

use crate::bonds::{Slot, There};
use crate::steps::Steps;

/// Stands around a reference that is only known after a step. No document of
/// AWS's can hold this character.
pub const UNKNOWN: char = '\u{1}';

/// What is known of other resources while the plan is made.
pub struct Known<'a> {
    pub stack: &'a Stack,
    pub snapshot: &'a Snapshot,
    pub there: &'a There<'a>,
    /// What is decided so far.
    pub steps: Steps<'a>,
    /// There is a replacement among them.
    pub replaces: bool,
    /// Updated in a way that gives some of their attributes anew.
    pub renewing: BTreeSet<Address>,
    /// Given another name in place, from which their other attributes are made.
    pub renamed: BTreeSet<Address>,
}

impl Known<'_> {
    /// What happens to a resource, if that is decided.
    pub fn action(&self, address: &Address) -> Option<&Action> {
        self.steps.get(address).map(|step| &step.action)
    }

    /// The value of a reference, if no step comes before it.
    pub fn value(&self, reference: &Reference) -> Option<Cow<'_, Value>> {
        let target = &reference.target;
        if target.is_lookup() {
            return match self.snapshot.lookups.get(target)? {
                Looked::Up(value) => Some(Cow::Borrowed(value)),
                Looked::Failed(_) => None,
            };
        }
        let number = self.there.needs.number(target)?;
        let Slot { resource, found, .. } = &self.there.slots[number];
        if let Some(value) = self.stack.declared_of(resource, &reference.attribute) {
            return Some(Cow::Owned(value));
        }
        let action = self.steps.numbered(number).map(|step| &step.action);
        let gone = matches!(action, None | Some(Action::Create(_) | Action::Replace(..)));
        let renewed = self.renewing.contains(target)
            && resource.kind.kind().renewed.contains(&reference.attribute.as_str());
        if gone || renewed || self.renamed.contains(target) {
            return None;
        }
        (*found)?.export(&reference.attribute).map(|text| Cow::Owned(json!(text)))
    }

    /// A document as one value; what is not known is text between [`UNKNOWN`]s.
    pub fn document(&self, tree: &Tree) -> Value {
        filled(tree, |reference| self.value(reference).map(Cow::into_owned))
    }
}

/// A document as it is declared: every reference is text between [`UNKNOWN`]s.
pub fn unresolved(tree: &Tree) -> Value {
    filled(tree, |_| None)
}

fn filled(tree: &Tree, known: impl Fn(&Reference) -> Option<Value>) -> Value {
    let marked = |reference: &Reference| Value::String(format!("{UNKNOWN}{reference}{UNKNOWN}"));
    let Ok(value) =
        tree.fill(&|reference| Ok::<_, Infallible>(known(reference).unwrap_or_else(|| marked(reference))));
    value
}

/// Does the value hold anything that is only known after a step?
pub fn is_unknown(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(UNKNOWN),
        Value::Array(items) => items.iter().any(is_unknown),
        Value::Object(map) => map.values().any(is_unknown),
        _ => false,
    }
}

/// A value as people and machines read it: `(known after ecs.cluster.test)`.
pub fn shown(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains(UNKNOWN) => Value::String(words(text)),
        Value::Array(items) => items.iter().map(shown).collect(),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), shown(v))).collect::<Map<_, _>>().into(),
        _ => value.clone(),
    }
}

fn words(text: &str) -> String {
    let mut out = String::new();
    for (i, piece) in text.split(UNKNOWN).enumerate() {
        match piece.rsplit_once('.') {
            Some((address, _)) if i % 2 == 1 => out.push_str(&format!("(known after {address})")),
            _ => out.push_str(piece),
        }
    }
    out
}
