//! What waits for what.

use std::collections::{BTreeMap, HashMap};

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::Address;
use crate::stack::{Resource, Stack};

/// What each resource needs, lookups included: every document is walked once for it.
pub struct Needs<'s>(BTreeMap<&'s Address, Vec<&'s Address>>);

impl<'s> Needs<'s> {
    pub fn of(stack: &'s Stack) -> Self {
        Self(stack.resources.iter().map(|(address, resource)| (address, resource.needs())).collect())
    }

    pub fn get(&self, address: &Address) -> &[&'s Address] {
        self.0.get(address).map(Vec::as_slice).unwrap_or_default()
    }

    /// The addresses with an edge from each to what it needs.
    fn graph(&self) -> DiGraph<&'s Address, ()> {
        let mut graph = DiGraph::with_capacity(self.0.len(), self.0.len());
        let nodes: HashMap<&Address, NodeIndex> =
            self.0.keys().map(|address| (*address, graph.add_node(*address))).collect();
        for (needs, from) in self.0.values().zip(0..) {
            for to in needs.iter().filter_map(|need| nodes.get(need)) {
                graph.add_edge(NodeIndex::new(from), *to, ());
            }
        }
        graph
    }

    /// The addresses, each after everything that it needs.
    pub fn ordered(&self) -> Vec<&'s Address> {
        let graph = self.graph();
        // a stack with a cycle was refused when it was read
        let order = toposort(&graph, None).unwrap_or_default();
        order.into_iter().rev().map(|node| graph[node]).collect()
    }
}

/// Resources that wait for each other, if there are such.
pub fn cycle(stack: &Stack) -> Option<Vec<Address>> {
    let graph = Needs::of(stack).graph();
    toposort(&graph, None).err()?;
    let around =
        |nodes: &Vec<NodeIndex>| nodes.len() > 1 || nodes.iter().any(|n| graph.contains_edge(*n, *n));
    let mut nodes = tarjan_scc(&graph).into_iter().find(around)?;
    nodes.sort();
    Some(nodes.into_iter().map(|node| graph[node].clone()).collect())
}

/// The stack's resources, each after everything that it needs.
pub fn ordered(stack: &Stack) -> Vec<&Resource> {
    Needs::of(stack).ordered().into_iter().filter_map(|address| stack.resources.get(address)).collect()
}
