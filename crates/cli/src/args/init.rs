//! `recon init`.

use std::path::PathBuf;

use clap::Args;

use crate::init::{self, Shape};

/// Write a first stack: asks five questions, or takes the answers as flags
#[derive(Debug, Args)]
#[command(after_help = AFTER_INIT)]
pub struct InitArgs {
    /// Folder to write into; it must not hold TOML yet
    #[arg(value_name = "DIR", default_value = "desired")]
    pub folder: PathBuf,
    /// What the stack is to be
    #[arg(long, value_enum)]
    pub shape: Option<Shape>,
    /// Name of the stack, of which all names in it are made
    #[arg(long, value_parser = init::name)]
    pub name: Option<String>,
    /// Region, such as eu-central-1
    #[arg(long, value_parser = init::region)]
    pub region: Option<String>,
    /// The account's twelve digits
    #[arg(long, value_parser = init::account)]
    pub account: Option<String>,
    /// Port on which the container listens
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

const AFTER_INIT: &str = "\
Examples:
  recon init                  asks
  recon init --shape rolling --name shop --region eu-central-1 \\
      --account 123456789012 --port 8080
  recon check                 is clean afterwards
  recon plan --sandbox        what it would create

Exit codes:
  0   written
  1   the folder holds a stack already, cannot be written to, or an answer is
      missing and there is no terminal on which to ask
  64  the command line is wrong";
