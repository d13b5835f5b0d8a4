//! The walk over the graph of operations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::future::{FutureExt, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use recon_aws::{AwsError, Session};
use recon_diff::sequence::{Graph, Operation, What, operations};
use recon_diff::timing::is_service;
use recon_diff::{bridge, matched, secrets, without};
use recon_model::plan::{Action, Plan, ReplaceOrder};
use recon_model::{Address, Found, KindId, Resource, Snapshot, Stack};
use tokio::time::Instant;

use crate::again::{Next, Stand, changed, says_fields};
use crate::bridging::Bridging;
use crate::cx::{Cx, Exports, Failure};
use crate::item::Item;
use crate::journal::Journal;
use crate::report::{Done, Event, Failed, Listener, Report};
use crate::{Stop, kinds};

/// How a plan is carried out.
#[derive(Debug, Clone)]
pub struct Options {
    /// Operations under way at once.
    pub parallelism: usize,
    /// Wait until load balancers are active and services steady.
    pub wait: bool,
    /// Where every mutating call is noted before it is made.
    pub journal: Arc<Journal>,
    /// Asks for an early end.
    pub stop: Stop,
}

impl Default for Options {
    fn default() -> Self {
        Self { parallelism: 10, wait: true, journal: Arc::new(Journal::none()), stop: Stop::default() }
    }
}

/// Carries the plan out. After the first refusal nothing new begins, what runs
/// runs to its end, and the report says where things stand.
///
/// # Errors
/// When AWS cannot be asked who we are; nothing was done then.
pub async fn apply(
    stack: &Stack,
    snapshot: &Snapshot,
    plan: &Plan,
    session: &Session,
    options: &Options,
    listener: &dyn Listener,
) -> Result<Report, AwsError> {
    let account = session.account().await?.to_string();
    let writer = session.writer();
    let cx = Cx::new(stack, snapshot, &account, session.region(), writer, listener, &options.journal);
    let matched = matched(stack, snapshot);
    let mut found: BTreeMap<Address, &Found> = matched.declared;
    found.extend(matched.leftovers.iter().map(|(address, orphan)| (address.clone(), &orphan.found)));
    for (address, found) in &found {
        cx.publish(address, found.exports.clone());
    }
    let secrets = secrets(stack);
    let run = Run { cx: &cx, session, plan, found: &found, wait: options.wait, listener, secrets };
    Ok(run.walk(&operations(stack, snapshot, &plan.steps), options).await)
}

struct Run<'a> {
    cx: &'a Cx<'a>,
    session: &'a Session,
    plan: &'a Plan,
    found: &'a BTreeMap<Address, &'a Found>,
    wait: bool,
    listener: &'a dyn Listener,
    /// What no error may repeat.
    secrets: BTreeSet<String>,
}

/// What one future of the walk came to.
enum Came {
    /// The call is made: those who wait for it may begin. The rest is waiting.
    Made(NodeIndex, f64),
    /// It failed before: nobody goes on.
    Refused,
    /// It is over.
    Over(Operation, f64, Result<String, Failure>),
}

