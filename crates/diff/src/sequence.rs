//! In which order things happen.
//!
//! A step is one resource; an operation is one half of a step: a replacement
//! deletes and creates. The graph of operations is what apply walks.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{has_path_connecting, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use recon_model::plan::{Action, ReplaceOrder, Step};
use recon_model::schema::{Field, Type};
use recon_model::{Address, KindId, Replacement, Snapshot, Stack};

/// Half of a step.
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
}

/// Operations with an edge from each to those that wait for it.
pub type Graph = DiGraph<Operation, ()>;

/// The operations of a plan's steps.
pub fn operations(stack: &Stack, steps: &[Step]) -> Graph {
    let mut build = Build { stack, graph: Graph::new(), nodes: BTreeMap::new() };
    for step in steps {
        match &step.action {
            Action::Create(_) => build.node(step, What::Create),
            Action::Update(_) | Action::Adopt(_) => build.node(step, What::Update),
            Action::Delete(_) => build.node(step, What::Delete),
            Action::Replace(..) => {
                build.node(step, What::Delete);
                build.node(step, What::Create);
            }
            Action::Keep | Action::Blocked(_) => {}
        }
    }
    for step in steps {
        build.halves(step);
        build.needs(step);
    }
    build.deletions();
    for step in steps {
        build.late_end(step);
    }
    build.graph
}

struct Build<'a> {
    stack: &'a Stack,
    graph: Graph,
    nodes: BTreeMap<Operation, NodeIndex>,
}

impl Build<'_> {
    fn node(&mut self, step: &Step, what: What) {
        let operation = Operation { address: step.address.clone(), what };
        let node = self.graph.add_node(operation.clone());
        self.nodes.insert(operation, node);
    }

    fn get(&self, address: &Address, what: What) -> Option<NodeIndex> {
        self.nodes.get(&Operation { address: address.clone(), what }).copied()
    }

    /// The operation after which the resource is as declared.
    fn made(&self, address: &Address) -> Option<NodeIndex> {
        self.get(address, What::Create).or_else(|| self.get(address, What::Update))
    }

    /// Never against what is already said: a softer wish yields.
    fn edge(&mut self, from: Option<NodeIndex>, to: Option<NodeIndex>) {
        if let (Some(from), Some(to)) = (from, to)
            && from != to
            && !self.graph.contains_edge(from, to)
            && !has_path_connecting(&self.graph, to, from, None)
        {
            self.graph.add_edge(from, to, ());
        }
    }

    fn halves(&mut self, step: &Step) {
        if let Action::Replace(_, order) = &step.action {
            let (delete, create) =
                (self.get(&step.address, What::Delete), self.get(&step.address, What::Create));
            match order {
                ReplaceOrder::DeleteFirst => self.edge(delete, create),
                ReplaceOrder::CreateFirst => self.edge(create, delete),
            }
        }
    }

    /// Made after what it needs; gone before what it needs goes.
    fn needs(&mut self, step: &Step) {
        let Some(resource) = self.stack.resources.get(&step.address) else { return };
        for need in resource.needs() {
            let (made, need_made) = (self.made(&step.address), self.made(&need));
            self.edge(need_made, made);
            let need_deleted = self.get(&need, What::Delete);
            self.edge(self.get(&step.address, What::Delete), need_deleted);
            // a create-first replacement is cleaned up once nobody uses the old one
            let first = need_deleted.is_some() && self.comes_after_create(&need);
            if first {
                self.edge(made, need_deleted);
            }
        }
    }

    /// A delete-first replacement ends the old one only when all that the new one
    /// needs is there: a refusal on the way must not leave nothing running.
    fn late_end(&mut self, step: &Step) {
        let Some(resource) = self.stack.resources.get(&step.address) else { return };
        if !matches!(step.action, Action::Replace(_, ReplaceOrder::DeleteFirst)) {
            return;
        }
        for need in resource.needs() {
            self.edge(self.made(&need), self.get(&step.address, What::Delete));
        }
    }

    fn comes_after_create(&self, address: &Address) -> bool {
        match (self.get(address, What::Create), self.get(address, What::Delete)) {
            (Some(create), Some(delete)) => self.graph.contains_edge(create, delete),
            _ => false,
        }
    }

    /// What no declaration orders: the ends of things that are declared no more.
    fn deletions(&mut self) {
        let all: Vec<(Operation, NodeIndex)> = self.nodes.iter().map(|(o, n)| (o.clone(), *n)).collect();
        let deletes: Vec<&(Operation, NodeIndex)> =
            all.iter().filter(|(o, _)| o.what == What::Delete).collect();
        for (gone, node) in &deletes {
            for (other, other_node) in &all {
                let refers = may_refer(&other.address.kind, &gone.address.kind);
                match other.what {
                    // dependents first
                    What::Delete if refers.is_some() => self.edge(Some(*other_node), Some(*node)),
                    // let go first
                    What::Update
                        if refers == Some(true) && !self.stack.resources.contains_key(&gone.address) =>
                    {
                        self.edge(Some(*other_node), Some(*node));
                    }
                    // two of them cannot live side by side
                    What::Create
                        if exclusive(&gone.address.kind)
                            && exclusive(&other.address.kind)
                            && gone.address != other.address =>
                    {
                        self.edge(Some(*node), Some(*other_node));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn exclusive(kind: &str) -> bool {
    KindId::named(kind).is_some_and(|id| id.kind().replacement == Replacement::DeleteFirst)
}

/// May a resource of the first kind name one of the second, and does that
/// hold the second in place?
fn may_refer(from: &str, to: &str) -> Option<bool> {
    fn visit(field: &Field, to: &str, found: &mut Option<bool>) {
        if let Some(reference) = field.reference.as_ref().filter(|r| r.kinds.contains(&to)) {
            *found = Some(found.unwrap_or(false) || reference.holds);
        }
        match &field.ty {
            Type::Struct(structure) => structure.fields.iter().for_each(|field| visit(field, to, found)),
            Type::List { item, .. } | Type::Map(item) | Type::Pairs { item, .. } => visit(item, to, found),
            _ => {}
        }
    }
    let mut found = None;
    visit(&KindId::named(from)?.kind().spec, to, &mut found);
    found
}

/// Numbers the steps in an order in which they may run, and says of each what
/// it waits for.
pub fn order(stack: &Stack, _snapshot: &Snapshot, steps: &mut Vec<Step>) {
    let graph = operations(stack, steps);
    // edges are only added where no path leads back
    let sorted = toposort(&graph, None).unwrap_or_default();
    let mut position: BTreeMap<Address, usize> = BTreeMap::new();
    let mut needs: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for (at, node) in sorted.iter().enumerate() {
        let operation = &graph[*node];
        position.insert(operation.address.clone(), at);
        let before =
            graph.neighbors_directed(*node, petgraph::Direction::Incoming).map(|n| graph[n].address.clone());
        let before = before.filter(|address| *address != operation.address);
        needs.entry(operation.address.clone()).or_default().extend(before);
    }
    steps.sort_by_key(|step| {
        (position.get(&step.address).copied().unwrap_or(usize::MAX), step.address.clone())
    });
    for (at, step) in steps.iter_mut().enumerate() {
        step.order = at + 1;
        step.needs = needs.remove(&step.address).unwrap_or_default().into_iter().collect();
    }
}
