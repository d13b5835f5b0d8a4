//! Who names whom in the account, whatever the TOML says by now.
//!
//! The declared references order what is made; what is ended follows from
//! these, because AWS looks at what is there and not at what is wanted.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use recon_model::graph::Needs;
use recon_model::schema::{Field, RefTo, Type};
use recon_model::{Address, Found, KindId, Live, Orphan, Packed, Resource, Snapshot, Stack};

use crate::invariants::Pairs;
use crate::matched::{Matched, beside, matched};

/// What is there, under the addresses of the plan's steps, its bonds, and who needs whom.
pub struct There<'a> {
    pub needs: Needs<'a>,
    /// By the numbers of the resources.
    pub slots: Vec<Slot<'a>>,
    pub found: BTreeMap<Address, &'a Found>,
    /// Owned and declared no more, under the address of their step.
    pub leftovers: Vec<(Address, &'a Orphan)>,
    /// What deployments move between.
    pub pairs: Pairs,
    /// Only what ends asks for all of them.
    bonds: OnceCell<Vec<Bond>>,
}

/// A declared resource, and what is there of it.
#[derive(Clone, Copy)]
pub struct Slot<'a> {
    pub resource: &'a Resource,
    pub found: Option<&'a Found>,
    /// Why it cannot be read.
    pub unreadable: Option<&'a str>,
}

impl<'a> There<'a> {
    pub fn of(stack: &'a Stack, snapshot: &'a Snapshot) -> Self {
        let Matched { declared: mut found, leftovers } = matched(stack, snapshot);
        found.extend(leftovers.iter().map(|(address, orphan)| (address.clone(), &orphan.found)));
        let pairs = Pairs::of(stack, &found);
        let founds = beside(&stack.resources, &found).map(|(_, resource, found)| (resource, found.copied()));
        let lives = beside(&stack.resources, &snapshot.live).map(|(_, _, live)| live);
        let slots = founds.zip(lives).map(|((resource, found), live)| Slot {
            resource,
            found,
            unreadable: if let Some(Live::Unreadable(reason)) = live { Some(reason.as_str()) } else { None },
        });
        let slots = slots.collect();
        Self { needs: Needs::of(stack), slots, found, leftovers, pairs, bonds: OnceCell::new() }
    }

    /// Every bond in its order: what one names stands together.
    pub fn bonds(&self) -> &[Bond] {
        self.bonds.get_or_init(|| {
            let names = Names::of(&self.found);
            self.found.iter().flat_map(|(from, live)| names.named_by(from, live)).collect()
        })
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

/// Does the first name the second?
pub fn bound(found: &BTreeMap<Address, &Found>, from: &Address, to: &Address) -> bool {
    let (Some(naming), Some(named)) = (found.get(from), found.get(to)) else { return false };
    let mut bound = false;
    each_name(from, naming, &mut |of, text, beside| {
        bound |= of.kinds.contains(&to.kind.as_str()) && fits(to, named, of, text, beside);
    });
    bound
}

/// Every name of another resource that a live document holds, with the structure that it stands in.
fn each_name(from: &Address, live: &Found, visit: &mut impl FnMut(&RefTo, &str, &Packed)) {
    if let Some(kind) = KindId::named(&from.kind) {
        names_in(&kind.kind().spec, &live.spec, &Packed::default(), visit);
    }
}

fn names_in(field: &Field, value: &Packed, beside: &Packed, visit: &mut impl FnMut(&RefTo, &str, &Packed)) {
    if let (Some(to), Some(text)) = (&field.reference, value.as_str()) {
        visit(to, text, beside);
    }
    match (&field.ty, value) {
        (Type::Struct(structure), Packed::Map(map)) => {
            for field in &structure.fields {
                if let Some(inner) = map.get(field.name.as_str()) {
                    names_in(field, inner, value, visit);
                }
            }
        }
        (Type::List { item, .. }, Packed::List(items)) => {
            items.iter().for_each(|inner| names_in(item, inner, beside, visit));
        }
        (Type::Map(item) | Type::Pairs { item, .. }, Packed::Map(map)) => {
            map.values().for_each(|inner| names_in(item, inner, beside, visit));
        }
        _ => {}
    }
}

/// Is this what goes by that name?
fn fits(address: &Address, live: &Found, to: &RefTo, text: &str, beside: &Packed) -> bool {
    live.export(to.attribute) == Some(text) && same_parent(address, live, beside)
}

/// What is there, by its kind and by what others may call it.
pub struct Names<'a>(HashMap<(&'a str, &'a str), Vec<(&'a Address, &'a Found)>>);

impl<'a> Names<'a> {
    pub fn of(found: &'a BTreeMap<Address, &'a Found>) -> Self {
        let mut names: HashMap<_, Vec<(&Address, &Found)>> = HashMap::new();
        for (address, live) in found {
            // most are called the same by two attributes
            let texts: BTreeSet<&str> = live.exports.values().map(|text| text.as_str()).collect();
            for text in texts {
                names.entry((address.kind.as_str(), text)).or_default().push((address, live));
            }
        }
        Self(names)
    }

    /// What one names, in the account, in its order.
    pub fn named_by(&self, from: &Address, live: &Found) -> Vec<Bond> {
        let mut bonds = Vec::new();
        each_name(from, live, &mut |to, text, beside| {
            let called = to.kinds.iter().filter_map(|kind| self.0.get(&(*kind, text)));
            for (address, live) in called.flatten().filter(|(address, _)| *address != from) {
                if fits(address, live, to, text, beside) {
                    bonds.push(Bond { from: from.clone(), to: Address::clone(address), holds: to.holds });
                }
            }
        });
        bonds.sort();
        bonds.dedup();
        bonds
    }
}

/// A name that is unique in its parent only is told apart by the parent that
/// stands beside it: a service by its cluster.
fn same_parent(address: &Address, live: &Found, beside: &Packed) -> bool {
    let identity = KindId::named(&address.kind).map_or(&[][..], |kind| kind.kind().identity);
    let parents = identity.split_last().map_or(&[][..], |(_, parents)| parents);
    parents.iter().all(|parent| beside.get(parent).is_none_or(|value| *value == live.spec[*parent]))
}
