//! The reference stack and the examples, from nothing and back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod calls;
mod controllers;
mod critical;
mod disturbed;
mod glance;
mod growth;
mod locks;
mod mutation;
mod replacement;
mod runner;

use std::fs;

use recon_acceptance::{World, outline, read, reference, root, stack_named};

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

/// From an empty account and back, with nothing to do in between.
async fn comes_and_goes(example: &str) {
    let stack = read(&root().join("examples").join(example));
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    let planned = world.converge(&stack).await;
    assert_eq!(planned.plan.summary.create, planned.plan.steps.len(), "{}", outline(&planned.plan));
    world.destroy(&stack).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

#[tokio::test(start_paused = true)]
async fn cluster_a_with_two_load_balancers_comes_and_goes() {
    comes_and_goes("a-alb-nlb").await;
}

#[tokio::test(start_paused = true)]
async fn cluster_b_with_a_network_load_balancer_comes_and_goes() {
    comes_and_goes("b-nlb").await;
}

#[tokio::test(start_paused = true)]
async fn cluster_c_with_a_network_load_balancer_comes_and_goes() {
    comes_and_goes("c-nlb").await;
}

#[tokio::test(start_paused = true)]
async fn the_reference_stack_and_the_examples_share_an_account() {
    let world = World::new().await;
    let examples = ["a-alb-nlb", "b-nlb", "c-nlb"].map(|name| read(&root().join("examples").join(name)));
    world.converge(&reference()).await;
    for stack in &examples {
        world.converge(stack).await;
    }
    for stack in examples.iter().chain([&reference()]) {
        assert!(world.plan(stack).await.plan.is_empty(), "{}", stack.name);
    }
    for stack in &examples {
        world.destroy(stack).await;
    }
    assert!(world.plan(&reference()).await.plan.is_empty());
}

/// The stacks of which `recon-rules` holds that nothing is wrong with them.
#[tokio::test(start_paused = true)]
async fn stacks_of_other_shapes_are_built_and_then_nothing_is_left_to_do() {
    let entries = fs::read_dir(root().join("crates/rules/tests/correct")).unwrap();
    let folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    for folder in folders.iter().filter(|folder| !folder.ends_with(OUTSIDE)) {
        println!("{}", folder.display());
        World::new().await.converge(&read(folder)).await;
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

const OUTSIDE: &str = "load-balancer-outside";

/// The one whose load balancer is another team's needs that one first.
#[tokio::test(start_paused = true)]
async fn a_stack_behind_a_load_balancer_of_somebody_elses_is_built() {
    let theirs = stack_named(
        "theirs",
        r#"
[elb.load_balancer.shared]
name            = "shared"
subnets         = "public"
security_groups = "default"

[elb.listener.shared]
load_balancer   = "shared"
port            = 80
protocol        = "HTTP"
default_actions = [{ type = "fixed-response", fixed_response_config = { status_code = "404" } }]
"#,
    );
    let world = World::new().await;
    world.converge(&theirs).await;
    let snapshot = world.plan(&theirs).await.snapshot;
    let arn = snapshot.found(&"elb.listener.shared".parse().unwrap()).unwrap().export("arn").unwrap();

    let text = fs::read_to_string(root().join("crates/rules/tests/correct").join(OUTSIDE).join("stack.toml"));
    let text = text.unwrap();
    let (before, rest) = text.split_once("{ arn = \"arn:aws:elasticloadbalancing").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("stack.toml"), format!("{before}{{ arn = \"{arn}\"{after}")).unwrap();
    world.converge(&read(folder.path())).await;
}
