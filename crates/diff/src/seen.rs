//! What a plan was made from, as prints: enough to see later what has moved,
//! and too little to read anything out of.
//!
//! A saved plan is an approval and no source of truth: the TOML and the account
//! are read again, and what it was made from must still be so where it matters.

mod print;
mod settle;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use recon_model::plan::{Action, Plan, Step, Summary};
use recon_model::{Address, Found, Live, Looked, Resource, Snapshot, Stack};
use serde::{Deserialize, Serialize};

use crate::matched::matched;
use print::{Print, Printer, hash, slow};

/// Prints of everything that a plan was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    salt: String,
    resources: BTreeMap<Address, Print>,
    lookups: BTreeMap<Address, String>,
    /// One print of all hidden values that matter to the plan. It is slow to make,
    /// so that nobody finds a value by trying.
    hidden: String,
}

/// On which side something moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Toml,
    Live,
}

/// Something that is not as the plan saw it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moved {
    pub address: Option<Address>,
    pub side: Side,
    pub text: String,
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::Toml { "TOML" } else { "live" };
        match &self.address {
            Some(address) => write!(f, "{side:<4}  {address}: {}", self.text),
            None => write!(f, "{side:<4}  {}", self.text),
        }
    }
}

/// The resources that a plan's outcome depends on.
struct Relevant {
    /// Those that it changes.
    touched: BTreeSet<Address>,
    /// Those that it only binds them to.
    needed: BTreeSet<Address>,
}

impl Relevant {
    fn of(stack: &Stack, plan: &Plan) -> Self {
        let touched: BTreeSet<Address> = changing(plan).map(|step| step.address.clone()).collect();
        let mut needed = BTreeSet::new();
        let mut todo: Vec<&Address> = touched.iter().collect();
        while let Some(address) = todo.pop() {
            let needs = stack.resources.get(address).map(Resource::needs).unwrap_or_default();
            todo.extend(needs.into_iter().filter(|need| needed.insert((*need).clone())));
        }
        needed.retain(|address| !touched.contains(address));
        Self { touched, needed }
    }

    fn has(&self, address: &Address) -> bool {
        self.touched.contains(address) || self.needed.contains(address)
    }
}

fn changing(plan: &Plan) -> impl Iterator<Item = &Step> {
    plan.steps.iter().filter(|step| step.action.word() != "keep")
}

impl Seen {
    /// `salt` is new for each plan that is saved.
    pub fn of(stack: &Stack, snapshot: &Snapshot, plan: &Plan, salt: &str) -> Self {
        let relevant = Relevant::of(stack, plan);
        let there = matched(stack, snapshot);
        let leftovers: BTreeMap<&Address, &Found> =
            there.leftovers.iter().map(|(address, orphan)| (address, &orphan.found)).collect();
        let mut hidden = Vec::new();
        let mut resources = BTreeMap::new();
        for address in stack.resources.keys().chain(leftovers.keys().copied()) {
            let mut printer = Printer { salt, secrets: &stack.secrets, hidden: Vec::new() };
            let found = there.declared.get(address).or_else(|| leftovers.get(address)).copied();
            let unreadable = matches!(snapshot.live.get(address), Some(Live::Unreadable(_)));
            let print = printer.print(stack.resources.get(address), address, found, unreadable);
            if relevant.touched.contains(address) {
                hidden.extend(printer.hidden);
            }
            resources.insert(address.clone(), print);
        }
        let looked = |looked: &Looked| match looked {
            Looked::Up(value) => hash(salt, value),
            Looked::Failed(_) => String::new(),
        };
        let lookups = snapshot.lookups.iter().map(|(address, found)| (address.clone(), looked(found)));
        Self { salt: salt.to_string(), lookups: lookups.collect(), resources, hidden: slow(salt, &hidden) }
    }

    /// What the plan saw is compared with what is there now, and the plan with the
    /// one that would be made now. First what matters to it, then what does not.
    pub fn moved(
        &self,
        plan: &Plan,
        stack: &Stack,
        snapshot: &Snapshot,
        fresh: &Plan,
    ) -> (Vec<Moved>, Vec<Moved>) {
        let relevant = Relevant::of(stack, plan);
        let now = Self::of(stack, snapshot, plan, &self.salt);
        let (mut matters, mut aside) = (Vec::new(), Vec::new());
        let addresses: BTreeSet<&Address> = self.resources.keys().chain(now.resources.keys()).collect();
        let nothing = Print::default();
        for address in addresses {
            let then = self.resources.get(address).unwrap_or(&nothing);
            let print = now.resources.get(address).unwrap_or(&nothing);
            let differences = then.differences(print, address);
            let bound = relevant.needed.contains(address) && then.bound_otherwise(print);
            if bound || relevant.touched.contains(address) {
                matters.extend(differences);
            } else {
                aside.extend(differences);
            }
        }
        for (address, now) in &now.lookups {
            if self.lookups.get(address) != Some(now) {
                let moved = Moved::live(address, "it finds something else now");
                if relevant.has(address) { matters.push(moved) } else { aside.push(moved) }
            }
        }
        if matters.is_empty() && self.hidden != now.hidden {
            let text = "a hidden value of what the plan changes is another one now, here or in the TOML";
            matters.push(Moved { address: None, side: Side::Toml, text: text.into() });
        }
        matters.extend(other_steps(plan, fresh, &relevant, &matters));
        (matters, aside)
    }
}

/// Steps that would now be others, where no print says why.
fn other_steps(plan: &Plan, fresh: &Plan, relevant: &Relevant, known: &[Moved]) -> Vec<Moved> {
    let said = |address: &Address| known.iter().any(|moved| moved.address.as_ref() == Some(address));
    let mut moved = Vec::new();
    for step in changing(plan).filter(|step| !said(&step.address)) {
        match fresh.step(&step.address) {
            Some(now) if same(step, now) => {}
            now => {
                let word = now.map_or("nothing", |step| step.action.word());
                let text = format!(
                    "the plan says {}, a new plan would say {word} or why it differs",
                    step.action.word()
                );
                moved.push(Moved::live(&step.address, &text));
            }
        }
    }
    for step in changing(fresh).filter(|step| !said(&step.address)) {
        if relevant.needed.contains(&step.address)
            && plan.step(&step.address).is_none_or(|s| s.action.word() == "keep")
        {
            let text =
                format!("the plan needs it, and now it would be changed first: {}", step.action.word());
            moved.push(Moved::live(&step.address, &text));
        }
    }
    moved
}

/// The same work for the same reasons; where it stands in the order and in the
/// TOML is no matter.
fn same(a: &Step, b: &Step) -> bool {
    let place = |step: &Step| Step {
        order: 0,
        place: None,
        needs: Vec::new(),
        unchanged: 0,
        same: Vec::new(),
        stages: Vec::new(),
        ..step.clone()
    };
    place(a) == place(b)
}

/// The saved plan, made anew: only what was approved is done.
pub fn approved(saved: &Plan, fresh: &Plan) -> Plan {
    let touched: BTreeSet<&Address> = changing(saved).map(|step| &step.address).collect();
    let mut plan = fresh.clone();
    for step in plan.steps.iter_mut().filter(|step| !touched.contains(&step.address)) {
        step.action = Action::Keep;
        step.fields.clear();
    }
    plan.id.clone_from(&saved.id);
    plan.summary = Summary::of(&plan.steps);
    plan
}

impl Moved {
    fn live(address: &Address, text: &str) -> Self {
        Self { address: Some(address.clone()), side: Side::Live, text: text.into() }
    }
}
