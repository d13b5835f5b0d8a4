//! A plan tried out before it is carried out: the account as it was read is built
//! in a sandbox, and the plan is applied there.

use std::collections::BTreeMap;
use std::sync::Arc;

use recon_apply::Report;
use recon_aws::{InProcess, Session};
use recon_diff::Options;
use recon_diff::sequence::What;
use recon_model::plan::{Notice, Plan};
use recon_model::{Address, Looked, Snapshot, Stack, Tree};
use recon_sandbox::{Sandbox, State};
use serde::Serialize;
use tokio::runtime::Builder;

use crate::Failure;
use crate::engine::Account;
use crate::render::text::clean;
use crate::render::words::doing;
use crate::sandbox::Mounted;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Rehearsal {
    /// Every step went through, and a second plan was empty.
    Passed { steps: usize },
    /// AWS would refuse these.
    Refused { steps: Vec<Refused> },
    /// Every step went through, and this would be left to do.
    LeftOver { steps: Vec<String> },
    /// The account could not be built in the sandbox as it is: nobody knows.
    Unsure { why: Vec<String> },
}

/// A step that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub address: Address,
    pub what: String,
    pub error: String,
}

impl Rehearsal {
    pub fn passed(&self) -> bool {
        matches!(self, Rehearsal::Passed { .. })
    }

    /// For people, a line each.
    pub fn lines(&self) -> Vec<String> {
        let (head, list): (String, Vec<String>) = match self {
            Rehearsal::Passed { steps } => (
                format!(
                    "rehearsed: {steps} steps went through in a copy of the account, nothing is left to do"
                ),
                vec![],
            ),
            Rehearsal::Refused { steps } => (
                "rehearsal failed: AWS would refuse".into(),
                steps
                    .iter()
                    .map(|step| format!("{} ({}): {}", step.address, step.what, step.error))
                    .collect(),
            ),
            Rehearsal::LeftOver { steps } => {
                ("rehearsal failed: a second plan would not be empty".into(), steps.clone())
            }
            Rehearsal::Unsure { why } => {
                ("not rehearsed: the sandbox cannot stand in for this account".into(), why.clone())
            }
        };
        std::iter::once(head)
            .chain(list.into_iter().map(|line| format!("  {line}")))
            .map(|line| clean(&line))
            .collect()
    }
}

/// Rehearses the plan and says in its notices what came of it: a notice a line.
/// `approved` is the plan that nothing goes beyond.
///
/// # Errors
/// When it could not be begun.
pub fn note(
    account: &Account,
    plan: &mut Plan,
    options: &Options,
    approved: Option<&Plan>,
) -> Result<bool, Failure> {
    let rehearsal = match plan.blocked().next() {
        Some(step) => Rehearsal::Unsure { why: vec![format!("{} is blocked", step.address)] },
        None => {
            let stack = without_files(&account.stack);
            rehearse(&stack, &account.snapshot, plan, options, approved)?
        }
    };
    let notice = |text| Notice { code: "REHEARSAL".into(), address: None, text };
    plan.notices.extend(rehearsal.lines().into_iter().map(notice));
    Ok(rehearsal.passed())
}

/// The stack with nothing in it that an apply would write on this disk: the copy's
/// password is nobody's, and a plan writes nothing.
fn without_files(stack: &Stack) -> Stack {
    let mut stack = stack.clone();
    for resource in stack.resources.values_mut() {
        if let Tree::Map(spec) = &mut resource.spec {
            spec.remove("password_file");
        }
    }
    stack
}

/// On a thread of its own, with a clock that waits for nobody.
///
/// # Errors
/// When no such thread can be had.
fn rehearse(
    stack: &Stack,
    snapshot: &Snapshot,
    plan: &Plan,
    options: &Options,
    approved: Option<&Plan>,
) -> Result<Rehearsal, Failure> {
    let lost = |error: &dyn std::fmt::Display| Failure::new(format!("no rehearsal could be begun: {error}"));
    std::thread::scope(|scope| {
        let work = || {
            let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
            let runtime = runtime.map_err(|error| lost(&error))?;
            runtime.block_on(Stage::play(stack, snapshot, plan, options, approved))
        };
        scope.spawn(work).join().unwrap_or_else(|_| Err(lost(&"it broke off")))
    })
}

/// A sandbox that stands in for the account.
struct Stage {
    session: Session,
}

