//! `recon show`: a plan that was kept as JSON.

use std::io::Read;
use std::path::Path;

use recon_model::Stack;
use recon_model::plan::{FORMAT, Plan};
use serde_json::Value;

use crate::args::{Format, ShowArgs};
use crate::console::Console;
use crate::render::markdown::{self, Promise};
use crate::render::{self, html};
use crate::{Exit, Failure};

pub fn run(args: &ShowArgs, console: &Console) -> Result<Exit, Failure> {
    give(&Shown { command: "show", plan: &kept(&args.plan)?, stack: None, full: args.full }, console);
    Ok(Exit::Clean)
}

/// A plan on its way to a reader.
pub struct Shown<'a> {
    pub command: &'a str,
    pub plan: &'a Plan,
    /// What it was made from, where that is at hand.
    pub stack: Option<&'a Stack>,
    pub full: bool,
}

/// The plan in the form that was asked for.
pub fn give(shown: &Shown<'_>, console: &Console) {
    let Shown { command, plan, stack, full } = *shown;
    match console.format {
        Format::Markdown => console.out(&markdown::plan(command, plan, Promise::Anew)),
        Format::Html => console.out(&html::plan(command, plan, stack)),
        _ => console.result(plan, |look| render::plan(command, plan, look.full(full))),
    }
}

/// A plan from a file.
///
/// # Errors
/// When it cannot be read, is no plan, or is of another format.
pub fn kept(path: &Path) -> Result<Plan, Failure> {
    parse(path, &read(path)?)
}

fn read(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let result = if path.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(drop)
    } else {
        std::fs::read_to_string(path).map(|read| text = read)
    };
    match result {
        Ok(()) => Ok(text),
        Err(error) => Err(Failure::new(format!("{} cannot be read: {error}", path.display()))),
    }
}

fn parse(path: &Path, text: &str) -> Result<Plan, Failure> {
    let hint = "a plan is what `recon plan --format json` prints";
    let no_plan =
        |error: serde_json::Error| Failure::new(format!("{} is no plan: {error}", path.display())).help(hint);
    let document: Value = serde_json::from_str(text).map_err(no_plan)?;
    match document.get("format").and_then(Value::as_u64) {
        Some(format) if format == u64::from(FORMAT) => serde_json::from_value(document).map_err(no_plan),
        Some(format) => {
            let text = format!("{} is of format {format}, this recon reads {FORMAT}", path.display());
            Err(Failure::new(text).help("show it with the recon that made it"))
        }
        None => Err(Failure::new(format!("{} is no plan: it has no `format`", path.display())).help(hint)),
    }
}
