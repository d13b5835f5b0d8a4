//! `recon apply`: show the plan, ask, do it.

use std::sync::Arc;

use recon_apply::guard::Guard;
use recon_apply::{Report, Stop};
use recon_diff::Options;
use recon_diff::sequence::operations;
use recon_diff::timing::Timing;
use recon_model::plan::{Plan, Step, Summary};
use recon_model::{Address, Snapshot};

use crate::afterwards::Done;
use crate::args::{ApplyArgs, StackArgs, TimingsArgs};
use crate::ask;
use crate::console::Console;
use crate::engine::{Account, with_checked_account};
use crate::guarded::{self, Ended, guarded};
use crate::progress::Applying;
use crate::progress::board::Board;
use crate::render::report::{Outcome, Run};
use crate::render::{self, Look};
use crate::saved::Saved;
use crate::{Exit, Failure, in_flight, rehearsal};

pub fn run(args: &ApplyArgs, console: &Console) -> Result<Exit, Failure> {
    let saved = args.plan.as_deref().map(Saved::open).transpose()?;
    let stack = saved.as_ref().map_or_else(|| args.stack.clone(), |saved| saved.stack_args(&args.stack));
    let options = match &saved {
        Some(saved) => saved.options(),
        None => Options {
            targets: args.scope.target.clone(),
            replace: args.scope.replace.clone(),
            full: args.full,
            ..Options::default()
        },
    };
    let mut order = Order {
        stack: &stack,
        rehearsed: true,
        command: "apply",
        approved: saved.as_ref().map(|saved| &saved.plan),
        question: "Do all of this",
        auto_approve: args.auto_approve,
        allow_outage: args.allow_outage,
        full: args.full,
        timings: &args.timings,
        options: &options,
        waits: !args.no_wait,
        locks: !args.no_lock,
        looks_again: true,
        says_next: false,
        beside_deployments: args.deployments.ignore_deployments,
    };
    with_checked_account(&stack, recon_observe::Look::Close, console, async |mut account| {
        let make = |account: &mut Account| account.judged(&options);
        let mut plan = in_flight::planned(&args.deployments, &mut account, console, make).await?;
        if let Some(saved) = &saved {
            plan = saved.renewed(&account.stack, &account.snapshot, &plan)?;
        }
        if args.rehearse && !rehearsal::note(&account, &mut plan, &options, order.approved)? {
            order.rehearsed = false;
        }
        carry_out(&order, &account, &plan, console).await
    })
}

/// What was asked for, and how.
pub struct Order<'a> {
    pub stack: &'a StackArgs,
    pub command: &'a str,
    pub question: &'a str,
    pub auto_approve: bool,
    pub allow_outage: bool,
    /// It was not rehearsed, or went well there.
    pub rehearsed: bool,
    pub full: bool,
    pub timings: &'a TimingsArgs,
    pub options: &'a Options,
    /// A saved plan: nothing beyond it is done.
    pub approved: Option<&'a Plan>,
    /// Wait until load balancers are active and services steady.
    pub waits: bool,
    /// Keep others off the stack by a lock in AWS.
    pub locks: bool,
    /// Read once more afterwards.
    pub looks_again: bool,
    /// Say what the plan for what was taken over is.
    pub says_next: bool,
    /// Nobody looks for deployments that are under way.
    pub beside_deployments: bool,
}

impl Order<'_> {
    /// What of a plan made now may be carried out.
    pub fn limited(&self, fresh: Plan) -> Plan {
        match self.approved {
            Some(saved) => recon_diff::approved(saved, &fresh),
            None => fresh,
        }
    }
}

/// From a plan to its report, if nothing stands in the way.
pub async fn carry_out(
    order: &Order<'_>,
    account: &Account,
    plan: &Plan,
    console: &Console,
) -> Result<Exit, Failure> {
    console.calls(&account.session.calls());
    let look = console.look(order.full);
    let shown = render::plan(order.command, plan, look);
    // the one document on standard output is the report's
    if console.is_json() {
        console.say(&shown)
    } else {
        console.out(&shown)
    }
    if plan.is_empty() {
        guarded::settle(account, plan).await?;
        account.keep()?;
        return end(order, account, plan, Outcome::Nothing, None, None, console);
    }
    if let Some(refusal) = refusal(order, plan, console) {
        console.say(&render::failure(&refusal, look));
        return end(order, account, plan, Outcome::Refused, None, None, console);
    }
    let work = async |fresh: &Snapshot, guard: &Guard, stop: &Stop| {
        in_full(order, account, fresh, plan, &Means { guard, stop, console }).await
    };
    let ended = guarded(order, account, plan, console, work).await;
    // what was done stays done, also where the work failed half way
    account.keep()?;
    let report = match ended? {
        Ended::Told(report) => report,
        Ended::AtOnce => return end(order, account, plan, Outcome::Interrupted, None, None, console),
    };
    let outcome = match (report.is_whole(), report.stopped && report.failed.is_empty()) {
        (true, _) => Outcome::Done,
        (false, true) => Outcome::Interrupted,
        (false, false) => Outcome::Failed,
    };
    let next = match order.says_next && outcome == Outcome::Done {
        true => Some(plan_of_now(account, &order.options.adopt).await?),
        false => None,
    };
    console.calls(&account.session.calls());
    end(order, account, plan, outcome, Some(&report), next.as_ref(), console)
}