impl Stage {
    async fn play(
        stack: &Stack,
        snapshot: &Snapshot,
        plan: &Plan,
        options: &Options,
        approved: Option<&Plan>,
    ) -> Result<Rehearsal, Failure> {
        let sandbox = Arc::new(Sandbox::new(State::new(&stack.home.account)));
        let http: Arc<dyn InProcess> = Arc::new(Mounted(sandbox));
        let connection = recon_aws::Options {
            region: Some(stack.home.region.clone()),
            profile: None,
            max_in_flight: 8,
            http: Some(http),
        };
        let stage = Self { session: Session::connect(connection).await? };
        let empty = stage.observe(stack).await?;
        let copy = recon_diff::observed(stack, snapshot, plan, &ids(snapshot, &empty));
        let nothing = stage.observe(&copy).await?;
        let building = recon_diff::plan(&copy, &nothing, &Options::default());
        let built = stage.apply(&copy, &nothing, &building).await?;
        if !built.is_whole() {
            let why = built.failed.iter().map(|failed| format!("{}: {}", failed.address, failed.error));
            return Ok(Rehearsal::Unsure { why: why.collect() });
        }
        let there = stage.observe(stack).await?;
        let only =
            |plan: Plan| approved.map_or_else(|| plan.clone(), |saved| recon_diff::approved(saved, &plan));
        let here = only(recon_diff::plan(stack, &there, options));
        let strange = differences(plan, &here);
        if !strange.is_empty() {
            return Ok(Rehearsal::Unsure { why: strange });
        }
        let report = stage.apply(stack, &there, &here).await?;
        if !report.is_whole() {
            let refused = |failed: &recon_apply::Failed| Refused {
                address: failed.address.clone(),
                what: word(failed.what),
                error: failed.error.clone(),
            };
            return Ok(Rehearsal::Refused { steps: report.failed.iter().map(refused).collect() });
        }
        let after = stage.observe(stack).await?;
        // what was forced once is not forced again
        let again = Options { replace: Vec::new(), ..options.clone() };
        let left = steps(&only(recon_diff::plan(stack, &after, &again)));
        Ok(match left.is_empty() {
            true => Rehearsal::Passed { steps: steps(plan).len() },
            false => Rehearsal::LeftOver { steps: left.into_values().collect() },
        })
    }

    async fn observe(&self, stack: &Stack) -> Result<Snapshot, Failure> {
        Ok(recon_observe::observe(stack, &self.session, &()).await?)
    }

    async fn apply(&self, stack: &Stack, snapshot: &Snapshot, plan: &Plan) -> Result<Report, Failure> {
        let options = recon_apply::Options::default();
        Ok(recon_apply::apply(stack, snapshot, plan, &self.session, &options, &()).await?)
    }
}

fn word(what: What) -> String {
    doing(what).to_string()
}

/// The ids of the account's network, and what stands for them in the sandbox.
fn ids(account: &Snapshot, sandbox: &Snapshot) -> BTreeMap<String, String> {
    let texts = |looked: &Looked| -> Vec<String> {
        match looked {
            Looked::Up(value) => match value.as_array() {
                Some(items) => items.iter().filter_map(|item| item.as_str().map(str::to_string)).collect(),
                None => value.as_str().map(str::to_string).into_iter().collect(),
            },
            Looked::Failed(_) => Vec::new(),
        }
    };
    let pairs =
        account.lookups.iter().filter_map(|(address, here)| Some((here, sandbox.lookups.get(address)?)));
    pairs.flat_map(|(here, there)| texts(here).into_iter().zip(texts(there))).collect()
}

/// What changes, in a word each.
fn steps(plan: &Plan) -> BTreeMap<Address, String> {
    let changing = plan.steps.iter().filter(|step| step.action.word() != "keep");
    changing.map(|step| (step.address.clone(), format!("{} {}", step.action.word(), step.address))).collect()
}

/// Where a plan for the copy is another one than for the account.
fn differences(account: &Plan, copy: &Plan) -> Vec<String> {
    let (here, there) = (steps(account), steps(copy));
    let nothing = "nothing".to_string();
    let addresses: std::collections::BTreeSet<&Address> = here.keys().chain(there.keys()).collect();
    addresses
        .into_iter()
        .filter(|address| here.get(address) != there.get(address))
        .map(|address| {
            let (here, there) =
                (here.get(address).unwrap_or(&nothing), there.get(address).unwrap_or(&nothing));
            format!("{address}: the plan says {here}, in the copy it would be {there}")
        })
        .collect()
}
