//! The reference stack, from nothing and back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod disturbed;
mod runner;

use std::fs;

use recon_acceptance::{World, outline, read, reference, root};

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
