//! The check that stands before every plan, and the one that goes with it.

use std::collections::BTreeMap;

use recon_model::plan::{Action, Because, Notice, Plan};
use recon_model::{Address, Snapshot, Stack};
use recon_rules::{Finding, Severity, check, live};

use crate::Failure;
use crate::console::Console;
use crate::failure::Findings;
use crate::render::findings::{Line, human};

/// Stops on errors, before AWS is asked anything; warnings are told and let through.
///
/// # Errors
/// Everything that was found, warnings too, if there is an error among it.
pub fn pass(stack: &Stack, console: &Console) -> Result<(), Failure> {
    let lines: Vec<Line> = check(stack).into_iter().map(|finding| Line::of(finding, stack)).collect();
    if lines.iter().any(|line| line.severity == Severity::Error) {
        return Err(Failure::Findings(Box::new(Findings { lines, sources: stack.sources.clone() })));
    }
    if !lines.is_empty() {
        console.say(&human(&lines, &stack.sources, console.look(false)));
    }
    Ok(())
}

/// What rules say of a plan, with the account before their eyes.
pub struct Judged {
    /// Steps that AWS would refuse, or that could not work.
    pub blocked: BTreeMap<Address, Because>,
    pub notices: Vec<Notice>,
}

/// Under `--target` only what the plan is about counts.
pub fn judge(stack: &Stack, snapshot: &Snapshot, plan: &Plan, options: &recon_diff::Options) -> Judged {
    let mut judged = Judged { blocked: BTreeMap::new(), notices: Vec::new() };
    let changes = |address: &Address| {
        let step = plan.steps.iter().find(|step| step.address == *address);
        step.is_some_and(|step| !matches!(step.action, Action::Keep | Action::Blocked(_)))
    };
    for finding in live(stack, snapshot, plan) {
        let moves = finding.address.as_ref().is_some_and(changes);
        let text = words(&finding, stack);
        match finding.address {
            _ if finding.severity == Severity::Advice => {}
            Some(address) if moves && finding.severity == Severity::Error => {
                // a step's reason is shown without its code
                let text = format!("{}: {text}", finding.rule.id);
                judged.blocked.entry(address).or_insert_with(|| Because::new(finding.rule.id, text));
            }
            _ if !moves && !options.targets.is_empty() => {}
            address => judged.notices.push(Notice { code: finding.rule.id.into(), address, text }),
        }
    }
    judged
}

fn words(finding: &Finding, stack: &Stack) -> String {
    let text = format!("{} ({}): {}", finding.message, stack.sources.place(finding.span), finding.fix);
    stack.secrets.without(&text)
}