impl<'a> Run<'a> {
    async fn walk(&self, graph: &Graph, options: &Options) -> Report {
        let before = |node| graph.neighbors_directed(node, Direction::Incoming).count();
        let (mut ready, mut waiting) = (BTreeSet::new(), BTreeMap::new());
        for node in graph.node_indices() {
            match before(node) {
                0 => drop(ready.insert(node)),
                before => drop(waiting.insert(node, before)),
            }
        }
        let mut made: BTreeMap<Operation, f64> = BTreeMap::new();
        let mut running: FuturesUnordered<LocalBoxFuture<'_, Came>> = FuturesUnordered::new();
        let mut report = Report::default();
        let mut in_the_air = 0_usize;
        loop {
            if report.failed.is_empty() && !options.stop.asked() {
                let free = options.parallelism.max(1).saturating_sub(in_the_air);
                for _ in 0..free {
                    let Some(node) = ready.pop_first() else { break };
                    in_the_air += 1;
                    self.begin(graph, node, &running);
                }
            }
            match running.next().await {
                None => break,
                Some(Came::Refused) => in_the_air -= 1,
                Some(Came::Made(node, seconds)) => {
                    in_the_air -= 1;
                    made.insert(graph[node].clone(), seconds);
                    for next in graph.neighbors_directed(node, Direction::Outgoing) {
                        let Some(before) = waiting.get_mut(&next) else { continue };
                        *before -= 1;
                        if *before == 0 {
                            waiting.remove(&next);
                            ready.insert(next);
                        }
                    }
                }
                Some(Came::Over(operation, seconds, result)) => {
                    self.over(operation, seconds, result, &mut report)
                }
            }
        }
        for done in &mut report.done {
            let operation = Operation { address: done.address.clone(), what: done.what };
            done.made = made.get(&operation).copied().unwrap_or(done.seconds);
        }
        let left = ready.iter().chain(waiting.keys());
        let left: BTreeSet<Address> = left.map(|node| graph[*node].address.clone()).collect();
        report.not_started = left.into_iter().collect();
        report.stopped = options.stop.asked() && !report.not_started.is_empty();
        report
    }

    /// Two futures an operation: one that ends when others may go on, and one
    /// that ends when all is as it should be.
    fn begin<'f>(
        &'f self,
        graph: &Graph,
        node: NodeIndex,
        running: &FuturesUnordered<LocalBoxFuture<'f, Came>>,
    ) {
        let operation = graph[node].clone();
        let (made, wait) = tokio::sync::oneshot::channel::<()>();
        self.listener.event(&Event::Started { address: &operation.address, what: operation.what });
        running.push(
            async move {
                let started = Instant::now();
                let result = self.operate(&operation, made).await;
                Came::Over(operation, started.elapsed().as_secs_f64(), result)
            }
            .boxed_local(),
        );
        running.push(
            async move {
                let started = Instant::now();
                match wait.await {
                    Ok(()) => Came::Made(node, started.elapsed().as_secs_f64()),
                    Err(_) => Came::Refused,
                }
            }
            .boxed_local(),
        );
    }

    fn over(&self, operation: Operation, seconds: f64, result: Result<String, Failure>, report: &mut Report) {
        let Operation { address, what } = operation;
        match result {
            Ok(note) => {
                let note = (!note.is_empty()).then_some(note);
                self.listener.event(&Event::Finished {
                    address: &address,
                    what,
                    seconds,
                    note: note.clone(),
                });
                report.done.push(Done { address, what, seconds, made: seconds, note });
            }
            Err(failure) => {
                let error = without(&self.secrets, &failure.to_string());
                self.listener.event(&Event::Failed { address: &address, what, error: error.clone() });
                report.failed.push(Failed { hint: hint(&failure), address, what, error });
            }
        }
    }

    async fn operate(
        &self,
        operation: &Operation,
        made: tokio::sync::oneshot::Sender<()>,
    ) -> Result<String, Failure> {
        let address = &operation.address;
        let resource = self.cx.stack.resources.get(address);
        let live = self.found.get(address).copied();
        let name = self.plan.step(address).map_or("", |step| step.name.as_str());
        let cx = self.cx.of(address, name);
        if let Some(resource) = resource.filter(|_| operation.what == What::Create && self.succeeds(address))
        {
            let item = Item::new(&cx, resource, live)?;
            return self.succeed(&cx, item, made).await;
        }
        let mut stand =
            Stand::new(operation.what, live, changed(self.plan, address), says_fields(self.plan, address));
        let exports = loop {
            let failure = match attempt(&cx, operation, resource, &stand).await {
                Ok(exports) => break exports,
                Err(failure) => failure,
            };
            match stand.after(&cx, self.session, operation, &failure).await {
                Next::Done(exports) => break exports,
                Next::Again => {}
                Next::Give => return Err(failure),
            }
        };
        let Some(resource) = resource.filter(|_| matches!(operation.what, What::Create | What::Update))
        else {
            // those who wait for the end may go on; the send fails only when the walk is over
            let _ = made.send(());
            return Ok(String::new());
        };
        let item = match (stand.what, stand.live.as_deref()) {
            (What::Update, Some(live)) if !stand.says_fields => Item::owning(&cx, resource, live),
            (_, live) => Item::new(&cx, resource, live)?,
        };
        self.settle(&cx, &item, exports, made).await
    }

    /// Is it made while the service that it replaces still runs?
    fn succeeds(&self, address: &Address) -> bool {
        let step = self.plan.step(address).map(|step| &step.action);
        is_service(address) && matches!(step, Some(Action::Replace(_, ReplaceOrder::CreateFirst)))
    }

    /// The old one ends only when the new one has its traffic.
    async fn succeed(
        &self,
        cx: &Cx<'_>,
        mut item: Item<'_>,
        made: tokio::sync::oneshot::Sender<()>,
    ) -> Result<String, Failure> {
        let step = self.plan.step(item.address);
        let bridge = step.and_then(|step| bridge(self.cx.stack, self.found, step));
        let bridging = bridge.map(|bridge| Bridging { bridge, found: self.found });
        if let Some(bridging) = &bridging {
            bridging.point(cx, &mut item)?;
            bridging.open(cx).await?;
        }
        let exports = kinds::create(cx, &item).await?;
        cx.publish(item.address, exports.clone());
        let note = kinds::settle(cx, &item, &exports).await?;
        if let Some(bridging) = &bridging {
            bridging.cross(cx).await?;
        }
        // the send fails only when the walk is over
        let _ = made.send(());
        Ok(note)
    }

    async fn settle(
        &self,
        cx: &Cx<'_>,
        item: &Item<'_>,
        exports: Exports,
        made: tokio::sync::oneshot::Sender<()>,
    ) -> Result<String, Failure> {
        cx.publish(item.address, exports.clone());
        // the send fails only when the walk is over
        let _ = made.send(());
        if !self.wait {
            return Ok("not waited for".into());
        }
        kinds::settle(cx, item, &exports).await
    }
}

