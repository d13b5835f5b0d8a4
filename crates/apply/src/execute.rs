//! The walk over the graph of operations.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{FutureExt, LocalBoxFuture};
use futures_util::stream::{FuturesUnordered, StreamExt};
use petgraph::Direction;
use petgraph::graph::NodeIndex;
use recon_aws::{AwsError, Session};
use recon_diff::sequence::{Graph, Operation, What, operations};
use recon_diff::timing::is_service;
use recon_diff::{bridge, matched, secrets, without};
use recon_model::plan::{Action, Plan, ReplaceOrder};
use recon_model::{Address, Found, KindId, Snapshot, Stack};
use tokio::time::Instant;

use crate::bridging::Bridging;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::kinds;
use crate::report::{Done, Event, Failed, Listener, Report};

/// How a plan is carried out.
#[derive(Debug, Clone)]
pub struct Options {
    /// Operations under way at once.
    pub parallelism: usize,
    /// Wait until load balancers are active and services steady.
    pub wait: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { parallelism: 10, wait: true }
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
    let cx = Cx::new(stack, snapshot, &account, session.region(), session.writer(), listener);
    let matched = matched(stack, snapshot);
    let mut found: BTreeMap<Address, &Found> = matched.declared;
    found.extend(matched.leftovers.iter().map(|(address, orphan)| (address.clone(), &orphan.found)));
    for (address, found) in &found {
        cx.publish(address, found.exports.clone());
    }
    let run = Run { cx: &cx, plan, found: &found, wait: options.wait, listener, secrets: secrets(stack) };
    Ok(run.walk(&operations(stack, snapshot, &plan.steps), options).await)
}

struct Run<'a> {
    cx: &'a Cx<'a>,
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
    Made(NodeIndex),
    /// It is over.
    Over(Operation, f64, Result<String, Failure>),
}

