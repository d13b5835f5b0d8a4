//! `recon graph`.

use std::path::PathBuf;

use clap::Args;

use super::FolderArgs;

/// Draw the stack, or a plan: what comes first, and what waits for it
#[derive(Debug, Args)]
#[command(after_help = AFTER_GRAPH)]
pub struct GraphArgs {
    /// Draw this plan, as `recon plan` wrote it; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    #[command(flatten)]
    pub folder: FolderArgs,
}

const AFTER_GRAPH: &str = "\
Examples:
  recon graph | dot -Tpng > stack.png           with Graphviz
  recon graph --format mermaid                  for Markdown on GitHub
  recon graph --format svg > stack.svg          drawn by recon itself
  recon plan --format json > plan.json
  recon graph --plan plan.json --format html    what changes, and what waits

Needs no network and no credentials.

Exit codes:
  0   drawn
  1   the folder is no stack, or the file is no plan
  64  the command line is wrong";
