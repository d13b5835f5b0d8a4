//! `recon drift`: is the account as declared?

use recon_diff::Options;

use crate::args::{DriftArgs, Format, StackArgs};
use crate::console::Console;
use crate::engine::with_account;
use crate::estate::{Answer, Before, Drift};
use crate::many::{self, Many, Told};
use crate::render::{self, Look, drift_sarif, markdown, verdict};
use crate::seen::Seen;
use crate::{Exit, Failure};

/// Lines of a code block on a page.
const MARKDOWN: Look = Look { width: 100, full: false };

pub fn run(args: &DriftArgs, console: &Console) -> Result<Exit, Failure> {
    match args.stacks.single() {
        Some(stack) => of_one(args, &stack, console),
        None => of_many(args, console),
    }
}

fn of_one(args: &DriftArgs, stack: &StackArgs, console: &Console) -> Result<Exit, Failure> {
    let before = args.since.as_deref().map(Seen::read).transpose()?;
    with_account(stack, console, async |mut account| {
        let mut plan = account.plan(&Options::default())?;
        console.calls(&account.session.calls());
        let taken = account.taken("plan");
        args.timings.add_to(&mut plan.calls, &taken);
        let seen = Seen::now(&plan, before.as_ref());
        let undo = |address: &str| undo(stack, address);
        let human = |look: Look| render::drift(&plan, Some(&account.stack), &seen, &undo, look);
        match console.format {
            Format::Markdown => console.out(&markdown::drift(&plan, &seen, &human(MARKDOWN))),
            Format::Sarif => console.out(&render::json(&drift_sarif(&plan, &account.stack, &seen))),
            _ => console.result(&render::DriftDocument { plan: &plan, seen: &seen }, human),
        }
        args.timings.tell(&[taken], console)?;
        Ok(verdict(&plan))
    })
}

fn of_many(args: &DriftArgs, console: &Console) -> Result<Exit, Failure> {
    let before = args.since.as_deref().map(Before::read).transpose()?;
    let many = Many { command: "drift", stacks: &args.stacks, timings: &args.timings, checks: false };
    many::run(&many, console, async |mut account, stack| {
        let mut plan = account.plan(&Options::default())?;
        let taken = account.taken("plan");
        args.timings.add_to(&mut plan.calls, &taken);
        let known = before.as_ref().map(|before| before.of(&stack.folder.desired));
        let seen = Seen::now(&plan, known.as_ref());
        let undo = |address: &str| undo(stack, address);
        let look = if console.format == Format::Markdown { MARKDOWN } else { console.look(false) };
        let human = render::drift(&plan, Some(&account.stack), &seen, &undo, look);
        let sarif = (console.format == Format::Sarif).then(|| drift_sarif(&plan, &account.stack, &seen));
        Ok(Told {
            exit: verdict(&plan),
            result: Answer::Drift(Box::new(Drift { plan, seen })),
            human,
            sarif,
            taken,
        })
    })
}

/// The command that brings an address back, or everything.
fn undo(stack: &StackArgs, address: &str) -> String {
    match address {
        "" => stack.again("apply"),
        address => stack.again(&format!("apply --target {address}")),
    }
}
