//! Whatever a stack was and whatever it becomes: one apply brings it about.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use recon_acceptance::disturbed::{Errand, Place};
use recon_acceptance::generate::{Pair, config, pairs};
use recon_acceptance::{World, outline, paused, stack};
use recon_model::Stack;
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
