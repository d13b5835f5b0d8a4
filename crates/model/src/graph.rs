//! What waits for what.

use std::cell::OnceCell;
use std::collections::HashMap;

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::Address;
use crate::stack::{Resource, Stack};

/// What each resource needs, lookups included. Resources are numbered in the order of their addresses.
pub struct Needs<'s> {
    numbers: HashMap<&'s Address, usize>,
    resources: Vec<&'s Resource>,
    /// Each walked out of its document once, when somebody asks.
    needs: Vec<OnceCell<Box<[Address]>>>,
}

impl<'s> Needs<'s> {
    pub fn of(stack: &'s Stack) -> Self {
        Self {
            numbers: stack.resources.keys().zip(0..).collect(),
            resources: stack.resources.values().collect(),
            needs: vec![OnceCell::new(); stack.resources.len()],
        }
    }

    pub fn number(&self, address: &Address) -> Option<usize> {
        self.numbers.get(address).copied()
    }

    pub fn get(&self, address: &Address) -> &[Address] {
        self.number(address).map(|number| self.numbered(number)).unwrap_or_default()
    }

    fn numbered(&self, number: usize) -> &[Address] {
        self.needs[number].get_or_init(|| self.resources[number].needs().into_iter().cloned().collect())
    }

    /// An edge from each number to those of what it needs.
    fn graph(&self) -> DiGraph<(), ()> {
        let mut graph = DiGraph::with_capacity(self.resources.len(), self.resources.len());
        for _ in &self.resources {
            graph.add_node(());
        }
        for from in 0..self.resources.len() {
            for to in self.numbered(from).iter().filter_map(|need| self.number(need)) {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
        graph
    }

    /// Visits every number, each after those of everything that it needs.
    ///
    /// A document is walked for its needs just before its visit, while the processor still has it
    /// at hand: that is why this is no sort of the whole graph.
    pub fn in_order(&self, visit: &mut impl FnMut(usize)) {
        let mut seen = vec![false; self.resources.len()];
        // whom others wait for, and how many of its needs have been looked at
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        for from in 0..self.resources.len() {
            if !std::mem::replace(&mut seen[from], true) {
                waiting.push((from, 0));
            }
            while let Some((number, looked)) = waiting.last_mut() {
                let Some(need) = self.numbered(*number).get(*looked) else {
                    visit(*number);
                    waiting.pop();
                    continue;
                };
                *looked += 1;
                // a stack with a cycle was refused when it was read
                let fresh = self.number(need).filter(|need| !std::mem::replace(&mut seen[*need], true));
                waiting.extend(fresh.map(|need| (need, 0)));
            }
        }
    }
}

/// Resources that wait for each other, if there are such.
pub fn cycle(stack: &Stack) -> Option<Vec<Address>> {
    let needs = Needs::of(stack);
    let graph = needs.graph();
    toposort(&graph, None).err()?;
    let around =
        |nodes: &Vec<NodeIndex>| nodes.len() > 1 || nodes.iter().any(|n| graph.contains_edge(*n, *n));
    let mut nodes = tarjan_scc(&graph).into_iter().find(around)?;
    nodes.sort();
    Some(nodes.into_iter().map(|node| needs.resources[node.index()].address.clone()).collect())
}

/// The stack's resources, each after everything that it needs.
pub fn ordered(stack: &Stack) -> Vec<&Resource> {
    let needs = Needs::of(stack);
    let mut ordered = Vec::new();
    needs.in_order(&mut |number| ordered.push(needs.resources[number]));
    ordered
}
