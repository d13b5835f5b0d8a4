//! `recon drift`.

use clap::Args;

use super::StackArgs;
use crate::help;

/// Compare the account with the stack, resource by resource, and change nothing
#[derive(Debug, Args)]
#[command(after_help = help::DRIFT)]
pub struct DriftArgs {
    #[command(flatten)]
    pub stack: StackArgs,
}
