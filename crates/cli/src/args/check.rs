//! `recon check`.

use clap::{Args, ValueEnum};

use super::StackArgs;

/// Say what AWS would refuse, from the folder alone: no network, no credentials
#[derive(Debug, Args)]
#[command(after_help = AFTER_CHECK)]
pub struct CheckArgs {
    #[command(flatten)]
    pub stack: StackArgs,
    /// What counts as an error beside errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Option<Deny>,
    /// Say what would be wiser as well
    #[arg(long)]
    pub advice: bool,
}

const AFTER_CHECK: &str = "\
Examples:
  recon check                    the stack in desired/
  recon check --deny warnings    for a pull request that must be clean
  recon explain SVC-004          what a finding means

Exit codes:
  0   no errors
  1   errors, or a folder that cannot be read
  64  the command line is wrong";

/// What `--deny` raises to an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}
