//! `recon plan`: what would be done.

use std::path::Path;

use recon_diff::Options;
use recon_model::plan::Plan;
use recon_observe::Look;

use super::show::{Shown, give};
use crate::args::PlanArgs;
use crate::console::Console;
use crate::engine::{Account, with_checked_account};
use crate::render::markdown::Promise;
use crate::render::verdict;
use crate::saved::Saved;
use crate::{Exit, Failure, in_flight, rehearsal};

pub fn run(args: &PlanArgs, console: &Console) -> Result<Exit, Failure> {
    let options = Options {
        targets: args.scope.target.clone(),
        replace: args.scope.replace.clone(),
        full: args.full,
        ..Options::default()
    };
    // what is kept is what is approved: of that, everything is asked
    let look = if args.out.is_some() { Look::Close } else { Look::Glance };
    with_checked_account(&args.stack, look, console, async |mut account| {
        let mut plan = account.judged(&options)?;
        if look == Look::Glance && account.look_at_ends(&plan).await {
            plan = account.judged(&options)?;
        }
        in_flight::note(&account, &mut plan).await;
        let rehearsed = match args.rehearse {
            true => rehearsal::note(&account, &mut plan, &options, None)?,
            false => true,
        };
        console.calls(&account.session.calls());
        let shown = Shown {
            command: "plan",
            plan: &plan,
            stack: Some(&account.stack),
            full: args.full,
            promise: if args.out.is_some() { Promise::Saved } else { Promise::Anew },
        };
        give(&shown, console);
        if let Some(file) = &args.out {
            keep(args, &options, &account, plan.clone(), file, console)?;
        }
        if !rehearsed {
            return Ok(Exit::Error);
        }
        Ok(if args.detailed_exitcode { verdict(&plan) } else { Exit::Clean })
    })
}

/// Writes the plan down; where to, and how to go on, is said beside the result.
fn keep(
    args: &PlanArgs,
    options: &Options,
    account: &Account,
    plan: Plan,
    file: &Path,
    console: &Console,
) -> Result<(), Failure> {
    Saved::of(&args.stack, options, &account.stack, &account.snapshot, plan)?.write(file)?;
    let sandbox = args.stack.sandbox_words();
    let line = format!("kept in {0}; to do exactly this: recon apply {0}{sandbox}\n", file.display());
    console.say(&crate::render::text::clean_lines(&line).join("\n"));
    console.say("\n");
    Ok(())
}
