//! `recon drift`: is the account as declared?

use recon_diff::Options;

use crate::args::{DriftArgs, Format};
use crate::console::Console;
use crate::engine::with_account;
use crate::render::{self, Look, drift_sarif, markdown, verdict};
use crate::seen::Seen;
use crate::{Exit, Failure};

/// Lines of a code block on a page.
const MARKDOWN: Look = Look { width: 100, full: false };

pub fn run(args: &DriftArgs, console: &Console) -> Result<Exit, Failure> {
    let before = args.since.as_deref().map(Seen::read).transpose()?;
    with_account(&args.stack, console, async |mut account| {
        let plan = account.plan(&Options::default())?;
        console.calls(&account.session.calls());
        let undo = |address: &str| match address {
            "" => args.stack.again("apply"),
            address => args.stack.again(&format!("apply --target {address}")),
        };
        let seen = Seen::now(&plan, before.as_ref());
        let human = |look: Look| render::drift(&plan, &account.stack, &seen, &undo, look);
        match console.format {
            Format::Markdown => console.out(&markdown::drift(&plan, &seen, &human(MARKDOWN))),
            Format::Sarif => console.out(&render::json(&drift_sarif(&plan, &account.stack, &seen))),
            _ => console.result(&render::DriftDocument { plan: &plan, seen: &seen }, human),
        }
        Ok(verdict(&plan))
    })
}
