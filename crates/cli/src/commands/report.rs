//! `recon report merge`: the shards of one run put together.

use std::path::Path;

use crate::args::{Format, MergeArgs, ReportArgs, ReportCommand};
use crate::console::Console;
use crate::estate::{self, Entry, Estate};
use crate::render::{self, Look, markdown};
use crate::{Exit, Failure};

/// Lines of a code block on a page.
const MARKDOWN: Look = Look { width: 100, full: false };

pub fn run(args: &ReportArgs, console: &Console) -> Result<Exit, Failure> {
    match &args.command {
        ReportCommand::Merge(args) => merge(args, console),
    }
}

fn merge(args: &MergeArgs, console: &Console) -> Result<Exit, Failure> {
    let parts = args.files.iter().map(|file| part(file)).collect::<Result<Vec<_>, Failure>>()?;
    let merged = Estate::merged(parts)?;
    let look = if console.format == Format::Markdown { MARKDOWN } else { console.look(false) };
    let again = |entry: &Entry| render::estate::again(&merged.command, &entry.result, look);
    let humans: Vec<String> = merged.stacks.iter().map(again).collect();
    match console.format {
        Format::Json => console.out(&render::json(&merged)),
        Format::Markdown => console.out(&markdown::estate(&merged, &humans)),
        _ => console.out(&render::estate::human(&merged, &humans)),
    }
    if !merged.missing.is_empty() {
        let names: Vec<String> = merged.missing.iter().map(ToString::to_string).collect();
        let text = format!("shard {} is not among the files: nobody knows of its stacks", names.join(", "));
        let help = "look at that shard's job: without a file of it there is no verdict on all stacks";
        console.say(&render::failure(&Failure::new(text).help(help), console.look(false)));
    }
    Ok(merged.exit())
}

fn part(file: &Path) -> Result<(String, Estate), Failure> {
    let name = file.display().to_string();
    let part = Estate::parse(&name, &estate::text(file)?)?;
    Ok((name, part))
}
