//! `recon drift`: is the account as declared?

use recon_diff::Options;

use crate::args::DriftArgs;
use crate::console::Console;
use crate::engine::with_account;
use crate::render::{self, verdict};
use crate::{Exit, Failure};

pub fn run(args: &DriftArgs, console: &Console) -> Result<Exit, Failure> {
    with_account(&args.stack, console, async |mut account| {
        let plan = account.plan(&Options::default())?;
        console.calls(&account.session.calls());
        let undo = |address: &str| match address {
            "" => args.stack.again("apply"),
            address => args.stack.again(&format!("apply --target {address}")),
        };
        console.result(&plan, |look| render::drift(&plan, &account.stack, &undo, look));
        Ok(verdict(&plan))
    })
}
