//! `recon report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::help;

/// Reports of many stacks
#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(subcommand)]
    pub command: ReportCommand,
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    Merge(MergeArgs),
}

/// Put the JSON of shards together, and end as a run over all stacks would have
#[derive(Debug, Args)]
#[command(after_help = help::MERGE)]
pub struct MergeArgs {
    /// JSON that `recon plan` or `recon drift` printed of several stacks
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}
