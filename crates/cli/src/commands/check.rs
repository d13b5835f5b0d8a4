//! `recon check`: what AWS would refuse, from the folder alone.

use recon_model::load::Sources;
use recon_rules::{Severity, advise, check};

use crate::args::{CheckArgs, Deny, FolderArgs, Format};
use crate::console::Console;
use crate::engine::load;
use crate::render::findings::{Line, document, github, human, sarif};
use crate::{Exit, Failure, render};

pub fn run(args: &CheckArgs, console: &Console) -> Result<Exit, Failure> {
    let (lines, sources) = look(args)?;
    match console.format {
        Format::Json => console.out(&render::json(&document(&lines, &sources))),
        Format::Sarif => console.out(&render::json(&sarif(&lines, &sources))),
        Format::Github => console.out(&github(&lines, &sources)),
        _ => console.out(&human(&lines, &sources, console.look(false))),
    }
    let denied = |severity| match severity {
        Severity::Error => true,
        Severity::Warning => args.deny == Some(Deny::Warnings),
        Severity::Advice => false,
    };
    Ok(if lines.iter().any(|line| denied(line.severity)) { Exit::Error } else { Exit::Clean })
}

/// A folder that is no stack has findings, too.
fn look(args: &CheckArgs) -> Result<(Vec<Line>, Sources), Failure> {
    let mut folder: FolderArgs = args.folder.clone();
    if let Some(dir) = &args.dir {
        folder.desired.clone_from(dir);
    }
    match load(&folder, None) {
        Ok(stack) => {
            let found = if args.advice { advise(&stack) } else { check(&stack) };
            let lines = found.into_iter().map(|finding| Line::of(finding, &stack)).collect();
            Ok((lines, stack.sources))
        }
        Err(Failure::Stack(failed)) => {
            Ok((failed.problems.into_iter().map(Line::from).collect(), failed.sources))
        }
        Err(other) => Err(other),
    }
}
