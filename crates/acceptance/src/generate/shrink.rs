//! How a failing pair gets small: whole resources go first, then changes
//! between the two stacks, then choices.

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{Fate, Slots};

/// Draws as the strategy inside does, and shrinks in its own way: proptest's
/// own would halve every byte before it tries to do without the resource.
#[derive(Debug)]
pub(super) struct Shrinking<S>(pub S);

impl<S: Strategy<Value = Slots>> Strategy for Shrinking<S> {
    type Tree = Tree;
    type Value = Slots;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let current = self.0.new_tree(runner)?.current();
        Ok(Tree { before: current.clone(), current, next: Step::default(), gained: false })
    }
}

pub(super) struct Tree {
    current: Slots,
    /// What to go back to when the last step was one too many.
    before: Slots,
    next: Step,
    /// A step of this round was taken: another round may find more.
    gained: bool,
}

/// One thing to leave out: in which pass, of which slot, at which place.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    pass: usize,
    kind: usize,
    slot: usize,
    place: usize,
}

const PASSES: usize = 5;

impl ValueTree for Tree {
    type Value = Slots;

    fn current(&self) -> Slots {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        self.gained |= self.current != self.before;
        self.before = self.current.clone();
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.current = self.before.clone();
        self.advance()
    }
}

impl Tree {
    /// Takes the next step that changes anything.
    fn advance(&mut self) -> bool {
        loop {
            while let Some(step) = self.step() {
                take(&mut self.current, step);
                if self.current != self.before {
                    return true;
                }
            }
            if !std::mem::take(&mut self.gained) {
                return false;
            }
            self.next = Step::default();
        }
    }

    /// The step to try, and on to the one after it.
    fn step(&mut self) -> Option<Step> {
        let step = self.next;
        let places = |slot: &Option<(super::Slot, Fate)>| match (step.pass, slot) {
            (_, None) => 0,
            (3, Some((slot, _))) => slot.bytes.len(),
            (4, Some((_, Fate::Changes(_, _, edits)))) => edits.len() + 2,
            (4, Some(_)) => 0,
            _ => 1,
        };
        let Some((_, slots)) = self.current.get(step.kind) else {
            self.next = Step { pass: step.pass + 1, ..Step::default() };
            return if self.next.pass < PASSES { self.step() } else { None };
        };
        match slots.get(step.slot) {
            None => self.next = Step { kind: step.kind + 1, slot: 0, place: 0, ..step },
            Some(slot) if step.place < places(slot) => {
                self.next.place += 1;
                return Some(step);
            }
            Some(_) => self.next = Step { slot: step.slot + 1, place: 0, ..step },
        }
        self.step()
    }
}

fn take(slots: &mut Slots, step: Step) {
    let place = &mut slots[step.kind].1[step.slot];
    let Some((slot, fate)) = place else { return };
    match (step.pass, &mut *fate) {
        (0, _) => *place = None,
        (1, _) => *fate = Fate::Stays,
        (2, _) => slot.bytes.fill(0),
        (3, _) => slot.bytes[step.place] = 0,
        (_, Fate::Changes(label, _, _)) if step.place == 0 => *label = None,
        (_, Fate::Changes(_, name, _)) if step.place == 1 => *name = None,
        (_, Fate::Changes(_, _, edits)) => {
            edits.remove(step.place - 2);
        }
        _ => {}
    }
}
