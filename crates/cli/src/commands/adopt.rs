//! `recon adopt`: what exists becomes the stack's own, as it is.

use recon_diff::Options;

use super::apply::{Order, carry_out};
use crate::args::{AdoptArgs, TimingsArgs};
use crate::console::Console;
use crate::engine::with_account;
use crate::{Exit, Failure};

pub fn run(args: &AdoptArgs, console: &Console) -> Result<Exit, Failure> {
    let options = Options { adopt: args.addresses.clone(), ..Options::default() };
    let untimed = TimingsArgs::default();
    let order = Order {
        stack: &args.stack,
        command: "adopt",
        question: "Take all of this over",
        auto_approve: args.auto_approve,
        allow_outage: false,
        rehearsed: true,
        full: args.full,
        timings: &untimed,
        options: &options,
        approved: None,
        waits: true,
        locks: true,
        looks_again: false,
        says_next: true,
        // tags move nothing
        beside_deployments: true,
    };
    with_account(&args.stack, console, async |mut account| {
        let plan = account.plan(&options)?;
        carry_out(&order, &account, &plan, console).await
    })
}
