//! Which of its names a resource with a prefix has now, and which it gets when it
//! is replaced.

use recon_model::names::generated;
use recon_model::plan::{Action, ReplaceOrder};
use recon_model::{Address, Live, Order, Orphan, Resource, Snapshot, Stack, Tree};

use crate::decide::{Options, plan};

/// The stack with the names that its tags show, if they are others than it says.
pub fn named(stack: &Stack, snapshot: &Snapshot) -> Option<Stack> {
    if stack.resources.values().all(|resource| resource.settings.name_prefix.is_none()) {
        return None;
    }
    let mut named = stack.clone();
    let mut changed = false;
    for resource in stack.resources.values() {
        let Some(prefix) = &resource.settings.name_prefix else { continue };
        let here = snapshot.found(&resource.address).and_then(|found| found.export("name"));
        let of_the_same =
            |orphan: &&Orphan| orphan.address == resource.address && orphan.kind == resource.kind;
        let others =
            snapshot.orphans.iter().filter(of_the_same).filter_map(|orphan| orphan.found.export("name"));
        let candidates: Vec<&str> = here.into_iter().chain(others).collect();
        let after = |name: &str| generated(&stack.name, &resource.address, prefix, name);
        // after a crash there may be two: the one that follows the other is the new one
        let last = candidates.iter().find(|name| candidates.iter().any(|other| after(other) == **name));
        if let Some(name) = last.or(candidates.first())
            && *name != resource.name()
        {
            rename(&mut named, &resource.address, name);
            changed = true;
        }
    }
    changed.then_some(named)
}

/// Stack and snapshot with a new name for each resource that can only be replaced
/// under one, if there is any.
pub fn renamed(stack: &Stack, snapshot: &Snapshot, options: &Options) -> Option<(Stack, Snapshot)> {
    if !stack.resources.values().any(waits_for_a_name) {
        return None;
    }
    let (mut stack, mut snapshot) = (stack.clone(), snapshot.clone());
    let mut changed = false;
    loop {
        let replaced: Vec<Address> = plan(&stack, &snapshot, options)
            .steps
            .iter()
            .filter(|step| matches!(step.action, Action::Replace(_, ReplaceOrder::DeleteFirst)))
            .filter(|step| stack.resources.get(&step.address).is_some_and(waits_for_a_name))
            .filter(|step| snapshot.found(&step.address).is_some())
            .map(|step| step.address.clone())
            .collect();
        if replaced.is_empty() {
            return changed.then_some((stack, snapshot));
        }
        changed = true;
        for address in replaced {
            give_a_new_name(&mut stack, &mut snapshot, &address);
        }
    }
}

fn waits_for_a_name(resource: &Resource) -> bool {
    resource.settings.name_prefix.is_some() && resource.settings.replace != Some(Order::DeleteFirst)
}

/// What is there under the old name is then what was the stack's before.
fn give_a_new_name(stack: &mut Stack, snapshot: &mut Snapshot, address: &Address) {
    let Some(resource) = stack.resources.get(address) else { return };
    let Some(prefix) = &resource.settings.name_prefix else { return };
    let name = generated(&stack.name, address, prefix, &resource.name());
    let kind = resource.kind;
    if let Some(Live::Present(found)) = snapshot.live.insert(address.clone(), Live::Absent) {
        snapshot.orphans.push(Orphan { address: address.clone(), kind, found: *found });
    }
    rename(stack, address, &name);
}

fn rename(stack: &mut Stack, address: &Address, name: &str) {
    if let Some(resource) = stack.resources.get_mut(address)
        && let Tree::Map(spec) = &mut resource.spec
    {
        spec.insert("name".into(), Tree::text(name));
    }
}
