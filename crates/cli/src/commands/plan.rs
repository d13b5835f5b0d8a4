//! `recon plan`: what would be done.

use recon_diff::Options;

use crate::args::PlanArgs;
use crate::console::Console;
use crate::engine::with_account;
use crate::render::{self, verdict};
use crate::{Exit, Failure};

pub fn run(args: &PlanArgs, console: &Console) -> Result<Exit, Failure> {
    let options = Options {
        targets: args.scope.target.clone(),
        replace: args.scope.replace.clone(),
        destroy: false,
        full: args.full,
    };
    with_account(&args.stack, console, async |account| {
        let plan = account.plan(&options)?;
        console.calls(&account.session.calls());
        console.result(&plan, |look| render::plan("plan", &plan, look.full(args.full)));
        Ok(if args.detailed_exitcode { verdict(&plan) } else { Exit::Clean })
    })
}
