//! The check that stands before every plan.

use recon_model::Stack;
use recon_rules::{Severity, check};

use crate::Failure;
use crate::console::Console;
use crate::failure::Findings;
use crate::render::findings::{Line, human};

/// Stops on errors, before AWS is asked anything; warnings are told and let through.
///
/// # Errors
/// Everything that was found, warnings too, if there is an error among it.
pub fn pass(stack: &Stack, console: &Console) -> Result<(), Failure> {
    let lines: Vec<Line> = check(stack).into_iter().map(Line::from).collect();
    if lines.iter().any(|line| line.severity == Severity::Error) {
        return Err(Failure::Findings(Box::new(Findings { lines, sources: stack.sources.clone() })));
    }
    if !lines.is_empty() {
        console.say(&human(&lines, &stack.sources, console.look(false)));
    }
    Ok(())
}
