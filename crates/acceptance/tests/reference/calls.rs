//! What a plan of the unchanged reference stack asks of AWS, counted by the
//! sandbox and not by recon, and how many answers it waits for one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use recon_acceptance::{World, reference};
use recon_aws::{Answer, Dropped, InProcess, Options, Session};
use recon_observe::Look;
use recon_sandbox::{Sandbox, http};
use recon_shapes::codec::WireRequest;
use tokio::time::Instant;

pub const LATENCY: Duration = Duration::from_millis(40);

/// The sandbox behind a line: every answer takes as long.
struct Far(Arc<Sandbox>);

impl InProcess for Far {
    fn answer(&self, request: WireRequest) -> Answer<'_> {
        Box::pin(async move {
            tokio::time::sleep(LATENCY).await;
            http::answer(&self.0, &request).await.map_err(|_| Dropped)
        })
    }
}

/// A connection to a sandbox that is far away.
pub fn far(sandbox: &Arc<Sandbox>) -> Arc<dyn InProcess> {
    Arc::new(Far(Arc::clone(sandbox)))
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_the_reference_stack_asks_little_and_in_few_waves() {
    let stack = reference();
    let world = World::new().await;
    world.converge(&stack).await;
    let options = Options {
        region: Some(stack.home.region.clone()),
        profile: None,
        // as many as there are calls: only what waits for an answer waits
        max_in_flight: 64,
        http: Some(far(&world.sandbox)),
    };
    let session = Session::connect(options).await.unwrap();
    world.sandbox.record(true);
    let start = Instant::now();
    recon_observe::observe_as(&stack, &session, Look::Glance, &()).await.unwrap();
    let took = start.elapsed();
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for call in world.sandbox.take_log() {
        *calls.entry(format!("{} {}", call.service, call.operation)).or_default() += 1;
    }
    let listed: String = calls.iter().map(|(call, count)| format!("{count} {call}\n")).collect();
    let total: usize = calls.values().sum();
    let waves = took.as_millis() / LATENCY.as_millis();
    assert!(waves <= 3, "{waves} answers are waited for one after the other");
    let held_back = session.calls().waited_milliseconds;
    recon_observe::observe(&stack, &session, &()).await.unwrap();
    let close = world.sandbox.take_log().len();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../../snapshots/calls");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let text = format!("{total} calls, {waves} waves, {held_back} ms held back by budgets\n\n{listed}\nand {close} calls of a close look\n");
        insta::assert_snapshot!("reference-plan", text);
    });
}
