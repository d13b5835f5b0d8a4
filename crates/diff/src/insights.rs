//! What only shows once every step is decided, and is then decided otherwise.
//!
//! A resource at a time says what it wants; together the wishes may not go: one
//! names what another needs to end, or several wait for each other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::{Action, Because, ReplaceOrder};
use recon_model::{Address, Order, Stack};

use crate::bonds::{Bond, There};
use crate::bridge::bridge;
use crate::sequence::{Operation, Sequence, What};
use crate::steps::Steps;

/// What an earlier round of planning found out.
#[derive(Debug, Clone, Default)]
pub struct Insights {
    /// Must be replaced, although in place would do for itself.
    pub replace: BTreeMap<Address, Because>,
    /// A replacement that has to begin with the end of the old one.
    pub delete_first: BTreeSet<Address>,
    /// Cannot be done at all now.
    pub blocked: BTreeMap<Address, Because>,
}

/// What a round of planning teaches.
pub enum Learned {
    /// The steps cannot be carried out as they are.
    More(Insights),
    /// They can, in this order.
    Nothing(Sequence),
}

/// Can the steps be carried out as they are?
pub fn more(stack: &Stack, there: &There<'_>, steps: &Steps<'_>, known: &Insights) -> Learned {
    let mut insights = known.clone();
    // who stays as he is takes part in nothing
    let acts = steps.iter().any(|step| step.action != Action::Keep);
    if acts && (bridged(stack, there, steps, &mut insights) || held(there, steps, &mut insights)) {
        return Learned::More(insights);
    }
    let sequence = Sequence::of(stack, there, steps.iter());
    // knots are of parts that have nothing to do with each other: all of them at once
    let mut learned = false;
    for knot in sequence.knots() {
        learned |= untie(stack, there, steps, &knot, &mut insights);
    }
    if learned { Learned::More(insights) } else { Learned::Nothing(sequence) }
}

/// What a service's traffic is turned over with must hold still meanwhile.
fn bridged(stack: &Stack, there: &There<'_>, steps: &Steps<'_>, insights: &mut Insights) -> bool {
    let mut learned = false;
    for step in steps.iter() {
        let Some(bridge) = bridge(stack, &there.found, step) else { continue };
        let moves = |address: &&Address| match steps.get(address).map(|step| &step.action) {
            Some(Action::Create(_)) => **address != bridge.to,
            action => action.is_some_and(|action| action.changes()),
        };
        let mut around = bridge.routes.iter().chain([&bridge.from, &bridge.to]);
        if let Some(moving) = around.find(moves) {
            let asked = stack.resources.get(&step.address).and_then(|resource| resource.settings.replace);
            if asked != Some(Order::CreateFirst) {
                // nobody insists on it: the old one ends first, and the plan says how long there is none
                learned |= insights.delete_first.insert(step.address.clone());
                continue;
            }
            let text = format!(
                "its traffic is turned over through {moving}, which changes in the same plan: apply that first, \
                 `--target {moving}`"
            );
            learned |= insights.blocked.insert(step.address.clone(), Because::new("BRIDGE", text)).is_none();
        }
    }
    learned
}

/// Something is to end while what stays names it, and AWS would refuse.
fn held(there: &There<'_>, steps: &Steps<'_>, insights: &mut Insights) -> bool {
    if !steps.iter().any(|step| matches!(step.action, Action::Delete(_) | Action::Replace(..))) {
        return false;
    }
    let action = |address: &Address| steps.get(address).map(|step| &step.action);
    let before = insights.replace.len() + insights.blocked.len();
    for bond in there.bonds().iter().filter(|bond| bond.holds) {
        let Bond { from, to, .. } = bond;
        let declared = || there.needs.get(from).contains(to);
        match (action(from), action(to)) {
            // the end of it, and of what names it
            (Some(Action::Delete(_) | Action::Replace(..)), _) => {}
            (Some(Action::Update(_) | Action::Keep), Some(Action::Replace(_, ReplaceOrder::DeleteFirst)))
                if declared() =>
            {
                let text = format!("it must let go of {to} before that can be replaced");
                insights.replace.entry(from.clone()).or_insert_with(|| Because::new("CASCADE", text));
            }
            (Some(Action::Update(_)), _) => {}
            (_, Some(Action::Delete(_) | Action::Replace(..))) => {
                let text = format!("{from} names it in the account and does not let go of it now");
                insights.blocked.entry(to.clone()).or_insert_with(|| Because::new("HELD", text));
            }
            _ => {}
        }
    }
    insights.replace.len() + insights.blocked.len() > before
}

/// Cuts a circle: a replacement that begins with the end of the old one waits
/// for less, and so does a resource that is made anew instead of being changed.
fn untie(
    stack: &Stack,
    there: &There<'_>,
    steps: &Steps<'_>,
    knot: &[Operation],
    insights: &mut Insights,
) -> bool {
    let action = |operation: &Operation| steps.get(&operation.address).map(|step| &step.action);
    let create_first =
        knot.iter().find(|o| matches!(action(o), Some(Action::Replace(_, ReplaceOrder::CreateFirst))));
    if let Some(operation) = create_first
        && insights.delete_first.insert(operation.address.clone())
    {
        return true;
    }
    let others = |address: &Address| {
        let names: BTreeSet<String> =
            knot.iter().map(|o| o.address.to_string()).filter(|name| *name != address.to_string()).collect();
        names.into_iter().collect::<Vec<_>>().join(", ")
    };
    let named =
        |address: &Address| stack.resources.keys().filter(|of| there.needs.get(of).contains(address)).count();
    let mut updates: Vec<&Address> =
        knot.iter().filter(|o| o.what == What::Update).map(|o| &o.address).collect();
    updates.sort_by_key(|address| (named(address), *address));
    for address in updates {
        let text = format!("it and {} wait for each other to let go, so it ends first", others(address));
        let because = Because::new("EXCHANGE", text);
        if insights.replace.insert(address.clone(), because).is_none() {
            return true;
        }
    }
    let mut learned = false;
    for operation in knot {
        let address = &operation.address;
        let text =
            format!("it and {} wait for each other in a circle: change one of them first", others(address));
        learned |= insights.blocked.insert(address.clone(), Because::new("KNOT", text)).is_none();
    }
    learned
}
