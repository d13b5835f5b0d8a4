//! The reference stack, from nothing and back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;

use recon_acceptance::{World, outline, read, reference, root};

#[path = "reference/replacement.rs"]
mod replacement;

#[tokio::test(start_paused = true)]
async fn the_reference_stack_is_built_from_nothing_and_then_nothing_is_left_to_do() {
    let world = World::new().await;
    let planned = world.converge(&reference()).await;
    assert_eq!(planned.plan.summary.create, planned.plan.steps.len(), "{}", outline(&planned.plan));
}

#[tokio::test(start_paused = true)]
async fn destroying_the_reference_stack_leaves_the_account_as_it_was() {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    world.converge(&reference()).await;
    assert_ne!(world.sandbox.state().remains(), before);
    world.destroy(&reference()).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

/// The stacks of which `recon-rules` holds that nothing is wrong with them.
#[tokio::test(start_paused = true)]
async fn stacks_of_other_shapes_are_built_and_then_nothing_is_left_to_do() {
    let entries = fs::read_dir(root().join("crates/rules/tests/correct")).unwrap();
    for folder in entries.map(|entry| entry.unwrap().path()) {
        let world = World::new().await;
        if folder.ends_with("load-balancer-outside") {
            continue; // the other team's load balancer is not in an empty account
        }
        println!("{}", folder.display());
        world.converge(&read(&folder)).await;
    }
}

/// By the names of its calls, and by what the account is afterwards.
#[tokio::test(start_paused = true)]
async fn a_plan_makes_no_call_that_changes_anything() {
    let reads = ["Get", "List", "Describe", "BatchGet", "Head", "Lookup"];
    let world = World::new().await;
    let mut drifted = reference();
    drifted.resources.retain(|address, _| address.kind != "events.rule");
    for (stack, apply) in [(reference(), false), (reference(), true), (drifted, false), (reference(), false)]
    {
        if apply {
            world.converge(&stack).await;
        }
        let before = world.sandbox.state().remains();
        world.sandbox.record(true);
        let known = world.sandbox.log().len();
        for destroy in [false, true] {
            let options = recon_diff::Options { destroy, ..Default::default() };
            let planned = world.plan_with(&stack, &options).await;
            recon_observe::in_flight(&stack, &planned.snapshot, &planned.plan, world.session())
                .await
                .unwrap();
        }
        let calls = world.sandbox.log();
        assert!(calls.len() > known + 20);
        for call in &calls[known..] {
            assert!(
                reads.iter().any(|verb| call.operation.starts_with(verb)),
                "{} {}",
                call.service,
                call.operation
            );
        }
        world.sandbox.record(false);
        assert_eq!(world.sandbox.state().remains(), before);
    }
}
