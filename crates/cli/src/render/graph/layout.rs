//! Where each box stands: layers from left to right, few crossings.

use petgraph::algo::toposort;
use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::IntoNeighbors;
use rust_sugiyama::configure::Config;
use rust_sugiyama::from_vertices_and_edges;

use super::Picture;

pub const HEIGHT: f64 = 40.0;
const GAP_ACROSS: f64 = 14.0;
const GAP_ALONG: f64 = 44.0;
const MARGIN: f64 = 12.0;

/// Boxes by their upper left corners, and the arrows that are worth drawing.
pub struct Layout {
    pub width: f64,
    pub height: f64,
    pub corners: Vec<(f64, f64)>,
    pub arrows: Vec<(usize, usize)>,
}

/// Boxes of one width.
pub fn layout(picture: &Picture, width: f64) -> Layout {
    let arrows = reduced(picture);
    // the library lays layers from top to bottom: its across is our down
    let boxes: Vec<(u32, (f64, f64))> =
        (0..picture.nodes.len()).map(|i| (number(i), (HEIGHT + GAP_ACROSS, width + GAP_ALONG))).collect();
    let edges: Vec<(u32, u32)> = arrows.iter().map(|(from, to)| (number(*from), number(*to))).collect();
    let config = Config { vertex_spacing: 0.0, dummy_size: 0.2, ..Config::default() };
    let mut corners = vec![(MARGIN, MARGIN); picture.nodes.len()];
    let mut below = MARGIN;
    let mut right = 0.0_f64;
    let mut parts = from_vertices_and_edges(&boxes, &edges, &config);
    // the largest part first, single boxes last
    parts.sort_by_key(|(nodes, ..)| (usize::MAX - nodes.len(), nodes.iter().map(|(i, _)| *i).min()));
    for (nodes, ..) in parts {
        let least =
            |pick: fn((f64, f64)) -> f64| nodes.iter().map(|(_, at)| pick(*at)).fold(f64::MAX, f64::min);
        let (across, along) = (least(|at| at.0), least(|at| at.1));
        let mut lowest = below;
        for (i, (x, y)) in nodes {
            let corner = (MARGIN + (y - along), below + (x - across));
            lowest = lowest.max(corner.1 + HEIGHT + GAP_ACROSS);
            right = right.max(corner.0 + width);
            corners[i] = corner;
        }
        below = lowest;
    }
    Layout { width: right + MARGIN, height: below + MARGIN - GAP_ACROSS, corners, arrows }
}

/// Arrows that no longer way says already.
fn reduced(picture: &Picture) -> Vec<(usize, usize)> {
    let mut graph: DiGraph<usize, ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = (0..picture.nodes.len()).map(|i| graph.add_node(i)).collect();
    for (from, to) in &picture.arrows {
        graph.update_edge(nodes[*from], nodes[*to], ());
    }
    // a plan may name a circle that half a step unties
    let Ok(order) = toposort(&graph, None) else { return picture.arrows.clone() };
    let (list, _) = dag_to_toposorted_adjacency_list::<_, u32>(&graph, &order);
    let (reduced, _) = dag_transitive_reduction_closure(&list);
    let mut arrows = Vec::new();
    for (at, node) in order.iter().enumerate() {
        for next in reduced.neighbors(number(at)) {
            arrows.push((node.index(), order[next as usize].index()));
        }
    }
    arrows.sort_unstable();
    arrows
}

fn number(i: usize) -> u32 {
    u32::try_from(i).unwrap_or(u32::MAX)
}
