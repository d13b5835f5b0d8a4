//! `recon sandbox`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::SANDBOX_FILE;
use crate::help;

/// An AWS in a box: serve it on loopback, or empty it
#[derive(Debug, Args)]
pub struct SandboxArgs {
    #[command(subcommand)]
    pub command: SandboxCommand,
}

/// What to do with the box.
#[derive(Debug, Subcommand)]
pub enum SandboxCommand {
    Serve(ServeArgs),
    Reset(ResetArgs),
}

/// Answer AWS's protocols on 127.0.0.1, for boto3, the AWS CLI and recon itself
#[derive(Debug, Args)]
#[command(after_help = help::SERVE)]
pub struct ServeArgs {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 4566)]
    pub port: u16,
    /// File that keeps what is in it
    #[arg(long, value_name = "FILE", default_value = SANDBOX_FILE)]
    pub sandbox: PathBuf,
    /// What goes wrong on purpose: see below
    #[arg(long, value_name = "SCHEDULE", env = crate::sandbox::FAULTS)]
    pub faults: Option<String>,
}

/// Empty the box: an account as AWS hands it out
#[derive(Debug, Args)]
#[command(after_help = help::RESET)]
pub struct ResetArgs {
    /// File that keeps what is in it
    #[arg(long, value_name = "FILE", default_value = SANDBOX_FILE)]
    pub sandbox: PathBuf,
}
