//! Which of the found is which of the declared.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::{Address, Found, Live, Orphan, Snapshot, Stack};

/// What was found, under the addresses of the plan's steps.
pub struct Matched<'a> {
    /// Declared resources that are there, under their own or a former name.
    pub declared: BTreeMap<Address, &'a Found>,
    /// Owned and declared no more.
    pub leftovers: Vec<(Address, &'a Orphan)>,
}

/// Matches by the name in AWS; what is not there under its name may be there
/// under the name that it had when recon last wrote it, which its tag tells.
pub fn matched<'a>(stack: &Stack, snapshot: &'a Snapshot) -> Matched<'a> {
    let mut declared = BTreeMap::new();
    let mut claimed = BTreeSet::new();
    for (address, resource) in &stack.resources {
        match snapshot.live.get(address) {
            Some(Live::Present(found)) => {
                declared.insert(address.clone(), &**found);
            }
            Some(Live::Absent) => {
                let names = names(stack, address);
                let former = snapshot.orphans.iter().enumerate().find(|(at, orphan)| {
                    !claimed.contains(at) && orphan.kind == resource.kind && names.contains(&orphan.address)
                });
                if let Some((at, orphan)) = former {
                    claimed.insert(at);
                    declared.insert(address.clone(), &orphan.found);
                }
            }
            // what carries its mark may be it: not to be taken for a leftover
            Some(Live::Unreadable(_)) => {
                let names = names(stack, address);
                let it = |(_, orphan): &(usize, &Orphan)| {
                    orphan.kind == resource.kind && names.contains(&orphan.address)
                };
                claimed.extend(snapshot.orphans.iter().enumerate().filter(it).map(|(at, _)| at));
            }
            None => {}
        }
    }
    let mut taken: BTreeSet<Address> = stack.resources.keys().cloned().collect();
    let mut leftovers = Vec::new();
    for (_, orphan) in snapshot.orphans.iter().enumerate().filter(|(at, _)| !claimed.contains(at)) {
        let mut address = orphan.address.clone();
        if taken.contains(&address) {
            let name = orphan.found.export("name").unwrap_or_default();
            address = Address::new(&address.kind, &format!("{}#{name}", address.label));
        }
        while !taken.insert(address.clone()) {
            address.label.push('\'');
        }
        leftovers.push((address, orphan));
    }
    Matched { declared, leftovers }
}

/// The address and those that it was moved from.
fn names(stack: &Stack, address: &Address) -> Vec<Address> {
    let moved = stack.moved.iter().filter(|(_, to)| to == address).map(|(from, _)| from.clone());
    std::iter::once(address.clone()).chain(moved).collect()
}
