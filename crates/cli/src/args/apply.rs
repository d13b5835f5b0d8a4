//! `recon apply`.

use clap::Args;

use super::{Scope, StackArgs};
use crate::help;

/// Bring the stack about: show the plan, ask, do it
#[derive(Debug, Args)]
#[command(after_help = help::APPLY)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub scope: Scope,
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    /// Do not lock the stack in AWS: where nobody else can be at work
    #[arg(long)]
    pub no_lock: bool,
    /// Do not wait until load balancers are active and services steady
    #[arg(long)]
    pub no_wait: bool,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}
