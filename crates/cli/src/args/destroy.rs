//! `recon destroy`.

use clap::Args;
use recon_model::Address;

use super::{DeploymentArgs, StackArgs, TimingsArgs};
use crate::help;

/// Delete everything that the stack owns: show the plan, ask, do it
#[derive(Debug, Args)]
#[command(after_help = help::DESTROY)]
pub struct DestroyArgs {
    /// Only this resource and what it needs; may be repeated
    #[arg(long, value_name = "ADDRESS")]
    pub target: Vec<Address>,
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    /// Do not lock the stack in AWS: where nobody else can be at work
    #[arg(long)]
    pub no_lock: bool,
    #[command(flatten)]
    pub deployments: DeploymentArgs,
    #[command(flatten)]
    pub timings: TimingsArgs,
    #[command(flatten)]
    pub stack: StackArgs,
}
