//! `recon drift`: is the account as declared?

use recon_diff::Options;

use crate::args::DriftArgs;
use crate::console::Console;
use crate::engine::with_account;
use crate::render::{self, verdict};
use crate::seen::Seen;
use crate::{Exit, Failure};

pub fn run(args: &DriftArgs, console: &Console) -> Result<Exit, Failure> {
    let before = args.since.as_deref().map(Seen::read).transpose()?;
    with_account(&args.stack, console, async |account| {
        let plan = account.plan(&Options::default())?;
        console.calls(&account.session.calls());
        let undo = |address: &str| match address {
            "" => args.stack.again("apply"),
            address => args.stack.again(&format!("apply --target {address}")),
        };
        let seen = Seen::now(&plan, before.as_ref());
        let document = render::DriftDocument { plan: &plan, seen: &seen };
        console.result(&document, |look| render::drift(&plan, &account.stack, &seen, &undo, look));
        Ok(verdict(&plan))
    })
}
