//! Who names whom in the account, whatever the TOML says by now.
//!
//! The declared references order what is made; what is ended follows from
//! these, because AWS looks at what is there and not at what is wanted.

use std::collections::BTreeMap;

use recon_model::schema::{Field, RefTo, Type};
use recon_model::{Address, Found, KindId, Snapshot, Stack};
use serde_json::Value;

use crate::matched::matched;

/// What is there, under the addresses of the plan's steps, and its bonds.
pub struct There<'a> {
    pub found: BTreeMap<Address, &'a Found>,
    pub bonds: Vec<Bond>,
}

impl<'a> There<'a> {
    pub fn of(stack: &Stack, snapshot: &'a Snapshot) -> Self {
        let matched = matched(stack, snapshot);
        let mut found: BTreeMap<Address, &Found> = matched.declared;
        found.extend(matched.leftovers.into_iter().map(|(address, orphan)| (address, &orphan.found)));
        let bonds = bonds(&found);
        Self { found, bonds }
    }

    /// Does the first name the second?
    pub fn bound(&self, from: &Address, to: &Address) -> bool {
        self.bonds.iter().any(|bond| bond.from == *from && bond.to == *to)
    }
}

/// One resource in the account names another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bond {
    pub from: Address,
    pub to: Address,
    /// AWS refuses to delete `to` while `from` names it.
    pub holds: bool,
}

/// Every bond between things that were found.
fn bonds(found: &BTreeMap<Address, &Found>) -> Vec<Bond> {
    let mut all = Vec::new();
    for (from, live) in found {
        let Some(kind) = KindId::named(&from.kind) else { continue };
        let mut walk = Walk { found, from, bonds: &mut all };
        walk.field(&kind.kind().spec, &live.spec, &Value::Null);
    }
    all.sort();
    all.dedup();
    all
}

struct Walk<'a> {
    found: &'a BTreeMap<Address, &'a Found>,
    from: &'a Address,
    bonds: &'a mut Vec<Bond>,
}

impl Walk<'_> {
    /// `beside` is the structure that the value stands in.
    fn field(&mut self, field: &Field, value: &Value, beside: &Value) {
        if let (Some(to), Some(text)) = (&field.reference, value.as_str()) {
            self.named(to, text, beside);
        }
        match (&field.ty, value) {
            (Type::Struct(structure), Value::Object(map)) => {
                for field in &structure.fields {
                    if let Some(inner) = map.get(&field.name) {
                        self.field(field, inner, value);
                    }
                }
            }
            (Type::List { item, .. }, Value::Array(items)) => {
                items.iter().for_each(|inner| self.field(item, inner, beside));
            }
            (Type::Map(item) | Type::Pairs { item, .. }, Value::Object(map)) => {
                map.values().for_each(|inner| self.field(item, inner, beside));
            }
            _ => {}
        }
    }

    fn named(&mut self, to: &RefTo, text: &str, beside: &Value) {
        for (address, live) in self.found {
            let fits = to.kinds.contains(&address.kind.as_str())
                && live.export(to.attribute) == Some(text)
                && same_parent(address, live, beside)
                && address != self.from;
            if fits {
                self.bonds.push(Bond { from: self.from.clone(), to: address.clone(), holds: to.holds });
            }
        }
    }
}

/// A name that is unique in its parent only is told apart by the parent that
/// stands beside it: a service by its cluster.
fn same_parent(address: &Address, live: &Found, beside: &Value) -> bool {
    let identity = KindId::named(&address.kind).map_or(&[][..], |kind| kind.kind().identity);
    let parents = identity.split_last().map_or(&[][..], |(_, parents)| parents);
    parents.iter().all(|parent| beside.get(parent).is_none_or(|value| *value == live.spec[*parent]))
}
