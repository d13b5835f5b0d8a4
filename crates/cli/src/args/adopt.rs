//! `recon adopt`.

use clap::Args;
use recon_model::Address;

use super::StackArgs;

/// Take over resources that exist and that no stack owns: write whose they are, nothing else
#[derive(Debug, Args)]
#[command(after_help = AFTER_ADOPT)]
pub struct AdoptArgs {
    /// Declared resources that exist already
    #[arg(value_name = "ADDRESS", required = true)]
    pub addresses: Vec<Address>,
    /// Do not ask. Without a terminal recon refuses to go on without it
    #[arg(long)]
    pub auto_approve: bool,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
    #[command(flatten)]
    pub stack: StackArgs,
}

const AFTER_ADOPT: &str = "\
Examples:
  recon adopt ecs.cluster.main                 one resource, after a question
  recon adopt ecs.cluster.main ecs.service.api --auto-approve

Only the tags recon:stack and recon:address are written (what AWS gives no tags
is marked on a resource beside it). What another stack owns stays with it. Then
the plan for what was taken over is shown: what `recon apply` would change next.
`adopt = true` on a resource does both in one apply.

Exit codes:
  0   taken over, or the stack's own already
  1   refused, not confirmed, or failed; what was done and what was not is told
  64  the command line is wrong";
