//! A run that changes an account: alone, noted, and stopped when asked.

use std::path::Path;

use recon_apply::guard::{self, Guard, Lock, Refused};
use recon_apply::journal::{End, Head};
use recon_apply::lock::Holder;
use recon_apply::{Report, Stop, journal};
use recon_model::Snapshot;
use recon_model::load::words;
use recon_model::plan::{Action, Plan, Step};

use crate::args::FOLDER;
use crate::commands::apply::Order;
use crate::console::Console;
use crate::engine::Account;
use crate::render::text::clean;
use crate::signals::Signals;
use crate::{Failure, in_flight};

/// How it came to its end.
pub enum Ended {
    Told(Report),
    /// Somebody could not wait: what was under way has no end.
    AtOnce,
}

/// Nothing is left to do: what earlier runs left open is closed.
pub async fn settle(account: &Account, plan: &Plan) -> Result<(), Failure> {
    if account.past.is_empty() {
        return Ok(());
    }
    let head = Head::new("apply", plan, &host());
    guard::settle(&account.session, Path::new(FOLDER), &head).await.map_err(|refused| told(refused, account))
}

/// Takes hold of the stack, makes sure that the plan is still the plan, and works.
pub async fn guarded(
    order: &Order<'_>,
    account: &Account,
    plan: &Plan,
    console: &Console,
    work: impl AsyncFnOnce(&Snapshot, &Guard, &Stop) -> Result<Report, Failure>,
) -> Result<Ended, Failure> {
    let mut signals = Signals::listen();
    let stop = Stop::default();
    let head = Head::new(order.command, plan, &host());
    let guard = Guard::begin(&account.session, Path::new(FOLDER), head, order.locks).await;
    let guard = guard.map_err(|refused| told(refused, account))?;
    let working = async {
        // between the plan and the lock somebody else may have been at work
        let fresh = recon_observe::observe(&account.stack, &account.session, &()).await?;
        let now = order.limited(recon_diff::plan(&account.stack, &fresh, order.options));
        if doing(&now).ne(doing(plan)) {
            return Err(Failure::new("nothing was done: what is there has changed since the plan was made")
                .help("somebody else was at work meanwhile: run it again and read the new plan"));
        }
        if !order.beside_deployments {
            in_flight::again(account, &fresh, &now).await?;
        }
        work(&fresh, &guard, &stop).await
    };
    let report = tokio::select! {
        report = working => report,
        () = signals.twice(&stop, console) => {
            console.say(&at_once(guard.journal.path()));
            return Ok(Ended::AtOnce);
        }
    };
    let whole = report.as_ref().is_ok_and(Report::is_whole);
    let how = if whole { End::Done } else { End::Stopped };
    // a part of the stack says nothing of what is left of the rest
    let settles = whole && order.options.targets.is_empty();
    let ended = guard.end(&account.session, how, settles).await;
    match ended {
        Ok(Lock::Given) => {}
        Ok(Lock::Lost(by)) => console.say(&lost(by.as_ref())),
        Err(error) => console.say(&format!(
            "the lock could not be given back: {}\nwhen nobody is at work: recon unlock\n",
            clean(&error.to_string())
        )),
    }
    report.map(Ended::Told)
}

/// Somebody said that this run was dead.
fn lost(by: Option<&Holder>) -> String {
    let who = by.map_or_else(String::new, |holder| format!(", and now {} holds it", holds(holder)));
    format!(
        "the lock was taken away while this run was at work{who}\n\
         somebody else may have changed the stack at the same time: run `recon plan` and read it\n"
    )
}

/// Steps that change something.
fn doing(plan: &Plan) -> impl Iterator<Item = &Step> {
    plan.steps.iter().filter(|step| step.action != Action::Keep)
}

fn at_once(journal: &Path) -> String {
    format!(
        "stopped at once: what was under way has no end. {} says what was asked of AWS; \
         the next run reads what is there, and goes on from it.\n",
        journal.display()
    )
}

/// The name of this machine.
pub fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

fn told(refused: Refused, account: &Account) -> Failure {
    match refused {
        Refused::Folder { path, error } => {
            Failure::new(format!("nothing was done: {} cannot be written: {}", path.display(), words(&error)))
                .help(
                    "the journal goes there, so that a run that is cut off can be finished: \
                 make the folder writable, or run recon in another one",
                )
        }
        Refused::Here(head) => Failure::new(format!(
            "nothing was done: `recon {}` is at work on this stack, process {} on this machine, since {}",
            head.command,
            head.pid,
            journal::rfc3339(head.at)
        ))
        .help("wait until it is done"),
        Refused::There(holder) => {
            let text =
                format!("nothing was done: the stack `{}` is locked\n{}", account.stack.name, holds(&holder));
            Failure::new(text).help("wait until it is done; if its holder is dead: recon unlock")
        }
        Refused::Aws(error) => {
            let failure = Failure::new(format!("nothing was done: the stack cannot be locked: {error}"));
            match error.kind {
                recon_aws::Kind::AccessDenied => failure.help(
                    "allow logs:CreateLogGroup, logs:TagResource, logs:ListTagsForResource and logs:DeleteLogGroup on \
                     /recon/lock/*, or add --no-lock where nobody else can be at work",
                ),
                _ => failure,
            }
        }
    }
}

/// Who, where, since when.
pub fn holds(holder: &Holder) -> String {
    let Holder { run, command, who, host, since } = holder;
    clean(&format!("`recon {command}` by {who} on {host}, since {since} (run {run})"))
}
