//! `recon plan`: what would be done.

use recon_diff::Options;

use super::show::{Shown, give};
use crate::args::PlanArgs;
use crate::console::Console;
use crate::engine::with_checked_account;
use crate::render::verdict;
use crate::{Exit, Failure};

pub fn run(args: &PlanArgs, console: &Console) -> Result<Exit, Failure> {
    let options = Options {
        targets: args.scope.target.clone(),
        replace: args.scope.replace.clone(),
        destroy: false,
        full: args.full,
    };
    with_checked_account(&args.stack, console, async |account| {
        let plan = account.plan(&options)?;
        console.calls(&account.session.calls());
        give(&Shown { command: "plan", plan: &plan, stack: Some(&account.stack), full: args.full }, console);
        Ok(if args.detailed_exitcode { verdict(&plan) } else { Exit::Clean })
    })
}
