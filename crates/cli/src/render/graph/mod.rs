//! The stack, or a plan of it, as a picture. An arrow goes from what comes first
//! to what waits for it: what is needed before what needs it, and what lets go
//! before what is deleted.

mod dot;
mod layout;
mod mermaid;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::Plan;
use recon_model::{Address, Stack};

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::{drawing, svg};

/// Resources and the arrows between them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    pub title: String,
    pub nodes: Vec<Node>,
    /// Positions in `nodes`: from what is needed to what needs it.
    pub arrows: Vec<(usize, usize)>,
}

/// One resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub address: Address,
    /// Its name in AWS.
    pub name: String,
    /// What a plan does to it; `None` where there is no plan.
    pub action: Option<&'static str>,
}

impl Picture {
    /// The stack as it is declared.
    pub fn of_stack(stack: &Stack) -> Self {
        let node = |(address, name)| Node { address, name, action: None };
        let nodes =
            stack.resources.values().map(|resource| (resource.address.clone(), resource.name())).map(node);
        Self::with(stack.name.clone(), nodes.collect(), &declared(stack))
    }

    /// A plan; the stack, where it is at hand, adds the arrows between what stays.
    pub fn of_plan(plan: &Plan, stack: Option<&Stack>) -> Self {
        let nodes = plan.steps.iter().map(|step| Node {
            address: step.address.clone(),
            name: step.name.clone(),
            action: Some(step.action.word()),
        });
        let mut needs = stack.map(declared).unwrap_or_default();
        for step in &plan.steps {
            needs.extend(step.needs.iter().map(|need| (need.clone(), step.address.clone())));
        }
        Self::with(plan.stack.clone(), nodes.collect(), &needs)
    }

    fn with(title: String, nodes: Vec<Node>, needs: &BTreeSet<(Address, Address)>) -> Self {
        let at: BTreeMap<&Address, usize> = nodes.iter().enumerate().map(|(i, n)| (&n.address, i)).collect();
        let arrow = |(from, to): &(Address, Address)| Some((*at.get(from)?, *at.get(to)?));
        let arrows = needs.iter().filter_map(arrow).collect();
        Self { title, nodes, arrows }
    }
}

/// `(needed, by whom)`.
fn declared(stack: &Stack) -> BTreeSet<(Address, Address)> {
    let of = |(address, resource): (&Address, &recon_model::Resource)| {
        resource.needs().into_iter().map(|need| (need.clone(), address.clone())).collect::<Vec<_>>()
    };
    stack.resources.iter().flat_map(of).collect()
}
