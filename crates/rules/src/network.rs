//! Which VPC things are in, as far as the TOML tells.

use recon_model::{Address, Part, Tree};

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
        let vpc = vpc_of(item.cx, item.lookup()?.spec.get("vpc")?)?;
        Some((item, vpc))
    };
    list.items().filter_map(of).collect()
}

/// The VPC that a field names.
pub fn vpc(at: &At<'_>) -> Option<Vpc> {
    match at.reference() {
        Some(reference) => Some(looked_up(at.cx, reference.target)),
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
    let id = cx.lookup(&address).and_then(|lookup| lookup.spec.get("id")?.as_str().map(str::to_string));
    id.map_or(Vpc::Lookup(address), Vpc::Id)
}
