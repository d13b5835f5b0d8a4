//! What an apply says while it runs.

use std::time::Duration;

use recon::progress::board::Board;
use recon_diff::sequence::{Graph, Operation, What};

use super::build::*;

fn operation(text: &str, what: What) -> Operation {
    Operation { address: address(text), what }
}

/// A service that is made anew, its group after it, and a project that nobody declares any more.
fn graph() -> Graph {
    let mut graph = Graph::new();
    let ends = graph.add_node(operation("ecs.service.api", What::Delete));
    let begins = graph.add_node(operation("ecs.service.api", What::Create));
    let group = graph.add_node(operation("codedeploy.deployment_group.api", What::Update));
    let old = graph.add_node(operation("codebuild.project.old", What::Delete));
    for (before, after) in [(ends, begins), (begins, group), (group, old)] {
        graph.add_edge(before, after, ());
    }
    graph
}

fn board() -> Board {
    Board::new("test · plan 7c1e09ab", &graph(), |operation| match operation.what {
        What::Create => Some(200),
        _ => None,
    })
}

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn it_says_what_runs_since_when_how_long_it_takes_and_what_waits_for_what() {
    let api = address("ecs.service.api");
    let mut board = board();
    board.started(&api, What::Delete, at(0));
    let deleting = board.lines(at(61));
    assert_eq!(board.over(&api, What::Delete), "1/4");
    board.started(&api, What::Create, at(160));
    board.waits(&api, "desired 2 · running 1 · pending 1\u{1b}[2J");
    let creating = board.lines(at(249));
    snapshot("apply", "progress", &[deleting, creating].concat().join("\n"));
}

#[test]
fn everything_is_counted_once_and_nothing_waits_in_the_end() {
    let mut board = board();
    for (node, operation) in graph().node_weights().enumerate() {
        board.started(&operation.address, operation.what, at(0));
        assert_eq!(board.over(&operation.address, operation.what), format!("{}/4", node + 1));
    }
    assert_eq!(board.lines(at(3)), ["… test · plan 7c1e09ab · 4 of 4 · 3s"]);
}
