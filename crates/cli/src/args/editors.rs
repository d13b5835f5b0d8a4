//! `recon schema`, `recon completions`, `recon man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Print a JSON Schema of the TOML, for completion in editors
#[derive(Debug, Args)]
#[command(after_help = AFTER_SCHEMA)]
pub struct SchemaArgs {}

const AFTER_SCHEMA: &str = "\
Example:
  recon schema > .recon-schema.json
then, as the first line of a TOML file (taplo, Even Better TOML):
  #:schema ../.recon-schema.json

Exit codes:
  0   printed
  64  the command line is wrong";

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = AFTER_COMPLETIONS)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: Shell,
}

const AFTER_COMPLETIONS: &str = "\
Examples:
  recon completions bash > /etc/bash_completion.d/recon
  recon completions zsh > \"${fpath[1]}/_recon\"
  recon completions fish > ~/.config/fish/completions/recon.fish

Exit codes:
  0   printed
  64  the command line is wrong";

/// Write man pages, one for each command
#[derive(Debug, Args)]
#[command(after_help = AFTER_MAN)]
pub struct ManArgs {
    /// Folder to write into; it is made where it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

const AFTER_MAN: &str = "\
Example:
  recon man /usr/local/share/man/man1

Exit codes:
  0   written
  1   the folder cannot be written to
  64  the command line is wrong";
