//! What waits for what.

use std::collections::HashMap;

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::Address;
use crate::stack::{Resource, Stack};

/// The stack's resources with an edge from each to what it needs.
fn build(stack: &Stack) -> DiGraph<&Resource, ()> {
    let mut graph = DiGraph::new();
    let nodes: HashMap<&Address, NodeIndex> =
        stack.resources.iter().map(|(address, resource)| (address, graph.add_node(resource))).collect();
    for (resource, from) in stack.resources.values().zip(graph.node_indices()) {
        resource.for_each_need(&mut |need| {
            if let Some(to) = nodes.get(need) {
                graph.update_edge(from, *to, ());
            }
        });
    }
    graph
}

/// Resources that wait for each other, if there are such.
pub fn cycle(stack: &Stack) -> Option<Vec<Address>> {
    let graph = build(stack);
    toposort(&graph, None).err()?;
    let around =
        |nodes: &Vec<NodeIndex>| nodes.len() > 1 || nodes.iter().any(|n| graph.contains_edge(*n, *n));
    let mut nodes = tarjan_scc(&graph).into_iter().find(around)?;
    nodes.sort();
    Some(nodes.into_iter().map(|node| graph[node].address.clone()).collect())
}

/// The stack's resources, each after everything that it needs.
pub fn ordered(stack: &Stack) -> Vec<&Resource> {
    let graph = build(stack);
    // a stack with a cycle was refused when it was read
    let order = toposort(&graph, None).unwrap_or_default();
    order.into_iter().rev().map(|node| graph[node]).collect()
}
