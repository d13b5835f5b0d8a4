//! How long it took: `--timings`, `--trace`.

use std::path::PathBuf;

use clap::Args;

/// What a run took.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Timings")]
pub struct TimingsArgs {
    /// Say on standard error what it took: calls, waves, milliseconds and throttles of
    /// each service; with --format json in `calls`, too
    #[arg(long)]
    pub timings: bool,
    /// Write each call with its times into FILE, in Chrome's trace format: Perfetto and
    /// chrome://tracing open it. Names, times and codes only, no value of any resource
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
}
