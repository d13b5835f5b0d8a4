//! Who names whom in the account, whatever the TOML says by now.
//!
//! The declared references order what is made; what is ended follows from
//! these, because AWS looks at what is there and not at what is wanted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use recon_model::schema::{Field, RefTo, Type};
use recon_model::{Address, Found, KindId, Snapshot, Stack};
use serde_json::Value;

use crate::invariants::Pairs;
use crate::matched::matched;

/// What is there, under the addresses of the plan's steps, and its bonds.
pub struct There<'a> {
    pub found: BTreeMap<Address, &'a Found>,
    /// In their order: what one names stands together.
    pub bonds: Vec<Bond>,
    /// What deployments move between.
    pub pairs: Pairs,
}

impl<'a> There<'a> {
    pub fn of(stack: &Stack, snapshot: &'a Snapshot) -> Self {
        let matched = matched(stack, snapshot);
        let mut found: BTreeMap<Address, &Found> = matched.declared;
        found.extend(matched.leftovers.into_iter().map(|(address, orphan)| (address, &orphan.found)));
        let bonds = bonds(&found);
        let mut there = Self { found, bonds, pairs: Pairs::default() };
        there.pairs = Pairs::of(stack, &there);
        there
    }

    /// Does the first name the second?
    pub fn bound(&self, from: &Address, to: &Address) -> bool {
        self.bonds.binary_search_by(|bond| (&bond.from, &bond.to).cmp(&(from, to))).is_ok()
    }

    /// What one names, in the account.
    pub fn named_by<'b>(&'b self, from: &Address) -> impl Iterator<Item = &'b Bond> + use<'b, 'a> {
        let first = self.bonds.partition_point(|bond| bond.from < *from);
        let from = from.clone();
        self.bonds[first..].iter().take_while(move |bond| bond.from == from)
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
    let names = Names::of(found);
    for (from, live) in found {
        let Some(kind) = KindId::named(&from.kind) else { continue };
        let mut walk = Walk { names: &names, from, bonds: &mut all };
        walk.field(&kind.kind().spec, &live.spec, &Value::Null);
    }
    all.sort();
    all.dedup();
    all
}

/// What is there, by its kind and by what others may call it.
struct Names<'a>(HashMap<(&'a str, &'a str), Vec<(&'a Address, &'a Found)>>);

impl<'a> Names<'a> {
    fn of(found: &'a BTreeMap<Address, &'a Found>) -> Self {
        let mut names: HashMap<_, Vec<(&Address, &Found)>> = HashMap::new();
        for (address, live) in found {
            // most are called the same by two attributes
            let texts: BTreeSet<&str> = live.exports.values().map(String::as_str).collect();
            for text in texts {
                names.entry((address.kind.as_str(), text)).or_default().push((address, live));
            }
        }
        Self(names)
    }
}

struct Walk<'a> {
    names: &'a Names<'a>,
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
        let to_holds = to.holds;
        let called = to.kinds.iter().filter_map(|kind| self.names.0.get(&(*kind, text)));
        for (address, live) in called.flatten() {
            let fits = live.export(to.attribute) == Some(text)
                && same_parent(address, live, beside)
                && *address != self.from;
            if fits {
                let to = Address::clone(address);
                self.bonds.push(Bond { from: self.from.clone(), to, holds: to_holds });
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
