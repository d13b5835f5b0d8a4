//! What happens to each resource, and why.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::{Action, Because, Because1, Calls, FORMAT, Notice, Plan, Step, Summary};
use recon_model::{Address, Looked, Orphan, Snapshot, Stack};
use sha2::{Digest, Sha256};

use crate::action::guard;
use crate::bonds::{Slot, There};
use crate::insights::{self, Insights, Learned};
use crate::invariants;
use crate::mask::hide;
use crate::resolve::Known;
use crate::sequence::Sequence;
use crate::stages::stages;
use crate::steps::Steps;
use crate::timing::Timing;

/// What the caller wants beside the stack.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these and what they need.
    pub targets: Vec<Address>,
    /// Replace these, whatever their fields say.
    pub replace: Vec<Address>,
    /// Plan the end of everything that the stack owns.
    pub destroy: bool,
    /// Take these over, and do nothing else.
    pub adopt: Vec<Address>,
    /// Keep also what stays as it is, of each resource that changes.
    pub full: bool,
}

/// What would be done to bring the stack about.
pub fn plan(stack: &Stack, snapshot: &Snapshot, options: &Options) -> Plan {
    plan_without(stack, snapshot, options, BTreeMap::new())
}

/// The same without these steps, and what needs them, for reasons of the caller's.
pub fn plan_without(
    stack: &Stack,
    snapshot: &Snapshot,
    options: &Options,
    blocked: BTreeMap<Address, Because>,
) -> Plan {
    let there = There::of(stack, snapshot);
    let mut insights = Insights { blocked, ..Insights::default() };
    loop {
        let planner = Planner::new(stack, snapshot, options, &there, &insights).decided();
        match insights::more(stack, &there, &planner.known.steps, &insights) {
            Learned::More(more) => insights = more,
            Learned::Nothing(sequence) => return planner.finish(&sequence),
        }
    }
}

pub(crate) struct Planner<'a> {
    pub stack: &'a Stack,
    pub snapshot: &'a Snapshot,
    pub options: &'a Options,
    pub there: &'a There<'a>,
    pub insights: &'a Insights,
    pub known: Known<'a>,
    notices: Vec<Notice>,
    pub wanted: Option<BTreeSet<Address>>,
    /// Every lookup has found something.
    pub looked_up: bool,
}

impl<'a> Planner<'a> {
    fn new(
        stack: &'a Stack,
        snapshot: &'a Snapshot,
        options: &'a Options,
        there: &'a There<'a>,
        insights: &'a Insights,
    ) -> Self {
        let known = Known {
            stack,
            snapshot,
            there,
            steps: Steps::new(&there.needs, stack.resources.len()),
            replaces: false,
            renewing: BTreeSet::new(),
            renamed: BTreeSet::new(),
        };
        let wanted = match (&options.adopt[..], &options.targets[..]) {
            ([], []) => None,
            ([], targets) => Some(stack.with_needs(targets)),
            (adopt, _) => Some(adopt.iter().cloned().collect()),
        };
        let mut planner = Self {
            stack,
            snapshot,
            options,
            there,
            insights,
            known,
            notices: Vec::new(),
            wanted,
            looked_up: stack
                .lookups
                .keys()
                .all(|lookup| matches!(snapshot.lookups.get(lookup), Some(Looked::Up(_)))),
        };
        for part in &snapshot.blind {
            planner.notices.push(Notice {
                code: "BLIND".into(),
                address: None,
                text: format!("resources that are no longer declared may be overlooked: {part}"),
            });
        }
        planner
    }

    /// Every step, in no order yet.
    fn decided(mut self) -> Self {
        if self.options.destroy {
            self.destroy();
            return self;
        }
        self.there.needs.in_order(&mut |number| self.decide(number));
        self.orphans();
        self
    }

    fn decide(&mut self, number: usize) {
        let slot = &self.there.slots[number];
        let Slot { resource, found, .. } = *slot;
        let (action, fields) = match self.options.adopt.contains(&resource.address) {
            true => (self.adoption(slot), Vec::new()),
            false => self.action(slot),
        };
        let renews = fields.iter().any(|change| !change.path.starts_with("tags"))
            || action.because().iter().any(|because| because.code == "CASCADE");
        if matches!(action, Action::Update(_) | Action::Adopt(_)) && renews {
            self.known.renewing.insert(resource.address.clone());
            if fields.iter().any(|change| resource.kind.kind().identity.contains(&change.path.as_str())) {
                self.known.renamed.insert(resource.address.clone());
            }
        }
        let (unchanged, same) =
            found.map(|found| self.unchanged(resource, found, &fields)).unwrap_or_default();
        let place = Some(self.stack.sources.place(resource.span));
        let step = step(resource.address.clone(), resource.name(), action, place);
        self.known.replaces |= matches!(step.action, Action::Replace(..));
        self.known.steps.decide(number, Step { fields, unchanged, same, ..step });
    }

