//! The command line as clap reads it. Its help is read at night: examples and
//! exit codes stand with every command. One file a command.

mod adopt;
mod apply;
mod check;
mod destroy;
mod drift;
mod editors;
mod explain;
mod format;
mod graph;
mod init;
mod output;
mod plan;
mod policy;
mod pull;
mod report;
mod sandbox;
mod show;
mod stacks;
mod timings;
mod unlock;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};
use recon_model::Address;

use crate::help;

pub use adopt::AdoptArgs;
pub use apply::{ApplyArgs, DeploymentArgs};
pub use check::{CheckArgs, Deny};
pub use destroy::DestroyArgs;
pub use drift::DriftArgs;
pub use editors::{CompletionsArgs, ManArgs, SchemaArgs};
pub use explain::ExplainArgs;
pub use format::Format;
pub use graph::GraphArgs;
pub use init::InitArgs;
pub use output::OutputArgs;
pub use plan::PlanArgs;
pub use policy::{PolicyArgs, PolicyFor};
pub use pull::{PullArgs, Start};
pub use report::{MergeArgs, ReportArgs, ReportCommand};
pub use sandbox::{ResetArgs, SandboxArgs, SandboxCommand, ServeArgs};
pub use show::ShowArgs;
pub use stacks::{Shard, StacksArgs};
pub use timings::TimingsArgs;
pub use unlock::UnlockArgs;

/// Where recon writes what it must know in its next run.
pub const FOLDER: &str = ".recon";

/// Where a stack's TOML is, unless told otherwise.
pub const FOLDER_OF_A_STACK: &str = "desired";

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
    Init(InitArgs),
    Pull(PullArgs),
    Plan(PlanArgs),
    Apply(ApplyArgs),
    Drift(DriftArgs),
    Destroy(DestroyArgs),
    Adopt(AdoptArgs),
    Output(OutputArgs),
    Show(ShowArgs),
    Report(ReportArgs),
    Check(CheckArgs),
    Explain(ExplainArgs),
    Unlock(UnlockArgs),
    Graph(GraphArgs),
    Policy(PolicyArgs),
    Schema(SchemaArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    Sandbox(SandboxArgs),
}

/// How results are shown; the same for every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Form of the result: human or json (one document on standard output); plan, show:
    /// also markdown, html; drift: markdown, sarif; check: sarif, github; graph: dot,
    /// mermaid, svg, html
    #[arg(long, global = true, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<Format>,
    /// Plain text (NO_COLOR does the same; not a terminal: always plain)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Say on standard error what is being read, and which calls it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

impl Cli {
    /// The command line, if all of it goes together.
    ///
    /// # Errors
    /// clap's, and a form that the command cannot give.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let cli = Self::try_parse_from(words).map_err(quiet)?;
        if let Some(text) = format::refusal(cli.format(), cli.command.formats()) {
            return Err(Self::command().error(ErrorKind::InvalidValue, text));
        }
        match cli.refusal() {
            Some(text) => Err(Self::command().error(ErrorKind::ArgumentConflict, text)),
            None => Ok(cli),
        }
    }

    /// What of one stack cannot be asked of several.
    fn refusal(&self) -> Option<String> {
        let Command::Plan(plan) = &self.command else { return None };
        if plan.stacks.single().is_some() {
            return None;
        }
        let scope = !plan.scope.target.is_empty() || !plan.scope.replace.is_empty();
        let what = match self.format() {
            _ if plan.out.is_some() => "--out keeps the plan",
            _ if scope => "--target and --replace name a resource",
            Format::Html => "--format html is the page",
            _ => return None,
        };
        Some(format!("{what} of one stack: give one folder with -C, and no --shard"))
    }

    /// The form that was asked for, or the command's own.
    pub fn format(&self) -> Format {
        self.output.format.or(self.command.formats().first().copied()).unwrap_or(Format::Human)
    }
}

/// Whoever forgets a variable's name has written its value, and a log keeps what is told.
fn quiet(mut error: clap::Error) -> clap::Error {
    let of_a_variable = |argument: &ContextValue| matches!(argument, ContextValue::String(name) if name.starts_with("--var "));
    if error.get(ContextKind::InvalidArg).is_some_and(of_a_variable) {
        error.insert(ContextKind::InvalidValue, ContextValue::String("…".into()));
    }
    error
}

/// Which stack.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stack")]
pub struct FolderArgs {
    /// Folder of the stack's TOML
    #[arg(short = 'C', long, value_name = "DIR", default_value = FOLDER_OF_A_STACK)]
    pub desired: PathBuf,
    #[command(flatten)]
    pub overlay: Overlay,
}

/// What lies over a folder's TOML.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stack")]
pub struct Overlay {
    /// Overlay on top of it: DIR/env/NAME.toml, or every file of DIR/env/NAME/
    #[arg(long, value_name = "NAME")]
    pub env: Option<String>,
    /// Value of a variable, the strongest source; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub var: Vec<(String, String)>,
    /// TOML file of variables' values; weaker is RECON_VAR_name in the environment
    #[arg(long, value_name = "FILE")]
    pub var_file: Option<PathBuf>,
}

/// Which stack, and in which AWS.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stack")]
pub struct StackArgs {
    #[command(flatten)]
    pub folder: FolderArgs,
    #[command(flatten)]
    pub aws: AwsArgs,
}

/// In which AWS, and how fast.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Stack")]
pub struct AwsArgs {
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
    /// Calls and operations under way at the same time; without it, 64 calls and 8
    /// operations
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallelism: Option<u8>,
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

/// A wave of a plan's calls at once: how fast they may come is the budgets' affair.
const CALLS: usize = 64;
/// Operations of an apply: each holds something up if it fails.
const OPERATIONS: usize = 8;

impl AwsArgs {
    /// Calls in the air.
    pub fn calls(&self) -> usize {
        self.parallelism.map_or(CALLS, usize::from)
    }

    /// Operations of an apply at the same time.
    pub fn operations(&self) -> usize {
        self.parallelism.map_or(OPERATIONS, usize::from)
    }
}

impl StackArgs {
    fn sandbox_word(&self) -> Option<String> {
        self.aws.sandbox.as_ref().map(|file| match file.as_os_str() == SANDBOX_FILE {
            true => "--sandbox".to_string(),
            false => format!("--sandbox={}", file.display()),
        })
    }

    /// ` --sandbox`, if it is one.
    pub fn sandbox_words(&self) -> String {
        self.sandbox_word().map(|word| format!(" {word}")).unwrap_or_default()
    }

    /// The command line that works on the same stack: for hints.
    pub fn again(&self, command: &str) -> String {
        let mut words = vec!["recon".to_string()];
        words.extend(command.split(' ').map(str::to_string));
        let FolderArgs { desired, overlay: Overlay { env, var, var_file } } = &self.folder;
        if desired.as_os_str() != FOLDER_OF_A_STACK {
            words.extend(["-C".to_string(), desired.display().to_string()]);
        }
        if let Some(env) = env {
            words.extend(["--env".to_string(), env.clone()]);
        }
        for (name, _) in var {
            // the value may be nobody's business in a log
            words.extend(["--var".to_string(), format!("{name}=…")]);
        }
        if let Some(file) = var_file {
            words.extend(["--var-file".to_string(), file.display().to_string()]);
        }
        words.extend(self.sandbox_word());
        let quoted = shlex::try_join(words.iter().map(String::as_str));
        quoted.unwrap_or_else(|_| words.join(" "))
    }
}
