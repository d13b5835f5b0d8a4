//! The command line: arguments in, text out. Everything that recon knows is
//! in the crates below; here it is asked, shown and confirmed.

pub mod args;
mod ask;
mod commands;
mod commit;
mod console;
mod engine;
pub mod estate;
mod exit;
mod failure;
mod gate;
mod guarded;
mod help;
mod in_flight;
pub mod init;
mod link;
mod many;
pub mod progress;
mod rehearsal;
pub mod render;
mod sandbox;
pub mod saved;
pub mod seen;
mod signals;
mod timings;
mod unfinished;

use std::process::ExitCode;

use clap::error::ErrorKind;

use args::{Cli, Command};
use console::Console;
pub use exit::Exit;
pub use failure::Failure;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    match Cli::read(std::env::args_os()) {
        Ok(cli) => run(&cli).into(),
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // nobody is left to tell when the terminal is gone
            let _ = error.print();
            if asked { Exit::Clean.into() } else { Exit::Usage.into() }
        }
    }
}

fn run(cli: &Cli) -> Exit {
    let console = Console::new(&cli.output, cli.format());
    let result = match &cli.command {
        Command::Check(args) => commands::check::run(args, &console),
        Command::Explain(args) => commands::explain::run(args, &console),
        Command::Graph(args) => commands::graph::run(args, &console),
        Command::Policy(args) => commands::policy::run(args, &console),
        Command::Plan(args) => commands::plan::run(args, &console),
        Command::Apply(args) => commands::apply::run(args, &console),
        Command::Drift(args) => commands::drift::run(args, &console),
        Command::Destroy(args) => commands::destroy::run(args, &console),
        Command::Adopt(args) => commands::adopt::run(args, &console),
        Command::Output(args) => commands::output::run(args, &console),
        Command::Show(args) => commands::show::run(args, &console),
        Command::Unlock(args) => commands::unlock::run(args, &console),
        Command::Report(args) => commands::report::run(args, &console),
        Command::Pull(args) => commands::pull::run(args, &console),
        Command::Init(args) => commands::init::run(args, &console),
        Command::Schema(_) => commands::editors::schema(&console),
        Command::Completions(args) => commands::editors::completions(args, &console),
        Command::Man(args) => commands::editors::man(args),
        Command::Sandbox(args) => commands::sandbox::run(args, &console),
    };
    result.unwrap_or_else(|failure| {
        console.failure(&failure);
        Exit::Error
    })
}