    /// Owned and no longer declared.
    fn orphans(&mut self) {
        if self.wanted.is_some() {
            return;
        }
        for (address, orphan) in &self.there.leftovers {
            self.end(address.clone(), orphan, "REMOVED", "it is no longer declared");
        }
    }

    fn end(&mut self, address: Address, orphan: &Orphan, code: &str, text: &str) {
        let name = orphan.found.export("name").unwrap_or(&orphan.address.label).to_string();
        let guards =
            || guard(None, &orphan.found).or_else(|| self.carries_prevented(&address.kind, &orphan.found));
        let action = match self.insights.blocked.get(&address) {
            Some(because) => Action::Blocked(Because1::one(because.clone())),
            None => ended(Because::new(code, text), guards()),
        };
        self.known.steps.end(step(address, name, action, None));
    }

    /// Everything that the stack owns, declared or not.
    fn destroy(&mut self) {
        for (number, Slot { resource, found, unreadable }) in self.there.slots.iter().enumerate() {
            if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&resource.address)) {
                continue;
            }
            let place = Some(self.stack.sources.place(resource.span));
            let ours = found
                .and_then(|found| found.owner.as_ref())
                .is_some_and(|owner| owner.stack == self.stack.name);
            let action = match unreadable {
                Some(reason) => Action::Blocked(Because1::one(Because::new(
                    "UNREADABLE",
                    format!("it cannot be read: {reason}"),
                ))),
                // absent, or not the stack's: it stays
                _ if !ours => continue,
                _ if resource.settings.prevent_destroy => {
                    self.prevented(&Because1::one(Because::new("DESTROY", "the whole stack is destroyed")))
                }
                _ => {
                    let because = Because::new("DESTROY", "the whole stack is destroyed");
                    let guards = |found| {
                        let holds = guard(Some(resource), found);
                        holds.or_else(|| self.carries_prevented(resource.kind.name(), found))
                    };
                    ended(because, found.and_then(guards))
                }
            };
            self.known.steps.decide(number, step(resource.address.clone(), resource.name(), action, place));
        }
        if self.wanted.is_none() {
            for (address, orphan) in &self.there.leftovers {
                self.end(address.clone(), orphan, "DESTROY", "the whole stack is destroyed");
            }
        }
    }

    fn finish(mut self, sequence: &Sequence) -> Plan {
        invariants::report(self.stack, self.there, &mut self.notices);
        let mut steps = self.known.steps.into_sorted();
        sequence.order(&mut steps);
        let timing = LazyCell::new(|| Timing::of(self.stack, self.snapshot));
        for step in &mut steps {
            if step.action.changes() {
                step.stages = stages(self.stack, &self.there.found, &timing, step);
            }
            let shown = step.fields.iter_mut().chain(&mut step.same);
            shown.for_each(|change| hide(&self.stack.secrets, change));
        }
        Plan {
            format: FORMAT,
            stack: self.stack.name.clone(),
            account: self.stack.home.account.clone(),
            region: self.stack.home.region.clone(),
            commit: None,
            id: id(&steps),
            summary: Summary::of(&steps),
            steps,
            notices: self.notices,
            calls: Calls::default(),
        }
    }
}

/// A step that changes no field.
fn step(address: Address, name: String, action: Action, place: Option<String>) -> Step {
    Step {
        address,
        name,
        action,
        order: 0,
        fields: Vec::new(),
        unchanged: 0,
        same: Vec::new(),
        stages: Vec::new(),
        needs: Vec::new(),
        place,
    }
}

fn ended(because: Because, guard: Option<Because>) -> Action {
    match guard {
        Some(guard) => Action::Blocked(Because1 { first: guard, more: vec![because] }),
        None => Action::Delete(Because1::one(because)),
    }
}

/// Two plans that would do the same have one id.
fn id(steps: &[Step]) -> String {
    // what stays is only told: a full plan is the same plan
    let changing: Vec<_> = steps.iter().filter(|step| step.action != Action::Keep).map(Step::work).collect();
    let text = serde_json::to_string(&changing).unwrap_or_default();
    Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
