//! What editors, shells and `man` are told of recon.

use clap::CommandFactory;
use recon_model::describe::json_schema;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::console::Console;
use crate::{Exit, Failure, render};

/// `recon schema`.
pub fn schema(console: &Console) -> Result<Exit, Failure> {
    console.out(&render::json(&json_schema()));
    Ok(Exit::Clean)
}

/// `recon completions`.
pub fn completions(args: &CompletionsArgs, console: &Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "recon", &mut script);
    console.out(&String::from_utf8_lossy(&script));
    Ok(Exit::Clean)
}

/// `recon man`.
pub fn man(args: &ManArgs) -> Result<Exit, Failure> {
    let folder = &args.folder;
    let wrong = |error| Failure::new(format!("{} cannot be written to: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(wrong)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(wrong)?;
    Ok(Exit::Clean)
}
