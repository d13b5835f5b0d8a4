//! Which of the found is which of the declared.

use std::collections::{BTreeMap, BTreeSet};

use itertools::EitherOrBoth::{Both, Left, Right};
use itertools::Itertools;
use recon_model::{Address, Found, KindId, Live, Orphan, Snapshot, Stack};

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
    let mut declared: Vec<(Address, &Found)> = Vec::new();
    let mut claimed = BTreeSet::new();
    let mut marked: BTreeMap<(KindId, &Address), Vec<usize>> = BTreeMap::new();
    for (at, orphan) in snapshot.orphans.iter().enumerate() {
        marked.entry((orphan.kind, &orphan.address)).or_default().push(at);
    }
    let former = former(stack);
    // those that carry one of its addresses, in the order in which they were found
    let carrying = |kind: KindId, address: &Address| -> BTreeSet<usize> {
        let names = former.get(address).into_iter().flatten().copied().chain([address]);
        names.filter_map(|name| marked.get(&(kind, name))).flatten().copied().collect()
    };
    for (address, resource, live) in beside(&stack.resources, &snapshot.live) {
        match live {
            Some(Live::Present(found)) => declared.push((address.clone(), &**found)),
            Some(Live::Absent) => {
                let free = carrying(resource.kind, address).into_iter().find(|at| !claimed.contains(at));
                if let Some(at) = free {
                    claimed.insert(at);
                    declared.push((address.clone(), &snapshot.orphans[at].found));
                }
            }
            // what carries its mark may be it: not to be taken for a leftover
            Some(Live::Unreadable(_)) => {
                claimed.extend(carrying(resource.kind, address));
            }
            None => {}
        }
    }
    let mut taken: BTreeSet<Address> = BTreeSet::new();
    let mut leftovers = Vec::new();
    for (_, orphan) in snapshot.orphans.iter().enumerate().filter(|(at, _)| !claimed.contains(at)) {
        let mut address = orphan.address.clone();
        if stack.resources.contains_key(&address) || taken.contains(&address) {
            let name = orphan.found.export("name").unwrap_or_default();
            address = Address::new(&address.kind, &format!("{}#{name}", address.label));
        }
        while stack.resources.contains_key(&address) || !taken.insert(address.clone()) {
            address = Address::new(&address.kind, &format!("{}'", address.label));
        }
        leftovers.push((address, orphan));
    }
    Matched { declared: declared.into_iter().collect(), leftovers }
}

/// Every entry of the first, with what the second has of its key.
pub fn beside<'f, 's, K: Ord, A, B>(
    first: &'f BTreeMap<K, A>,
    second: &'s BTreeMap<K, B>,
) -> impl Iterator<Item = (&'f K, &'f A, Option<&'s B>)> {
    first.iter().merge_join_by(second, |(a, _), (b, _)| a.cmp(b)).filter_map(|pair| match pair {
        Both((key, a), (_, b)) => Some((key, a, Some(b))),
        Left((key, a)) => Some((key, a, None)),
        Right(_) => None,
    })
}

/// What each address was moved from.
fn former(stack: &Stack) -> BTreeMap<&Address, Vec<&Address>> {
    let mut former: BTreeMap<&Address, Vec<&Address>> = BTreeMap::new();
    for (from, to) in &stack.moved {
        former.entry(to).or_default().push(from);
    }
    former
}