/// One try at an operation, from where it stands.
async fn attempt(
    cx: &Cx<'_>,
    operation: &Operation,
    resource: Option<&Resource>,
    stand: &Stand<'_>,
) -> Result<Exports, Failure> {
    let address = &operation.address;
    let live = stand.live.as_deref();
    if stand.what == What::Delete {
        let kind = resource.map(|r| r.kind).or_else(|| KindId::named(&address.kind));
        if let (Some(live), Some(kind)) = (live, kind) {
            kinds::delete(cx, kind, live, live.forced(resource)).await?;
        }
        return Ok(Exports::default());
    }
    let resource = resource.ok_or_else(|| Failure::Refused(format!("{address} is not declared")))?;
    match (stand.what, live) {
        (What::Tidy, _) => {
            kinds::tidy(cx, &Item::new(cx, resource, None)?).await?;
            Ok(Exports::default())
        }
        (What::Update, Some(live)) => {
            let item = match stand.says_fields {
                true => Item::updating(cx, resource, live, &stand.changed)?,
                false => Item::owning(cx, resource, live),
            };
            kinds::update(cx, &item, live, &stand.changed).await
        }
        _ => {
            let item = Item::new(cx, resource, live)?;
            kinds::create(cx, &item).await
        }
    }
}

/// What a person can do about it.
fn hint(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Aws(error) if error.kind == recon_aws::Kind::AccessDenied => Some(format!(
            "allow {}:{} to whoever runs recon, then apply again",
            error.service, error.operation
        )),
        Failure::TooLong { .. } => {
            Some("look at the resource in AWS; applying again goes on from where it stands".into())
        }
        _ => None,
    }
}
