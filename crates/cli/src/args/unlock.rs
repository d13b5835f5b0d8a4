//! `recon unlock`.

use clap::Args;

use super::StackArgs;
use crate::help;

/// Take the lock of a stack from a holder that is dead: show it, ask, do it
#[derive(Debug, Args)]
#[command(after_help = help::UNLOCK)]
pub struct UnlockArgs {
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}
