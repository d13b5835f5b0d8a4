//! `recon check`: what AWS would refuse, from the folder alone.

use recon_rules::{Severity, advise, check};

use crate::args::CheckArgs;
use crate::console::Console;
use crate::engine::load;
use crate::render::findings;
use crate::{Exit, Failure};

pub fn run(args: &CheckArgs, console: &Console) -> Result<Exit, Failure> {
    let stack = load(&args.stack, None)?;
    let found = if args.advice { advise(&stack) } else { check(&stack) };
    let document = findings::document(&found, &stack.sources);
    console.result(&document, |look| findings::human(&found, &stack.sources, look));
    let denied = |severity| match severity {
        Severity::Error => true,
        Severity::Warning => args.deny == Some(crate::args::Deny::Warnings),
        Severity::Advice => false,
    };
    Ok(if found.iter().any(|finding| denied(finding.severity)) { Exit::Error } else { Exit::Clean })
}
