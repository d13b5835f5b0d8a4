//! `recon policy`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::FolderArgs;

/// Print the IAM policy that whoever runs recon needs for this stack, and no more
///
/// Roles may be passed to their services only; what AWS judges on no resource
/// stands in one statement.
#[derive(Debug, Args)]
#[command(after_help = AFTER_POLICY)]
pub struct PolicyArgs {
    /// What is to be done
    #[arg(value_enum, value_name = "FOR")]
    pub phase: PolicyFor,
    /// For an apply of this plan alone, as `recon plan` wrote it; `-` reads standard input
    #[arg(value_name = "PLAN")]
    pub plan: Option<PathBuf>,
    /// A list of policies, each short enough to be a managed policy of IAM
    #[arg(long)]
    pub split: bool,
    #[command(flatten)]
    pub folder: FolderArgs,
}

/// What the policy is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyFor {
    /// To plan and to look for drift: reads only
    Plan,
    /// To read, create and change; for what a plan deletes or replaces, give the plan
    Apply,
    /// To read and delete
    Destroy,
}

const AFTER_POLICY: &str = "\
Examples:
  recon policy plan                 for a pull request, and for drift at night
  recon policy apply > runner.json  to create and change the stack
  recon policy apply plan           for this kept plan, and what it deletes
  recon policy destroy              to end everything

Needs no network and no credentials.

Exit codes:
  0   printed
  1   the folder is no stack, or the file is no plan
  64  the command line is wrong";
