//! The command line as clap reads it. Its help is read at night: examples and
//! exit codes stand with every command. One file a command.

mod apply;
mod check;
mod destroy;
mod drift;
mod explain;
mod plan;
mod sandbox;
mod show;
mod unlock;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use recon_model::Address;

use crate::help;

pub use apply::ApplyArgs;
pub use check::{CheckArgs, Deny};
pub use destroy::DestroyArgs;
pub use drift::DriftArgs;
pub use explain::ExplainArgs;
pub use plan::PlanArgs;
pub use sandbox::{ResetArgs, SandboxArgs, SandboxCommand, ServeArgs};
pub use show::ShowArgs;
pub use unlock::UnlockArgs;

/// Where recon writes what it must know in its next run.
pub const FOLDER: &str = ".recon";

/// Where the sandbox keeps its account, unless told otherwise.
pub const SANDBOX_FILE: &str = ".recon/sandbox.json";

/// Plans and applies an ECS delivery stack on AWS, without a state file.
///
/// The folder `desired/` says what should be there. recon reads the account,
/// compares, and says what it would do and why. Nothing is changed before
/// `recon apply` has shown its plan and was told yes.
#[derive(Debug, Parser)]
#[command(name = "recon", version, max_term_width = 100, after_help = help::RECON)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub output: Output,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Plan(PlanArgs),
    Apply(ApplyArgs),
    Drift(DriftArgs),
    Destroy(DestroyArgs),
    Show(ShowArgs),
    Check(CheckArgs),
    Explain(ExplainArgs),
    Unlock(UnlockArgs),
    Sandbox(SandboxArgs),
}

/// How results are shown; the same for every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Form of the result: text, or exactly one JSON document on standard output
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub format: Format,
    /// Plain text (NO_COLOR does the same; not a terminal: always plain)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Say on standard error what is being read, and which calls it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

/// Which stack, and in which AWS.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stack")]
pub struct StackArgs {
    /// Folder of the stack's TOML
    #[arg(short = 'C', long, value_name = "DIR", default_value = "desired")]
    pub desired: PathBuf,
    /// Overlay on top of it: DIR/env/NAME.toml, or every file of DIR/env/NAME/
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// Value of a variable, the strongest source; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub var: Vec<(String, String)>,
    /// TOML file of variables' values; weaker is RECON_VAR_name in the environment
    #[arg(long, value_name = "FILE")]
    pub var_file: Option<PathBuf>,
    /// An AWS inside this process instead of the real one; FILE keeps what is in it
    /// (without FILE: .recon/sandbox.json). Needs no credentials and no network
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = SANDBOX_FILE
    )]
    pub sandbox: Option<PathBuf>,
    /// Calls and operations under way at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallelism: u8,
}

/// Which part of the stack.
#[derive(Debug, Clone, Default, Args)]
pub struct Scope {
    /// Only this resource and what it needs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<Address>,
    /// Replace this resource, whatever its fields say; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub replace: Vec<Address>,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_string(), value.to_string())),
        _ => Err("write NAME=VALUE".to_string()),
    }
}

impl StackArgs {
    /// The command line that works on the same stack: for hints.
    pub fn again(&self, command: &str) -> String {
        let mut words = vec!["recon".to_string()];
        words.extend(command.split(' ').map(str::to_string));
        if self.desired.as_os_str() != "desired" {
            words.extend(["-C".to_string(), self.desired.display().to_string()]);
        }
        if let Some(env) = &self.env {
            words.extend(["--env".to_string(), env.clone()]);
        }
        for (name, _) in &self.var {
            // the value may be nobody's business in a log
            words.extend(["--var".to_string(), format!("{name}=…")]);
        }
        if let Some(file) = &self.var_file {
            words.extend(["--var-file".to_string(), file.display().to_string()]);
        }
        match &self.sandbox {
            Some(file) if file.as_os_str() == SANDBOX_FILE => words.push("--sandbox".to_string()),
            Some(file) => words.push(format!("--sandbox={}", file.display())),
            None => {}
        }
        let quoted = shlex::try_join(words.iter().map(String::as_str));
        quoted.unwrap_or_else(|_| words.join(" "))
    }
}
