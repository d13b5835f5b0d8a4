//! `recon apply`.

use std::path::PathBuf;

use clap::Args;

use super::{Scope, StackArgs};
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
    /// Do not wait until load balancers are active and services steady
    #[arg(long)]
    pub no_wait: bool,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}
