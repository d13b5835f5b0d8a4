//! Whatever a stack was and whatever it becomes: one apply brings it about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use recon_acceptance::disturbed::{Errand, Place};
use recon_acceptance::generate::{Pair, config, pairs};
use recon_acceptance::{World, outline, paused, stack, touched};
use recon_diff::{Seen, approved, matched};
use recon_model::{Address, Found, Snapshot, Stack, Tree};
use recon_sandbox::faults::Mishap;
use recon_sandbox::{ACCOUNT, State};

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn from_any_stack_to_any_other_and_back_to_nothing(pair in pairs()) {
        paused(journey(&pair)).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn a_run_between_any_two_stacks_that_is_struck_anywhere_is_made_good_by_the_next(
        pair in pairs(),
        strikes in proptest::collection::vec((any::<u64>(), 0..Mishap::ALL.len()), 2),
    ) {
        struck(&pair, &strikes).map_err(TestCaseError::fail)?;
    }
}

fn struck(pair: &Pair, strikes: &[(u64, usize)]) -> Result<(), String> {
    let (before, after) = (stack(&pair.before), stack(&pair.after));
    let built = paused(Errand::build(&before, State::new(ACCOUNT)).done());
    for destroy in [false, true] {
        let errand = Errand { destroy, ..Errand::build(&after, built.clone()) };
        let undisturbed = paused(errand.undisturbed());
        for (at, mishap) in strikes {
            let (name, mishap) = Mishap::ALL[*mishap];
            let place = Place::Call(at % undisturbed.calls.len() as u64 + 1);
            let made = paused(errand.struck(&place, mishap, &undisturbed.content));
            made.map_err(|why| format!("{name} at {place:?}, destroy: {destroy}: {why}"))?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(16))]

    #[test]
    fn a_saved_plan_is_refused_if_and_only_if_something_moved_that_matters_to_it(
        pair in pairs(), which in any::<prop::sample::Index>(), live in any::<bool>(),
    ) {
        paused(saved(&pair, &which, live)).map_err(TestCaseError::fail)?;
    }
}

async fn journey(pair: &Pair) -> Result<(), String> {
    let world = World::new().await;
    let at_first = world.sandbox.state().remains();
    let (before, after) = (stack(&pair.before), stack(&pair.after));
    step(&world, &before, false).await.map_err(|why| format!("building the first: {why}"))?;
    step(&world, &after, false).await.map_err(|why| format!("from the first to the second: {why}"))?;
    step(&world, &after, true).await.map_err(|why| format!("destroying the second: {why}"))?;
    let left = world.sandbox.state().remains();
    if left == at_first { Ok(()) } else { Err(format!("left behind: {left:#?}")) }
}

/// Plans and applies; then nothing may be left to do.
async fn step(world: &World, stack: &Stack, destroy: bool) -> Result<(), String> {
    let options = recon_diff::Options { destroy, ..Default::default() };
    let planned = world.plan_with(stack, &options).await;
    let report = world.try_apply(&planned).await;
    let plan = outline(&planned.plan);
    if !report.is_whole() {
        return Err(format!("{:#?}\nnot started: {:?}\nof\n{plan}", report.failed, report.not_started));
    }
    let again = world.plan_with(stack, &options).await.plan;
    if again.is_empty() { Ok(()) } else { Err(format!("left to do:\n{}\nafter\n{plan}", outline(&again))) }
}

/// A plan is saved; one tag of one resource moves, in the account or in the TOML.
async fn saved(pair: &Pair, which: &prop::sample::Index, live: bool) -> Result<(), String> {
    let world = World::new().await;
    let (before, mut after) = (stack(&pair.before), stack(&pair.after));
    step(&world, &before, false).await?;
    let planned = world.plan(&after).await;
    let seen = Seen::of(&planned.stack, &planned.snapshot, &planned.plan, "0123456789abcdef");
    let seen: Seen = serde_json::from_str(&serde_json::to_string(&seen).unwrap()).unwrap();
    let again = world.plan(&after).await;
    let (matters, aside) = seen.moved(&planned.plan, &after, &again.snapshot, &again.plan);
    if !matters.is_empty() || !aside.is_empty() {
        return Err(format!("nothing moved, and yet: {matters:?} {aside:?}"));
    }

    let mut tagged: Vec<Address> = if live { &before } else { &after }
        .resources
        .values()
        .filter(|r| r.kind.kind().tagged && r.kind.kind().fields().field("tags").is_some())
        .map(|r| r.address.clone())
        .collect();
    tagged.sort();
    if tagged.is_empty() {
        return Ok(());
    }
    let moved = which.get(&tagged).clone();
    if live {
        let mut other = before.clone();
        tag(&mut other, &moved);
        step(&world, &other, false).await?;
    } else {
        tag(&mut after, &moved);
    }

    let now = world.plan(&after).await;
    let (matters, _) = seen.moved(&planned.plan, &after, &now.snapshot, &now.plan);
    let moved = if live { under(&after, &now.snapshot, &moved) } else { moved };
    let expected = matters_to(&planned.plan, &after, &moved);
    if matters.is_empty() == expected {
        return Err(format!("{moved} moved, refused: {matters:?}\n{}", outline(&planned.plan)));
    }
    if expected {
        return Ok(());
    }
    let allowed = recon_acceptance::Planned { plan: approved(&planned.plan, &now.plan), ..now };
    let report = world.try_apply(&allowed).await;
    if !report.is_whole() {
        return Err(format!("{:#?}\nof\n{}", report.failed, outline(&allowed.plan)));
    }
    let left = world.plan(&after).await.plan;
    let others: Vec<String> = touched(&left)
        .into_iter()
        .filter(|line| !line.starts_with(&format!("update {moved} tags")))
        .collect();
    if others.is_empty() { Ok(()) } else { Err(format!("more than {moved} is left: {others:?}")) }
}

/// The address that what carries this one's tag has in a plan of that stack.
fn under(stack: &Stack, snapshot: &Snapshot, tagged: &Address) -> Address {
    let there = matched(stack, snapshot);
    let leftovers = there.leftovers.iter().map(|(address, orphan)| (address, &orphan.found));
    let mut all = there.declared.iter().map(|(address, found)| (address, *found)).chain(leftovers);
    let is = |found: &Found| found.owner.as_ref().is_some_and(|owner| owner.address == tagged.to_string());
    all.find(|(_, found)| is(found)).unwrap().0.clone()
}

/// It is changed by the plan, or something that is changed needs it.
fn matters_to(plan: &recon_model::plan::Plan, stack: &Stack, moved: &Address) -> bool {
    let needs: BTreeMap<&Address, Vec<&Address>> =
        stack.resources.iter().map(|(address, resource)| (address, resource.needs())).collect();
    let mut all: BTreeSet<Address> = plan
        .steps
        .iter()
        .filter(|step| step.action.word() != "keep")
        .map(|step| step.address.clone())
        .collect();
    loop {
        let more: BTreeSet<Address> =
            all.iter().flat_map(|a| needs.get(a).cloned().unwrap_or_default()).cloned().collect();
        let before = all.len();
        all.extend(more);
        if all.len() == before {
            return all.contains(moved);
        }
    }
}

fn tag(stack: &mut Stack, address: &Address) {
    let resource = stack.resources.get_mut(address).unwrap();
    let Tree::Map(spec) = &mut resource.spec else { unreachable!("a document is a map") };
    let tags = spec.entry("tags".into()).or_insert_with(|| Tree::Map(Default::default()));
    let Tree::Map(tags) = tags else { unreachable!("tags are a map") };
    tags.insert("Moved".into(), Tree::text("since"));
}
