//! `recon show`.

use std::path::PathBuf;

use clap::Args;

use crate::help;

/// Show a plan that was kept in a file
#[derive(Debug, Args)]
#[command(after_help = help::SHOW)]
pub struct ShowArgs {
    /// File that `recon plan --out` or `--format json` wrote; `-` reads standard input
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
    /// Show long values and long lists whole
    #[arg(long)]
    pub full: bool,
}
