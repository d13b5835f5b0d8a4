//! `recon plan`: what would be done.

use std::path::Path;

use recon_diff::Options;
use recon_model::plan::Plan;
use recon_observe::Look;

use super::show::{Shown, give};
use crate::args::{PlanArgs, StackArgs};
use crate::console::Console;
use crate::engine::{Account, with_checked_account};
use crate::estate::Answer;
use crate::many::{self, Many, Told};
use crate::render::markdown::Promise;
use crate::render::{self, verdict};
use crate::saved::Saved;
use crate::{Exit, Failure, in_flight, rehearsal};

pub fn run(args: &PlanArgs, console: &Console) -> Result<Exit, Failure> {
    match args.stacks.single() {
        Some(stack) => of_one(args, &stack, console),
        None => of_many(args, console),
    }
}

fn of_one(args: &PlanArgs, stack: &StackArgs, console: &Console) -> Result<Exit, Failure> {
    let options = options(args);
    // what is kept is what is approved: of that, everything is asked
    let look = if args.out.is_some() { Look::Close } else { Look::Glance };
    with_checked_account(stack, look, console, async |mut account| {
        let (mut plan, rehearsed) = planned(args, &options, &mut account).await?;
        console.calls(&account.session.calls());
        let taken = account.taken("plan");
        args.timings.add_to(&mut plan.calls, &taken);
        let shown = Shown {
            command: "plan",
            plan: &plan,
            stack: Some(&account.stack),
            full: args.full,
            promise: if args.out.is_some() { Promise::Saved } else { Promise::Anew },
        };
        give(&shown, console);
        args.timings.tell(&[taken], console)?;
        if let Some(file) = &args.out {
            // what this run took is nothing that apply could carry out
            plan.calls.timings = None;
            keep(stack, &options, &account, plan.clone(), file, console)?;
        }
        if !rehearsed {
            return Ok(Exit::Error);
        }
        Ok(if args.detailed_exitcode { verdict(&plan) } else { Exit::Clean })
    })
}

fn of_many(args: &PlanArgs, console: &Console) -> Result<Exit, Failure> {
    let options = options(args);
    let many = Many { command: "plan", stacks: &args.stacks, timings: &args.timings, checks: true };
    many::run(&many, console, async |mut account, _| {
        let (mut plan, rehearsed) = planned(args, &options, &mut account).await?;
        let taken = account.taken("plan");
        args.timings.add_to(&mut plan.calls, &taken);
        let exit = match args.detailed_exitcode {
            _ if !rehearsed => Exit::Error,
            true => verdict(&plan),
            false => Exit::Clean,
        };
        let human = render::plan("plan", &plan, console.look(args.full));
        Ok(Told { exit, result: Answer::Plan(Box::new(plan)), human, sarif: None, taken })
    })
}

fn options(args: &PlanArgs) -> Options {
    Options {
        targets: args.scope.target.clone(),
        replace: args.scope.replace.clone(),
        full: args.full,
        ..Options::default()
    }
}

/// The plan of a stack, and whether it went through a rehearsal, if there was one.
async fn planned(args: &PlanArgs, options: &Options, account: &mut Account) -> Result<(Plan, bool), Failure> {
    let mut plan = account.judged(options)?;
    if args.out.is_none() && account.look_at_ends(&plan).await {
        plan = account.judged(options)?;
    }
    in_flight::note(account, &mut plan).await;
    account.count(&mut plan);
    let rehearsed = match args.rehearse {
        true => rehearsal::note(account, &mut plan, options, None)?,
        false => true,
    };
    Ok((plan, rehearsed))
}

/// Writes the plan down; where to, and how to go on, is said beside the result.
fn keep(
    stack: &StackArgs,
    options: &Options,
    account: &Account,
    plan: Plan,
    file: &Path,
    console: &Console,
) -> Result<(), Failure> {
    Saved::of(stack, options, &account.stack, &account.snapshot, plan)?.write(file)?;
    let sandbox = stack.sandbox_words();
    let line = format!("kept in {0}; to do exactly this: recon apply {0}{sandbox}\n", file.display());
    console.say(&crate::render::text::clean_lines(&line).join("\n"));
    console.say("\n");
    Ok(())
}
