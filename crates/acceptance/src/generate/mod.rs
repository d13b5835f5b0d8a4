//! Random stacks that AWS would accept, in pairs: what is there, and what is
//! wanted next.
//!
//! A resource is a label, a name and a row of bytes; each byte is one choice,
//! and 0 is the plainest. Whatever the bytes are, what is drawn of them is
//! valid: a resource that cannot be (no load balancer to listen on, a name
//! that is taken) is left out. So a failing pair shrinks slot by slot and byte
//! by byte towards a small and plain one.

mod choices;
mod deploy;
mod drawing;
mod ecs;
mod elb;
mod shrink;

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use drawing::Drawing;
use shrink::Shrinking;

/// Kinds in the order in which they are drawn, with how many of each at most.
const KINDS: &[(&str, usize)] = &[
    ("logs.log_group", 2),
    ("iam.role", 3),
    ("ecs.cluster", 2),
    ("ecs.task_definition", 2),
    ("elb.load_balancer", 2),
    ("elb.target_group", 4),
    ("elb.listener", 3),
    ("elb.listener_rule", 3),
    ("ecs.service", 3),
    ("codedeploy.application", 2),
    ("codedeploy.deployment_config", 2),
    ("codedeploy.deployment_group", 2),
];
/// Choices that one resource has.
const BYTES: usize = 16;

/// One resource that may be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    label: u8,
    name: u8,
    bytes: Vec<u8>,
}

/// What becomes of a slot between the two stacks.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    Stays,
    Goes,
    Comes,
    /// Other label, other name, other choices at some places.
    Changes(Option<u8>, Option<u8>, Vec<(usize, u8)>),
}

/// Two stacks of one name.
#[derive(Clone)]
pub struct Pair {
    pub before: String,
    pub after: String,
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "# BEFORE\n{}\n# AFTER\n{}", self.before, self.after)
    }
}

/// So many cases, the same ones every day. `PROPTEST_CASES` and
/// `PROPTEST_RNG_SEED` say otherwise.
pub fn config(cases: u32) -> ProptestConfig {
    let said = |name: &str| std::env::var(name).ok()?.parse().ok();
    ProptestConfig {
        cases: said("PROPTEST_CASES").map_or(cases, |said: u64| said as u32),
        rng_seed: RngSeed::Fixed(said("PROPTEST_RNG_SEED").unwrap_or(2026)),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

/// Any two stacks: the second has something of the first, more or less.
pub fn pairs() -> impl Strategy<Value = Pair> {
    pairs_of(&[])
}

/// Pairs of stacks without these kinds.
pub fn pairs_of(without: &'static [&'static str]) -> impl Strategy<Value = Pair> {
    let slots = move |odds: f64| -> Vec<_> {
        let kinds = KINDS.iter().filter(|(kind, _)| !without.contains(kind));
        let some = |most: usize| vec(proptest::option::weighted(odds, (slot(), fate())), most);
        kinds.map(|(kind, most)| (Just(*kind), some(*most))).collect()
    };
    // what stands on many others is rare where anything may be missing
    Shrinking(prop_oneof![2 => slots(0.95), 1 => slots(0.4)])
        .prop_map(|kinds| Pair { before: draw(&kinds, before), after: draw(&kinds, after) })
}

/// Any one stack.
pub fn stacks() -> impl Strategy<Value = String> {
    pairs().prop_map(|pair| pair.before)
}

fn slot() -> impl Strategy<Value = Slot> {
    (0..4_u8, 0..4_u8, vec(any::<u8>(), BYTES)).prop_map(|(label, name, bytes)| Slot { label, name, bytes })
}

fn fate() -> impl Strategy<Value = Fate> {
    let other = || proptest::option::weighted(0.3, 0..4_u8);
    prop_oneof![
        3 => Just(Fate::Stays),
        1 => Just(Fate::Goes),
        1 => Just(Fate::Comes),
        4 => (other(), other(), vec((0..BYTES, any::<u8>()), 0..4))
            .prop_map(|(label, name, bytes)| Fate::Changes(label, name, bytes)),
    ]
}

fn before(slot: &Slot, fate: &Fate) -> Option<Slot> {
    (!matches!(fate, Fate::Comes)).then(|| slot.clone())
}

fn after(slot: &Slot, fate: &Fate) -> Option<Slot> {
    match fate {
        Fate::Stays | Fate::Comes => Some(slot.clone()),
        Fate::Goes => None,
        Fate::Changes(label, name, bytes) => {
            let mut slot = slot.clone();
            slot.label = label.unwrap_or(slot.label);
            slot.name = name.unwrap_or(slot.name);
            for (at, byte) in bytes {
                slot.bytes[*at] = *byte;
            }
            Some(slot)
        }
    }
}

type Slots = Vec<(&'static str, Vec<Option<(Slot, Fate)>>)>;

fn draw(kinds: &Slots, which: fn(&Slot, &Fate) -> Option<Slot>) -> String {
    let mut drawing = Drawing::default();
    for (kind, slots) in kinds {
        for slot in slots.iter().flatten().filter_map(|(slot, fate)| which(slot, fate)) {
            drawing.add(kind, &slot);
        }
    }
    drawing.toml()
}