impl<'a> Run<'a> {
    async fn walk(&self, graph: &Graph, options: &Options) -> Report {
        let mut waiting: BTreeMap<NodeIndex, usize> = graph
            .node_indices()
            .map(|node| (node, graph.neighbors_directed(node, Direction::Incoming).count()))
            .collect();
        let mut running: FuturesUnordered<LocalBoxFuture<'_, Came>> = FuturesUnordered::new();
        let mut report = Report::default();
        let mut in_the_air = 0_usize;
        loop {
            if report.failed.is_empty() {
                let free = options.parallelism.max(1).saturating_sub(in_the_air);
                let ready: Vec<NodeIndex> = waiting
                    .iter()
                    .filter(|(_, before)| **before == 0)
                    .map(|(node, _)| *node)
                    .take(free)
                    .collect();
                for node in ready {
                    waiting.remove(&node);
                    in_the_air += 1;
                    self.begin(graph, node, &running);
                }
            }
            match running.next().await {
                None => break,
                Some(Came::Made(node)) => {
                    in_the_air -= 1;
                    for next in graph.neighbors_directed(node, Direction::Outgoing) {
                        if let Some(before) = waiting.get_mut(&next) {
                            *before -= 1;
                        }
                    }
                }
                Some(Came::Over(operation, seconds, result)) => {
                    self.over(operation, seconds, result, &mut report)
                }
            }
        }
        let left: BTreeSet<Address> = waiting.keys().map(|node| graph[*node].address.clone()).collect();
        report.not_started = left.into_iter().collect();
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
                match wait.await {
                    Ok(()) => Came::Made(node),
                    // it failed before it was made: nobody goes on
                    Err(_) => Came::Made(NodeIndex::end()),
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
                report.done.push(Done { address, what, seconds, note });
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
        if operation.what == What::Delete {
            let kind = resource.map(|r| r.kind).or_else(|| KindId::named(&address.kind));
            if let (Some(live), Some(kind)) = (live, kind) {
                kinds::delete(self.cx, kind, live, live.forced(resource)).await?;
            }
            // those who wait for the end may go on; the send fails only when the walk is over
            let _ = made.send(());
            return Ok(String::new());
        }
        let resource = resource.ok_or_else(|| Failure::Refused(format!("{address} is not declared")))?;
        if operation.what == What::Tidy {
            kinds::tidy(self.cx, &Item::new(self.cx, resource, None)?).await?;
            // the send fails only when the walk is over
            let _ = made.send(());
            return Ok(String::new());
        }
        let (item, exports) = match (operation.what, live) {
            (What::Update, Some(live)) => {
                let changed = self.changed(address);
                let item = match changed.any() || self.says_fields(address) {
                    true => Item::updating(self.cx, resource, &live.spec, &changed)?,
                    false => Item::owning(self.cx, resource, live),
                };
                let exports = kinds::update(self.cx, &item, live, &changed).await?;
                (item, exports)
            }
            _ => {
                let item = Item::new(self.cx, resource, live.map(|found| &found.spec))?;
                if self.succeeds(address) {
                    return self.succeed(item, made).await;
                }
                let exports = kinds::create(self.cx, &item).await?;
                (item, exports)
            }
        };
        self.settle(&item, exports, made).await
    }

    /// Is it made while the service that it replaces still runs?
    fn succeeds(&self, address: &Address) -> bool {
        let step = self.plan.step(address).map(|step| &step.action);
        is_service(address) && matches!(step, Some(Action::Replace(_, ReplaceOrder::CreateFirst)))
    }

    /// The old one ends only when the new one has its traffic.
    async fn succeed(
        &self,
        mut item: Item<'_>,
        made: tokio::sync::oneshot::Sender<()>,
    ) -> Result<String, Failure> {
        let step = self.plan.step(item.address);
        let bridge = step.and_then(|step| bridge(self.cx.stack, self.found, step));
        let bridging = bridge.map(|bridge| Bridging { bridge, found: self.found });
        if let Some(bridging) = &bridging {
            bridging.point(self.cx, &mut item)?;
            bridging.open(self.cx).await?;
        }
        let exports = kinds::create(self.cx, &item).await?;
        self.cx.publish(item.address, exports.clone());
        let note = kinds::settle(self.cx, &item, &exports).await?;
        if let Some(bridging) = &bridging {
            bridging.cross(self.cx).await?;
        }
        // the send fails only when the walk is over
        let _ = made.send(());
        Ok(note)
    }

    async fn settle(
        &self,
        item: &Item<'_>,
        exports: Exports,
        made: tokio::sync::oneshot::Sender<()>,
    ) -> Result<String, Failure> {
        self.cx.publish(item.address, exports.clone());
        // the send fails only when the walk is over
        let _ = made.send(());
        if !self.wait {
            return Ok("not waited for".into());
        }
        kinds::settle(self.cx, item, &exports).await
    }

    /// Does the step change more than whose it is?
    fn says_fields(&self, address: &Address) -> bool {
        self.plan.step(address).is_some_and(|step| !step.fields.is_empty())
    }

    /// The top-level fields that the plan says differ.
    fn changed(&self, address: &Address) -> Changed {
        let Some(step) = self.plan.step(address) else { return Changed::default() };
        let mut changed = Changed::default();
        for change in &step.fields {
            let root = change.path.split(['.', '[']).next().unwrap_or_default();
            if root == "tags" || kept(&step.address, root) {
                changed.tags = true;
            } else {
                changed.fields.insert(root.to_string());
                changed.paths.insert(change.path.clone());
            }
        }
        for because in step.action.because() {
            match (because.code.as_str(), &because.field) {
                ("CASCADE", Some(field)) => {
                    changed.fields.insert(field.clone());
                }
                ("MOVED" | "ADOPT", _) => changed.tags = true,
                _ => {}
            }
        }
        changed.tags |= matches!(step.action, Action::Adopt(_));
        changed
    }
}

/// Is it a setting that stands in a tag?
fn kept(address: &Address, field: &str) -> bool {
    let kind = KindId::named(&address.kind).map(KindId::kind);
    kind.and_then(|kind| kind.fields().field(field)).is_some_and(|field| field.kept)
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
