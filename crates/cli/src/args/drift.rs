//! `recon drift`.

use std::path::PathBuf;

use clap::Args;

use super::{StacksArgs, TimingsArgs};
use crate::help;

/// Compare the account with the stack, resource by resource, and change nothing
#[derive(Debug, Args)]
#[command(after_help = help::DRIFT)]
pub struct DriftArgs {
    /// JSON of the run before: tells what is new, and since when the rest is known
    #[arg(long, value_name = "FILE")]
    pub since: Option<PathBuf>,
    #[command(flatten)]
    pub timings: TimingsArgs,
    #[command(flatten)]
    pub stacks: StacksArgs,
}
