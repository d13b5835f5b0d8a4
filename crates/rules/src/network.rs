//! Which VPC things are in, and which zones: as far as the TOML tells, and
//! beyond that once lookups were answered.

use std::collections::BTreeMap;

use recon_model::{Address, Looked, Part, SecurityGroup, Subnet, Tree};
use serde_json::Value;

use crate::at::At;
use crate::cx::Cx;

/// A VPC by what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vpc {
    Id(String),
    Lookup(Address),
}

impl Vpc {
    /// Are they surely two? One by id and one looked up may be the same.
    pub fn differs(&self, other: &Vpc, cx: &Cx<'_>) -> bool {
        match (self, other) {
            (Vpc::Id(a), Vpc::Id(b)) => a != b,
            (Vpc::Lookup(a), Vpc::Lookup(b)) => {
                let spec = |address| cx.lookup(address).map(|lookup| &lookup.spec);
                a != b && spec(a) != spec(b)
            }
            _ => false,
        }
    }
}

/// The VPC of the subnets or security groups in a list.
pub fn vpcs<'c>(list: &At<'c>) -> Vec<(At<'c>, Vpc)> {
    let of = |item: At<'c>| {
        let found = found_vpc(&item).map(Vpc::Id);
        let vpc = found.or_else(|| vpc_of(item.cx, item.lookup()?.spec.get("vpc")?))?;
        Some((item, vpc))
    };
    list.items().filter_map(of).collect()
}

/// The VPC in which AWS has them, if lookups met them.
fn found_vpc(item: &At<'_>) -> Option<String> {
    let network = &item.cx.snapshot?.network;
    let id = ids(item)?.into_iter().next()?;
    let subnet = network.subnets.get(&id).map(|subnet| &subnet.vpc);
    subnet.or_else(|| network.security_groups.get(&id).map(|group| &group.vpc)).cloned()
}

/// The ids behind what an item of a list names; `None` where nobody has looked.
pub fn ids(item: &At<'_>) -> Option<Vec<String>> {
    let Some(reference) = item.reference() else { return Some(vec![item.text()?.into_owned()]) };
    match item.cx.snapshot?.lookups.get(&reference.target)? {
        Looked::Up(Value::Array(ids)) => ids.iter().map(|id| id.as_str().map(str::to_string)).collect(),
        Looked::Up(Value::String(id)) => Some(vec![id.clone()]),
        Looked::Up(_) | Looked::Failed(_) => None,
    }
}

/// A list's subnets as AWS has them; `None` unless all of them are known.
pub fn subnets<'c>(list: &At<'c>) -> Option<Vec<(At<'c>, &'c Subnet)>> {
    let known = &list.cx.snapshot?.network.subnets;
    let mut all = Vec::new();
    for item in list.items() {
        for id in ids(&item)? {
            all.push((item.clone(), known.get(&id)?));
        }
    }
    Some(all)
}

/// A list's security groups as AWS has them, by id; `None` unless all of them are known.
pub fn security_groups<'c>(list: &At<'c>) -> Option<BTreeMap<String, &'c SecurityGroup>> {
    let known = &list.cx.snapshot?.network.security_groups;
    let mut all = BTreeMap::new();
    for item in list.items() {
        for id in ids(&item)? {
            let group = known.get(&id)?;
            all.insert(id, group);
        }
    }
    Some(all)
}

/// The VPC that a field names.
pub fn vpc(at: &At<'_>) -> Option<Vpc> {
    match at.reference() {
        Some(reference) => Some(looked_up(at.cx, reference.target.clone())),
        None => at.text().map(|id| Vpc::Id(id.into_owned())),
    }
}

fn vpc_of(cx: &Cx<'_>, tree: &Tree) -> Option<Vpc> {
    match tree {
        Tree::Template(parts) => match parts.as_slice() {
            [Part::Ref(reference)] => Some(looked_up(cx, reference.target.clone())),
            _ => None,
        },
        tree => tree.as_str().map(|id| Vpc::Id(id.to_string())),
    }
}

/// A lookup by id is that id.
fn looked_up(cx: &Cx<'_>, address: Address) -> Vpc {
    let found = || match cx.snapshot?.lookups.get(&address)? {
        Looked::Up(value) => value.as_str().map(str::to_string),
        Looked::Failed(_) => None,
    };
    let said = || cx.lookup(&address)?.spec.get("id")?.as_str().map(str::to_string);
    let id = said().or_else(found);
    id.map_or(Vpc::Lookup(address), Vpc::Id)
}
