//! How long an apply from nothing takes beside the longest path of its graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use petgraph::Direction;
use petgraph::algo::toposort;
use recon_acceptance::{World, reference};
use recon_apply::Report;
use recon_apply::journal::Journal;
use recon_aws::{Options, Session};
use recon_diff::sequence::{Graph, Operation, operations};
use recon_model::{Snapshot, Stack};
use tokio::time::Instant;

use super::calls::far;

/// An apply of the stack from nothing, so many calls and operations at a time.
async fn applied(stack: &Stack, calls: usize, at_once: usize) -> (Report, Graph, f64) {
    let world = World::new().await;
    let options = Options {
        region: Some(stack.home.region.clone()),
        profile: None,
        max_in_flight: calls,
        http: Some(far(&world.sandbox)),
    };
    let session = Session::connect(options).await.unwrap();
    let snapshot: Snapshot = recon_observe::observe(stack, &session, &()).await.unwrap();
    let plan = recon_diff::plan(stack, &snapshot, &recon_diff::Options::default());
    let options = recon_apply::Options {
        parallelism: at_once,
        journal: Arc::new(Journal::none()),
        ..Default::default()
    };
    let start = Instant::now();
    let report = recon_apply::apply(stack, &snapshot, &plan, &session, &options, &()).await.unwrap();
    let took = start.elapsed().as_secs_f64();
    assert!(report.is_whole(), "{report:#?}");
    (report, operations(stack, &snapshot, &plan.steps), took)
}

/// The longest path: each operation begins when those before it are made, and all is over with the last.
fn critical_path(report: &Report, graph: &Graph) -> f64 {
    let times: BTreeMap<Operation, (f64, f64)> = (report.done.iter())
        .map(|done| (Operation { address: done.address.clone(), what: done.what }, (done.made, done.seconds)))
        .collect();
    let mut begins = vec![0.0_f64; graph.node_count()];
    let mut end = 0.0_f64;
    for node in toposort(graph, None).unwrap() {
        let before = graph.neighbors_directed(node, Direction::Incoming);
        let made = before.map(|before| begins[before.index()] + times[&graph[before]].0);
        begins[node.index()] = made.fold(0.0, f64::max);
        end = end.max(begins[node.index()] + times[&graph[node]].1);
    }
    end
}

#[tokio::test(start_paused = true)]
async fn an_apply_from_nothing_takes_hardly_longer_than_its_longest_path() {
    let stack = reference();
    // where nothing waits for its turn, an operation takes what AWS takes
    let (report, graph, _) = applied(&stack, 512, 512).await;
    let critical = critical_path(&report, &graph);
    let usual = recon_apply::Options::default().parallelism;
    let (_, _, took) = applied(&stack, 8, usual).await;
    println!("{took:.1} s, and {critical:.1} s along the longest path");
    assert!(took <= critical * 1.15, "{took:.1} s, and {critical:.1} s along the longest path");
    assert!(critical > 60.0, "AWS takes minutes for a load balancer: {critical:.1} s");
}
