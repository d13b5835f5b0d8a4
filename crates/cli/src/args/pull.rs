//! `recon pull`.

use std::path::PathBuf;

use clap::Args;

use super::SANDBOX_FILE;
use crate::init;

/// Write the TOML of a stack that exists already: nothing is changed or built anew
#[derive(Debug, Args)]
#[command(after_help = AFTER_PULL)]
pub struct PullArgs {
    /// Folder to write into; it must not hold a stack yet
    #[arg(value_name = "DIR", default_value = "desired")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub start: Start,
    /// Name of the stack, which will mark what belongs to it
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// Region; where it is left out, the SDK's own (AWS_REGION, the profile)
    #[arg(long, value_parser = init::region)]
    pub region: Option<String>,
    /// An AWS inside this process instead of the real one
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = SANDBOX_FILE
    )]
    pub sandbox: Option<PathBuf>,
    /// Calls under way at the same time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub parallelism: u8,
}

/// Where to begin; what it names, and what names it, follows.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Start {
    /// A cluster with all of its services
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,
    /// One service: CLUSTER/NAME
    #[arg(long, value_name = "CLUSTER/NAME", value_parser = service)]
    pub service: Option<(String, String)>,
    /// A pipeline with all that its actions name
    #[arg(long, value_name = "NAME")]
    pub pipeline: Option<String>,
}

fn service(text: &str) -> Result<(String, String), String> {
    match text.split_once('/') {
        Some((cluster, name)) if !cluster.is_empty() && !name.is_empty() && !name.contains('/') => {
            Ok((cluster.to_string(), name.to_string()))
        }
        _ => Err("write CLUSTER/NAME".to_string()),
    }
}

const AFTER_PULL: &str = "\
Examples:
  recon pull --pipeline shop --name shop        into desired/
  recon pull --service main/api --name api x    one service, into x/
  recon plan                                    takes over, changes nothing
  recon apply                                   marks all of it as the stack's

What is written says `adopt = true`: take it out when the stack owns it.

Exit codes:
  0   written
  1   it is not there, could not be read, or the folder holds a stack already
  64  the command line is wrong";
