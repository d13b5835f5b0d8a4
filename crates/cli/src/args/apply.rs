//! `recon apply`.

use std::path::PathBuf;

use clap::Args;

use super::{Scope, StackArgs, TimingsArgs};
use crate::help;

/// Bring the stack about: show the plan, ask, do it
#[derive(Debug, Args)]
#[command(after_help = help::APPLY)]
pub struct ApplyArgs {
    /// A plan that `recon plan --out` wrote: exactly that is done, or nothing where
    /// something has moved since. Folder and --env are the plan's
    #[arg(value_name = "PLAN", conflicts_with_all = ["target", "replace"])]
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub scope: Scope,
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    /// Do not lock the stack in AWS: where nobody else can be at work
    #[arg(long)]
    pub no_lock: bool,
    /// Go on although there is no service for a while; the plan says where and how
    /// long. At the prompt, `yes` says this too
    #[arg(long)]
    pub allow_outage: bool,
    #[command(flatten)]
    pub deployments: DeploymentArgs,
    /// Do not wait until load balancers are active and services steady
    #[arg(long)]
    pub no_wait: bool,
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
    pub stack: StackArgs,
}

/// What to do about deployments that are under way.
#[derive(Debug, Clone, Args)]
pub struct DeploymentArgs {
    /// Wait until deployments and pipelines have ended that move what the plan
    /// changes; so many minutes, or as many as their settings make likely
    #[arg(long, value_name = "MINUTES", num_args = 0..=1, require_equals = true, conflicts_with = "ignore_deployments")]
    pub wait_deployments: Option<Option<u32>>,
    /// Go on beside them; without either of the two recon refuses
    #[arg(long)]
    pub ignore_deployments: bool,
}
