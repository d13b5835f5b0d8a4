//! `recon output`.

use clap::Args;

use super::StackArgs;

/// Say what `[outputs]` declares, as the account has it
#[derive(Debug, Args)]
#[command(after_help = AFTER_OUTPUT)]
pub struct OutputArgs {
    /// Only this one, bare: for `$(recon output endpoint)`
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    #[command(flatten)]
    pub stack: StackArgs,
}

const AFTER_OUTPUT: &str = "\
Examples:
  recon output                             all of them, a line each
  git clone $(recon output clone_url)      one value, and nothing else
  recon output --format json               for machines; null is not there yet

In the TOML:
  [outputs]
  clone_url = \"${codecommit.repository.source.clone_url_http}\"

Exit codes:
  0   every value that was asked for is there
  1   error, or a value is not there yet
  64  the command line is wrong";
