//! In which order things happen.
//!
//! A step is one resource; an operation is one half of a step: a replacement
//! deletes and creates. The graph of operations is what apply walks.

mod rules;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::acyclic::Acyclic;
use petgraph::algo::{astar, toposort};
use petgraph::data::Build as _;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::unionfind::UnionFind;
use recon_model::plan::{Action, FieldChange, Step};
use recon_model::{Address, KindId, Snapshot, Stack};
use serde_json::Value;

use crate::bonds::There;

/// A step, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    Sequence::of(stack, &There::of(stack, snapshot), steps.iter()).graph.into_inner()
}

/// What waits for what among the operations of a plan's steps.
pub(crate) struct Sequence {
    /// Knows an order at any time, so that an edge costs what it changes of it.
    graph: Acyclic<Graph>,
    nodes: HashMap<Operation, NodeIndex>,
    /// The circles that the rules asked for.
    knots: Vec<Vec<NodeIndex>>,
}

impl Sequence {
    pub fn of<'s>(stack: &Stack, there: &There<'_>, steps: impl Iterator<Item = &'s Step>) -> Self {
        let mut sequence = Self { graph: Acyclic::new(), nodes: HashMap::new(), knots: Vec::new() };
        // who stays as he is waits for nobody, and nobody for him
        let acting: BTreeMap<&Address, &Step> =
            steps.filter(|step| !parts(step).is_empty()).map(|step| (&step.address, step)).collect();
        for step in acting.values() {
            for what in parts(step) {
                let operation = Operation { address: step.address.clone(), what: *what };
                let node = sequence.graph.add_node(operation.clone());
                sequence.nodes.insert(operation, node);
            }
        }
        rules::lay(&mut sequence, stack, there, acting);
        sequence
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
        if from != to && self.graph.try_update_edge(from, to, ()).is_err() {
            self.knots.extend(self.path(to, from));
        }
    }

    /// A better order: yields to what AWS refuses and to what was wished before.
    fn wish(&mut self, from: Option<NodeIndex>, to: Option<NodeIndex>) {
        if let (Some(from), Some(to)) = (from, to) {
            // one that would close a circle is not laid
            let _ = self.graph.try_update_edge(from, to, ());
        }
    }

    fn path(&self, from: NodeIndex, to: NodeIndex) -> Option<Vec<NodeIndex>> {
        let (_, path) = astar(self.graph.inner(), from, |node| node == to, |_| 1, |_| 0)?;
        Some(path)
    }

    /// Operations that wait for each other in a circle, if the steps ask for that:
    /// no order carries such steps out. Of those that have to do with each other only
    /// the first is told, for without it the others may be none.
    pub fn knots(&self) -> Vec<Vec<Operation>> {
        if self.knots.is_empty() {
            return Vec::new();
        }
        let graph = self.graph.inner();
        let mut parts = UnionFind::new(graph.node_count());
        for edge in graph.raw_edges() {
            parts.union(edge.source().index(), edge.target().index());
        }
        let mut seen = BTreeSet::new();
        let first =
            |knot: &&Vec<NodeIndex>| knot.first().is_some_and(|node| seen.insert(parts.find(node.index())));
        let told = |knot: &Vec<NodeIndex>| knot.iter().map(|node| graph[*node].clone()).collect();
        self.knots.iter().filter(first).map(told).collect()
    }

    /// Numbers the steps in an order in which they may run, and says of each what
    /// it waits for. A step stands where its resource is made; what is left of an
    /// old one is cleaned up later.
    pub fn order(&self, steps: &mut [Step]) {
        // edges are only added where no path leads back
        let graph = self.graph.inner();
        let sorted = toposort(graph, None).unwrap_or_default();
        let mut position = vec![0; graph.node_count()];
        for (at, node) in sorted.iter().enumerate() {
            position[node.index()] = at;
        }
        let place = |address: &Address| {
            let made = self.made(address).or_else(|| self.get(address, What::Delete));
            made.map_or(usize::MAX, |node| position[node.index()])
        };
        let acting = |step: &&mut Step| !parts(step).is_empty();
        for step in steps.iter_mut().filter(acting) {
            let here = place(&step.address);
            let mut needs = BTreeSet::new();
            for what in parts(step) {
                let node = self.get(&step.address, *what).filter(|node| position[node.index()] <= here);
                let before = node.into_iter().flat_map(|n| graph.neighbors_directed(n, Direction::Incoming));
                needs.extend(before.map(|node| &graph[node].address));
            }
            needs.remove(&step.address);
            // half of a step may come before, and its other half after
            step.needs = needs.into_iter().filter(|need| place(need) < here).cloned().collect();
        }
        // stable: the rest stays in the order of its addresses
        if graph.node_count() > 0 {
            steps.sort_by_cached_key(
                |step| if parts(step).is_empty() { usize::MAX } else { place(&step.address) },
            );
        }
        for (at, step) in steps.iter_mut().enumerate() {
            step.order = at + 1;
        }
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
