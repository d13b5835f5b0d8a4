//! `recon show`: a plan that was kept as JSON.

use std::io::Read;
use std::path::Path;

use recon_model::plan::{FORMAT, Plan};
use serde_json::Value;

use crate::args::ShowArgs;
use crate::console::Console;
use crate::{Exit, Failure, render};

pub fn run(args: &ShowArgs, console: &Console) -> Result<Exit, Failure> {
    let plan = parse(&args.plan, &read(&args.plan)?)?;
    console.result(&plan, |look| render::plan("show", &plan, look.full(args.full)));
    Ok(Exit::Clean)
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
