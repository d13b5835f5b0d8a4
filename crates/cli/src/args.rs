//! The command line as clap reads it. Its help is read at night: examples and
//! exit codes stand with every command.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use recon_model::Address;

/// Where the sandbox keeps its account, unless told otherwise.
pub const SANDBOX_FILE: &str = ".recon/sandbox.json";

/// Plans and applies an ECS delivery stack on AWS, without a state file.
///
/// The folder `desired/` says what should be there. recon reads the account,
/// compares, and says what it would do and why. Nothing is changed before
/// `recon apply` has shown its plan and was told yes.
#[derive(Debug, Parser)]
#[command(name = "recon", version, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub output: Output,
}

const AFTER: &str = "\
Start here, without an AWS account:
  recon plan --sandbox         what would be created, in an AWS inside the process
  recon apply --sandbox        create it there
  recon plan --sandbox         no changes

Exit codes:
  plan            0 made; with --detailed-exitcode 0 no changes, 2 changes, 1 error
  drift           0 none, 2 drift, 1 error or something could not be read
  apply, destroy  0 done, 1 refused or failed
  show, sandbox   0 done, 1 error
  any             64 the command line is wrong

Region, profile, credentials and endpoint are found as the AWS CLI finds them
(AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, ~/.aws/config).";

#[derive(Debug, Subcommand)]
pub enum Command {
    Plan(PlanArgs),
    Apply(ApplyArgs),
    Drift(DriftArgs),
    Destroy(DestroyArgs),
    Show(ShowArgs),
    Sandbox(SandboxArgs),
}

/// How results are shown; the same for every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct Output {
    /// Results for people, or exactly one JSON document on standard output
    #[arg(long, global = true, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    pub format: Format,
    /// Plain text (NO_COLOR does the same; not a terminal: always plain)
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Say on standard error what is being read, and which calls it took
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

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

/// Say what would be done, and change nothing
#[derive(Debug, Args)]
#[command(after_help = AFTER_PLAN)]
pub struct PlanArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Tell by the exit code whether there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}

const AFTER_PLAN: &str = "\
Examples:
  recon plan                               the stack in desired/
  recon plan --env prod --var tag=1.9.0    with an overlay and a variable
  recon plan --target ecs.service.api      only this resource and what it needs
  recon plan --format json > plan.json     for machines, and for `recon show plan.json`

Exit codes:
  0   the plan was made
  1   error
  64  the command line is wrong
with --detailed-exitcode:
  0   no changes
  2   changes, or steps that are blocked
  1   error, or something could not be read";

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

/// Bring the stack about: show the plan, ask, do it
#[derive(Debug, Args)]
#[command(after_help = AFTER_APPLY)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    /// Do not wait until load balancers are active and services steady
    #[arg(long)]
    pub no_wait: bool,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}

const AFTER_APPLY: &str = "\
Examples:
  recon apply                              shows the plan and asks; only `yes` goes on
  recon apply --sandbox --auto-approve     in an AWS inside the process
  recon apply --target ecs.service.api     only this resource and what it needs

Nothing is begun while a step of the plan is blocked. After a failure, or an
interruption at any point, run it again: it goes on from what is there.

Exit codes:
  0   done, or there was nothing to do
  1   refused, not confirmed, or failed; what was done and what was not is told
  64  the command line is wrong";

/// Compare the account with the stack, resource by resource, and change nothing
#[derive(Debug, Args)]
#[command(after_help = AFTER_DRIFT)]
pub struct DriftArgs {
    #[command(flatten)]
    pub stack: StackArgs,
}

const AFTER_DRIFT: &str = "\
Examples:
  recon drift                        every difference, where it is declared, both ways out
  recon drift --format json          the same as `recon plan --format json`
  recon drift || notify-somebody     in a nightly job

Exit codes:
  0   the account is as declared
  2   something differs
  1   error, or something could not be read: nobody can say that all is well
  64  the command line is wrong";

/// Delete everything that the stack owns: show the plan, ask, do it
#[derive(Debug, Args)]
#[command(after_help = AFTER_DESTROY)]
pub struct DestroyArgs {
    /// Only this resource and what it needs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<Address>,
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}

const AFTER_DESTROY: &str = "\
Examples:
  recon destroy --env test                   shows what would go and asks; only `yes` goes on
  recon destroy --sandbox --auto-approve     in an AWS inside the process

What the stack does not own stays, and so does what `prevent_destroy` guards.

Exit codes:
  0   done, or there was nothing to delete
  1   refused, not confirmed, or failed; what was done and what was not is told
  64  the command line is wrong";

/// Show a plan that was kept as JSON
#[derive(Debug, Args)]
#[command(after_help = AFTER_SHOW)]
pub struct ShowArgs {
    /// File that `recon plan --format json` wrote; `-` reads standard input
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
}

const AFTER_SHOW: &str = "\
Examples:
  recon plan --format json > plan.json
  recon show plan.json
  recon show - < plan.json

Exit codes:
  0   shown
  1   the file is no plan, or of a format that this recon does not know
  64  the command line is wrong";

/// An AWS in a box: serve it on loopback, or empty it
#[derive(Debug, Args)]
pub struct SandboxArgs {
    #[command(subcommand)]
    pub command: SandboxCommand,
}

#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    Serve(ServeArgs),
    Reset(ResetArgs),
}

/// Answer AWS's protocols on 127.0.0.1, for boto3, the AWS CLI and recon itself
#[derive(Debug, Args)]
#[command(after_help = AFTER_SERVE)]
pub struct ServeArgs {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    pub port: u16,
    /// File that keeps what is in it
    #[arg(long, value_name = "FILE", default_value = SANDBOX_FILE)]
    pub sandbox: PathBuf,
}

const AFTER_SERVE: &str = "\
Example:
  recon sandbox serve --port 4566
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x \\
    aws ecs list-clusters --region ap-northeast-2

The first line on standard output is the endpoint's URL. Ctrl-C ends it.

Exit codes:
  0   ended
  1   the port is taken, or the file is no sandbox
  64  the command line is wrong";

/// Empty the box: an account as AWS hands it out
#[derive(Debug, Args)]
#[command(after_help = AFTER_RESET)]
pub struct ResetArgs {
    /// File that keeps what is in it
    #[arg(long, value_name = "FILE", default_value = SANDBOX_FILE)]
    pub sandbox: PathBuf,
}

const AFTER_RESET: &str = "\
Example:
  recon sandbox reset

Exit codes:
  0   it is empty
  1   the file is no sandbox, or cannot be written
  64  the command line is wrong";

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
