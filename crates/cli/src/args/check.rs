//! `recon check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::FolderArgs;

/// Say what AWS would refuse, from the folder alone: no network, no credentials
#[derive(Debug, Args)]
#[command(after_help = AFTER_CHECK)]
pub struct CheckArgs {
    /// Folder of the stack's TOML, as with -C
    #[arg(value_name = "DIR", conflicts_with = "desired")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub folder: FolderArgs,
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
  recon check examples/b-nlb     another one
  recon check --deny warnings    for a pull request that must be clean
  recon check --format github    as annotations of a GitHub workflow
  recon check --format sarif     for code scanning
  recon explain SVC-004          what a finding means

Exit codes:
  0   no errors
  1   errors; what keeps the folder from being read is one of them
  64  the command line is wrong";

/// What `--deny` raises to an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}
