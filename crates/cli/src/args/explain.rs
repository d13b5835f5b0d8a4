//! `recon explain`.

use clap::Args;

/// Say what a rule means, and what to do
#[derive(Debug, Args)]
#[command(after_help = AFTER_EXPLAIN)]
pub struct ExplainArgs {
    /// The rule's id, such as SVC-001
    #[arg(value_name = "RULE", conflicts_with = "list")]
    pub rule: Option<String>,
    /// List all rules: id, severity, one line
    #[arg(long)]
    pub list: bool,
}

const AFTER_EXPLAIN: &str = "\
Examples:
  recon explain SVC-001    one rule, with a wrong and a right example
  recon explain --list     all of them, a line each

Exit codes:
  0   it is explained
  1   there is no such rule
  64  the command line is wrong";
