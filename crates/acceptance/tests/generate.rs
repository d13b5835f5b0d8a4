//! What the generator draws is what AWS would accept.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use recon_acceptance::generate::{config, stacks};
use recon_acceptance::stack;

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn every_drawn_stack_loads(toml in stacks()) {
        stack(&toml);
    }
}

#[test]
fn all_kinds_and_all_controllers_are_drawn_often() {
    let mut runner = TestRunner::deterministic();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..600 {
        let toml = stacks().new_tree(&mut runner).unwrap().current();
        for resource in stack(&toml).resources.values() {
            *seen.entry(resource.kind.name().into()).or_default() += 1;
        }
        for word in ["CODE_DEPLOY", "EXTERNAL", "BLUE_GREEN", "CANARY", "capacity_provider_strategy"] {
            *seen.entry(word.into()).or_default() += usize::from(toml.contains(word));
        }
    }
    // the kinds of the ECS half; the others have tests of their own
    assert_eq!(seen.len(), 12 + 5, "{seen:#?}");
    assert!(seen.values().all(|times| *times >= 5), "{seen:#?}");
}
