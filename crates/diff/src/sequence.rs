//! In which order things happen.
//!
//! A step is one resource; an operation is one half of a step: a replacement
//! deletes and creates. The graph of operations is what apply walks.

mod rules;

use std::collections::{BTreeMap, BTreeSet};

use petgraph::Direction;
use petgraph::algo::{astar, has_path_connecting, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use recon_model::plan::{Action, FieldChange, Step};
use recon_model::{Address, KindId, Snapshot, Stack};
use serde_json::Value;

use crate::bonds::There;

/// A step, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    pub address: Address,
    pub what: What,
}

/// What an operation does to its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    Delete,
    Create,
    Update,
    /// Takes away what an update left for those who still used it.
    Tidy,
}

/// Operations with an edge from each to those that wait for it.
pub type Graph = DiGraph<Operation, ()>;

/// The operations of a plan's steps.
pub fn operations(stack: &Stack, snapshot: &Snapshot, steps: &[Step]) -> Graph {
    Build::new(stack, &There::of(stack, snapshot), steps).graph
}

/// Operations that wait for each other in a circle, if the steps ask for that:
/// no order carries such steps out.
pub(crate) fn knot(stack: &Stack, there: &There<'_>, steps: &[Step]) -> Option<Vec<Operation>> {
    Build::new(stack, there, steps).knot
}

struct Build {
    graph: Graph,
    nodes: BTreeMap<Operation, NodeIndex>,
    /// The first circle that the rules asked for.
    knot: Option<Vec<Operation>>,
}

impl Build {
    fn new(stack: &Stack, there: &There<'_>, steps: &[Step]) -> Self {
        let mut build = Self { graph: Graph::new(), nodes: BTreeMap::new(), knot: None };
        for step in steps {
            for what in parts(step) {
                let operation = Operation { address: step.address.clone(), what: *what };
                let node = build.graph.add_node(operation.clone());
                build.nodes.insert(operation, node);
            }
        }
        rules::lay(&mut build, stack, there, steps);
        build
    }

    fn get(&self, address: &Address, what: What) -> Option<NodeIndex> {
        self.nodes.get(&Operation { address: address.clone(), what }).copied()
    }

    /// The operation after which the resource is as declared.
    fn made(&self, address: &Address) -> Option<NodeIndex> {
        self.get(address, What::Create).or_else(|| self.get(address, What::Update))
    }

    /// AWS refuses another order.
    fn must(&mut self, from: Option<NodeIndex>, to: Option<NodeIndex>) {
        let (Some(from), Some(to)) = (from, to) else { return };
        if from == to {
            return;
        }
        match self.path(to, from) {
            None => {
                self.graph.update_edge(from, to, ());
            }
            Some(path) => self.knot = self.knot.take().or(Some(path)),
        }
    }

    /// A better order: yields to what AWS refuses and to what was wished before.
    fn wish(&mut self, from: Option<NodeIndex>, to: Option<NodeIndex>) {
        if let (Some(from), Some(to)) = (from, to)
            && from != to
            && !has_path_connecting(&self.graph, to, from, None)
        {
            self.graph.update_edge(from, to, ());
        }
    }

    fn path(&self, from: NodeIndex, to: NodeIndex) -> Option<Vec<Operation>> {
        let (_, path) = astar(&self.graph, from, |node| node == to, |_| 1, |_| 0)?;
        Some(path.into_iter().map(|node| self.graph[node].clone()).collect())
    }
}

/// What a step does, in no order yet.
fn parts(step: &Step) -> &'static [What] {
    match step.action {
        Action::Create(_) => &[What::Create],
        Action::Update(_) | Action::Adopt(_) if takes_back(step) => &[What::Update, What::Tidy],
        Action::Update(_) | Action::Adopt(_) => &[What::Update],
        Action::Delete(_) => &[What::Delete],
        Action::Replace(..) => &[What::Delete, What::Create],
        Action::Keep | Action::Blocked(_) => &[],
    }
}

/// Something that others may use is wanted no more.
fn takes_back(step: &Step) -> bool {
    let lent = KindId::named(&step.address.kind).map_or(&[][..], |id| id.kind().lent);
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let drops =
        |change: &FieldChange| items(&change.from).iter().any(|item| !items(&change.to).contains(item));
    step.fields.iter().any(|change| lent.contains(&change.path.as_str()) && drops(change))
}

/// Numbers the steps in an order in which they may run, and says of each what
/// it waits for. A step stands where its resource is made; what is left of an
/// old one is cleaned up later.
pub(crate) fn order(stack: &Stack, there: &There<'_>, steps: &mut [Step]) {
    let build = Build::new(stack, there, steps);
    // edges are only added where no path leads back
    let sorted = toposort(&build.graph, None).unwrap_or_default();
    let position: BTreeMap<NodeIndex, usize> =
        sorted.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let place = |step: &Step| {
        let made = build.made(&step.address).or_else(|| build.get(&step.address, What::Delete));
        made.map_or(usize::MAX, |node| position[&node])
    };
    let places: BTreeMap<Address, usize> =
        steps.iter().map(|step| (step.address.clone(), place(step))).collect();
    for step in steps.iter_mut() {
        let here = places[&step.address];
        let mut needs = BTreeSet::new();
        for what in parts(step) {
            let node = build.get(&step.address, *what).filter(|node| position[node] <= here);
            let before =
                node.into_iter().flat_map(|n| build.graph.neighbors_directed(n, Direction::Incoming));
            needs.extend(before.map(|node| build.graph[node].address.clone()));
        }
        needs.remove(&step.address);
        // half of a step may come before, and its other half after
        step.needs = needs.into_iter().filter(|need| places[need] < here).collect();
    }
    steps.sort_by_key(|step| (places[&step.address], step.address.clone()));
    for (at, step) in steps.iter_mut().enumerate() {
        step.order = at + 1;
    }
}
