//! `recon show`: a plan that was kept as JSON.

use std::path::Path;

use recon_model::Stack;
use recon_model::plan::{FORMAT, Plan};
use serde_json::Value;

use crate::args::{Format, ShowArgs};
use crate::console::Console;
use crate::render::markdown::{self, Promise};
use crate::render::{self, html};
use crate::saved::{self, Saved};
use crate::{Exit, Failure};

pub fn run(args: &ShowArgs, console: &Console) -> Result<Exit, Failure> {
    let (plan, promise) = kept(&args.plan)?;
    give(&Shown { command: "show", plan: &plan, stack: None, full: args.full, promise }, console);
    Ok(Exit::Clean)
}

/// A plan on its way to a reader.
pub struct Shown<'a> {
    pub command: &'a str,
    pub plan: &'a Plan,
    /// What it was made from, where that is at hand.
    pub stack: Option<&'a Stack>,
    pub full: bool,
    pub promise: Promise,
}

/// The plan in the form that was asked for.
pub fn give(shown: &Shown<'_>, console: &Console) {
    let Shown { command, plan, stack, full, promise } = *shown;
    match console.format {
        Format::Markdown => console.out(&markdown::plan(command, plan, promise)),
        Format::Html => console.out(&html::plan(command, plan, stack)),
        _ => console.result(plan, |look| render::plan(command, plan, look.full(full))),
    }
}

/// A plan from a file, and whether `recon apply` takes that file.
///
/// # Errors
/// When it cannot be read, is no plan, or is of another format.
pub fn kept(path: &Path) -> Result<(Plan, Promise), Failure> {
    let bytes = saved::read(path)?;
    if Saved::looks_like(&bytes) {
        return Ok((Saved::parse(path, &bytes)?.plan, Promise::Saved));
    }
    Ok((parse(path, &bytes)?, Promise::Anew))
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Plan, Failure> {
    let hint = "a plan is what `recon plan --format json` prints";
    let no_plan =
        |error: serde_json::Error| Failure::new(format!("{} is no plan: {error}", path.display())).help(hint);
    let document: Value = serde_json::from_slice(bytes).map_err(no_plan)?;
    match document.get("format").and_then(Value::as_u64) {
        Some(format) if format == u64::from(FORMAT) => serde_json::from_value(document).map_err(no_plan),
        Some(format) => {
            let text = format!("{} is of format {format}, this recon reads {FORMAT}", path.display());
            Err(Failure::new(text).help("show it with the recon that made it"))
        }
        None => Err(Failure::new(format!("{} is no plan: it has no `format`", path.display())).help(hint)),
    }
}
