//! `recon destroy`: the end of everything that the stack owns.

use recon_diff::Options;

use super::apply::{Order, carry_out};
use crate::args::DestroyArgs;
use crate::console::Console;
use crate::engine::{Account, with_account};
use crate::{Exit, Failure, in_flight};

pub fn run(args: &DestroyArgs, console: &Console) -> Result<Exit, Failure> {
    let options = Options { targets: args.target.clone(), destroy: true, ..Options::default() };
    let order = Order {
        stack: &args.stack,
        command: "destroy",
        question: "Delete all of this",
        auto_approve: args.auto_approve,
        allow_outage: true,
        rehearsed: true,
        full: false,
        timings: &args.timings,
        options: &options,
        approved: None,
        waits: true,
        locks: !args.no_lock,
        looks_again: false,
        says_next: false,
        beside_deployments: args.deployments.ignore_deployments,
    };
    with_account(&args.stack, console, async |mut account| {
        let make = |account: &mut Account| account.plan(&options);
        let plan = in_flight::planned(&args.deployments, &mut account, console, make).await?;
        carry_out(&order, &account, &plan, console).await
    })
}
