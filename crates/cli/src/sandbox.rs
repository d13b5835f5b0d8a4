//! AWS inside the process, kept in a file between runs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use recon_aws::{Answer, Dropped, InProcess};
use recon_model::load::words;
use recon_sandbox::faults::Schedule;
use recon_sandbox::{Sandbox, State, http};
use recon_shapes::codec::WireRequest;
use tempfile::NamedTempFile;

use crate::Failure;

/// What goes wrong in a sandbox on purpose stands in this variable.
pub const FAULTS: &str = "RECON_SANDBOX_FAULTS";

/// A sandbox and the file that it lives in.
#[derive(Clone)]
pub struct Kept {
    file: PathBuf,
    pub sandbox: Arc<Sandbox>,
}

impl Kept {
    /// The sandbox of a file, or a new account where there is no such file.
    /// Its clock is tokio's, so a runtime must be running.
    pub fn open(file: &Path, account: &str) -> Result<Self, Failure> {
        let state = match fs::read_to_string(file) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| no_sandbox(file, &error))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => State::new(account),
            Err(error) => {
                return Err(Failure::new(format!("{} cannot be read: {}", file.display(), words(&error))));
            }
        };
        Ok(Self { file: file.to_path_buf(), sandbox: Arc::new(Sandbox::new(state).recorded()) })
    }

    /// Lets go wrong what a schedule says.
    pub fn disturb(&self, faults: &str) -> Result<Schedule, Failure> {
        let schedule = Schedule::parse(faults).map_err(|why| {
            Failure::new(format!("{FAULTS}: {why}"))
                .help("`recon sandbox serve --help` says what can go wrong")
        })?;
        schedule.clone().rule(&self.sandbox);
        Ok(schedule)
    }

    /// Writes what the account holds now: all of it, or nothing.
    pub fn save(&self) -> Result<(), Failure> {
        write(&self.file, &self.sandbox.state())
    }
}

fn no_sandbox(file: &Path, error: &serde_json::Error) -> Failure {
    Failure::new(format!("{} holds no sandbox of this recon: {error}", file.display()))
        .help(format!("empty it: recon sandbox reset --sandbox {}", file.display()))
}

/// Replaces the file as a whole, so that a crash leaves the old one.
pub fn write(file: &Path, state: &State) -> Result<(), Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format!("the sandbox's file {} cannot be written: {error}", file.display()))
    };
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let text = serde_json::to_vec(state).map_err(|error| cannot(&error))?;
    fs::create_dir_all(folder).map_err(|error| cannot(&error))?;
    let mut fresh = NamedTempFile::new_in(folder).map_err(|error| cannot(&error))?;
    fresh.write_all(&text).map_err(|error| cannot(&error))?;
    fresh.persist(file).map_err(|error| cannot(&error.error))?;
    Ok(())
}

/// The sandbox in place of AWS's network.
pub struct Mounted(pub Arc<Sandbox>);

impl InProcess for Mounted {
    fn answer(&self, request: WireRequest) -> Answer<'_> {
        Box::pin(async move { http::answer(&self.0, &request).await.map_err(|_| Dropped) })
    }
}