/// What a run works with.
pub struct Means<'a> {
    guard: &'a Guard,
    stop: &'a Stop,
    pub console: &'a Console,
}

/// The plan, and what it left over.
async fn in_full(
    order: &Order<'_>,
    account: &Account,
    snapshot: &Snapshot,
    plan: &Plan,
    means: &Means<'_>,
) -> Result<Report, Failure> {
    let mut report = walk(order, account, snapshot, plan, means).await?;
    if order.looks_again && report.is_whole() && !means.stop.asked() {
        let done = Done { plan, before: snapshot };
        done.second_pass(order, account, means, &mut report).await?;
    }
    Ok(report)
}

/// The plan for these as things are now.
async fn plan_of_now(account: &Account, addresses: &[Address]) -> Result<Plan, Failure> {
    let snapshot = recon_observe::observe(&account.stack, &account.session, &()).await?;
    let mut plan = recon_diff::plan(&account.stack, &snapshot, &Options::default());
    plan.steps.retain(|step| addresses.contains(&step.address));
    plan.summary = Summary::of(&plan.steps);
    Ok(plan)
}

/// Carries a plan out.
pub async fn walk(
    order: &Order<'_>,
    account: &Account,
    snapshot: &Snapshot,
    plan: &Plan,
    means: &Means<'_>,
) -> Result<Report, Failure> {
    let Account { stack, session, .. } = account;
    let timing = Timing::of(stack, snapshot);
    let title = format!("{} · plan {}", plan.stack, plan.id);
    let graph = operations(stack, snapshot, &plan.steps);
    let listener = Applying::new(Board::new(&title, &graph, |operation| timing.operation(operation)));
    let options = recon_apply::Options {
        parallelism: order.stack.aws.operations(),
        wait: order.waits,
        journal: Arc::clone(&means.guard.journal),
        stop: means.stop.clone(),
    };
    Ok(recon_apply::apply(stack, snapshot, plan, session, &options, &listener).await?)
}

/// Why the plan is not carried out, if so.
fn refusal(order: &Order<'_>, plan: &Plan, console: &Console) -> Option<Failure> {
    let blocked = plan.blocked().count();
    if blocked > 0 {
        let words = if blocked == 1 { "a step is".to_string() } else { format!("{blocked} steps are") };
        return Some(
            Failure::new(format!("nothing was done: {words} blocked"))
                .help("each says above what to do; --target works on a part of the stack"),
        );
    }
    if !order.rehearsed {
        return Some(
            Failure::new("nothing was done: the rehearsal did not go through")
                .help("the plan above says where; without --rehearse it is tried in the account itself"),
        );
    }
    if let Some(refusal) = in_flight::refusal(plan) {
        return Some(refusal);
    }
    let down = outages(plan);
    if order.auto_approve {
        return (!down.is_empty() && !order.allow_outage).then(|| {
            Failure::new(format!(
                "nothing was done: there would be no service for a while: {}",
                down.join(", ")
            ))
            .help("add --allow-outage if that is meant; `replace` and `name_prefix` can avoid it")
        });
    }
    if !ask::somebody_is_there() {
        return Some(
            Failure::new("nothing was done: there is no terminal on which to ask")
                .help("read the plan, then add --auto-approve"),
        );
    }
    let warning = match down.is_empty() {
        true => String::new(),
        false => {
            format!("\nThere will be no service for a while: {}.", render::text::clean(&down.join(", ")))
        }
    };
    let question = format!("{warning}\n{} in {}/{}?", order.question, plan.account, plan.region);
    (!ask::confirmed(console, &question)).then(|| Failure::new("nothing was done: the answer was not `yes`"))
}

/// What has no service for how long.
fn outages(plan: &Plan) -> Vec<String> {
    let down = |step: &Step| Some(format!("{} {}", step.address, render::about(step.outage()?)));
    plan.steps.iter().filter_map(down).collect()
}

fn end(
    order: &Order<'_>,
    account: &Account,
    plan: &Plan,
    outcome: Outcome,
    report: Option<&Report>,
    next: Option<&Plan>,
    console: &Console,
) -> Result<Exit, Failure> {
    // not --replace: what it asked for may be done already
    let targets = order.options.targets.iter().map(|address| format!(" --target {address}"));
    let adopted = order.options.adopt.iter().map(|address| format!(" {address}"));
    let again =
        order.stack.again(&format!("{}{}", order.command, targets.chain(adopted).collect::<String>()));
    let taken = account.taken("plan and apply");
    let calls = account.asked(order.timings, &taken);
    let run = Run { command: order.command, plan, outcome, report, next, again: &again, calls };
    if console.is_json() {
        console.out(&render::json(&run.document()));
    } else {
        let look: Look = console.look(order.full);
        console.out(&run.human(look));
    }
    order.timings.tell(&[taken], console)?;
    Ok(match outcome {
        Outcome::Done | Outcome::Nothing => Exit::Clean,
        Outcome::Refused | Outcome::Failed => Exit::Error,
        Outcome::Interrupted => Exit::Interrupted,
    })
}
