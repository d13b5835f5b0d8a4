//! `recon show`: a plan that was kept as JSON.

use std::path::Path;

use recon_model::plan::{FORMAT, Plan};
use serde_json::Value;

use crate::args::ShowArgs;
use crate::console::Console;
use crate::saved::{self, Saved};
use crate::{Exit, Failure, render};

pub fn run(args: &ShowArgs, console: &Console) -> Result<Exit, Failure> {
    let bytes = saved::read(&args.plan)?;
    let plan = if Saved::looks_like(&bytes) {
        Saved::parse(&args.plan, &bytes)?.plan
    } else {
        parse(&args.plan, &bytes)?
    };
    console.result(&plan, |look| render::plan("show", &plan, look.full(args.full)));
    Ok(Exit::Clean)
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
