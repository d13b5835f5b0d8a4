//! `recon plan`.

use std::path::PathBuf;

use clap::Args;

use super::{Scope, StacksArgs, TimingsArgs};
use crate::help;

/// Say what would be done, and change nothing
#[derive(Debug, Args)]
#[command(after_help = help::PLAN)]
pub struct PlanArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Tell by the exit code whether there are changes
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Keep the plan in FILE, so that `recon apply FILE` does exactly this
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Try the plan out in a copy of the account, in a sandbox inside this process:
    /// what AWS would refuse, in which step, and whether anything would be left to do
    #[arg(long)]
    pub rehearse: bool,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub timings: TimingsArgs,
    #[command(flatten)]
    pub stacks: StacksArgs,
}
