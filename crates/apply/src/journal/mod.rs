//! The write-ahead journal: what a run is about to do, before it does it.
//!
//! One file a run, JSON lines. No line holds a value of a resource: an intent is
//! an operation, an address, a name and a token against repetition, an outcome is
//! a word and AWS's code. So no secret can get into it.

mod form;
mod past;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use recon_aws::{AwsError, Kind, WriteOp};
use recon_model::Address;
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use form::{End, Head, Intent, Outcome, now, rfc3339};
pub use past::{Past, unfinished};

use form::Line;

/// Space that a run's journal may need: what is not there at the beginning of a
/// run would be missed in its middle.
const RESERVE: usize = 256 * 1024;
/// Finished journals that are kept.
const KEPT: usize = 20;

/// The journal of this run.
#[derive(Debug, Default)]
pub struct Journal {
    /// Who made it, for tokens; empty where there is no journal.
    run: String,
    path: PathBuf,
    book: Mutex<Book>,
    /// Tokens of calls of which an unfinished run does not know what came.
    open: BTreeMap<(Address, String), String>,
    /// An unfinished run wrote to IAM.
    after_iam: bool,
}

#[derive(Debug, Default)]
struct Book {
    file: Option<File>,
    calls: u64,
    /// The last line may be there in part.
    torn: bool,
}

impl Book {
    /// Writes a line; where there is no file it goes nowhere.
    fn line(&mut self, text: &impl Serialize, synced: bool) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if self.torn {
            // it must not swallow this one
            file.write_all(b"\n")?;
        }
        let written = line(file, text).and_then(|()| if synced { file.sync_data() } else { Ok(()) });
        self.torn = written.is_err();
        written
    }
}

impl Journal {
    /// No journal: nothing is written, and tokens are the client's own.
    pub fn none() -> Self {
        Self::default()
    }

    /// Begins the journal of a run. Its calls that an unfinished run of `past` may
    /// have made already carry that run's tokens.
    ///
    /// # Errors
    /// When the folder cannot be written, or has no space for a run.
    pub fn begin(folder: &Path, head: &Head, past: &[Past]) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        past::prune(folder, KEPT);
        let path = folder.join(format!("{}.jsonl", head.run));
        let mut file = private(&path)?;
        let ready = reserve(&path)
            .and_then(|()| line(&mut file, &Line::Head(head.clone())))
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_names(&path));
        if let Err(error) = ready {
            // what is left of it would look like a run
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        let open = past
            .iter()
            .flat_map(Past::open)
            .filter_map(|intent| Some(((intent.address.clone(), intent.op.clone()), intent.token.clone()?)));
        let book = Mutex::new(Book { file: Some(file), ..Book::default() });
        let after_iam = past.iter().any(Past::wrote_iam);
        Ok(Self { run: head.run.clone(), open: open.collect(), path, book, after_iam })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What this run finds may be the work of a run that has only just ended.
    pub(crate) fn after_iam(&self) -> bool {
        self.after_iam
    }

    /// Notes a mutating call before it is made.
    pub(crate) fn intent(
        &self,
        op: WriteOp,
        address: &Address,
        name: &str,
        token: Option<&str>,
    ) -> Result<u64, AwsError> {
        let mut book = self.book();
        book.calls += 1;
        let n = book.calls;
        let intent = Intent {
            n,
            op: op.to_string(),
            address: address.clone(),
            name: name.to_string(),
            token: token.map(str::to_string),
            outcome: None,
        };
        // on the disk before AWS hears of it: not even a power cut makes the call unknown
        book.line(&Line::Intent(intent), true).map_err(|error| self.unwritten(op, &error))?;
        Ok(n)
    }

    fn unwritten(&self, op: WriteOp, error: &io::Error) -> AwsError {
        AwsError {
            service: op.service(),
            operation: op.operation(),
            code: "NotSent".into(),
            message: format!(
                "the journal {} cannot be written ({error}), and nothing is done that it does not know of",
                self.path.display()
            ),
            status: None,
            request_id: None,
            kind: Kind::Refused,
        }
    }

    /// Notes what came of it. An outcome that cannot be written, or that a power cut
    /// takes away, leaves the intent open: the next run looks for itself.
    pub(crate) fn outcome<T>(&self, n: u64, result: &Result<T, AwsError>) {
        let outcome = match result {
            Ok(_) => Outcome::Done,
            Err(error) if doubtful(error) => Outcome::Unknown(error.code.clone()),
            Err(error) => Outcome::Refused(error.code.clone()),
        };
        let _ = self.book().line(&Line::Outcome { n, outcome }, false);
    }

    /// The run is over, and nobody needs to look for what it left.
    pub fn end(&self, how: End) {
        let _ = self.book().line(&Line::End(how), false);
    }

    /// A token for a call: that of the unfinished run which may have made it, or
    /// one that no other call of any run has.
    pub(crate) fn token(&self, op: WriteOp, address: &Address) -> Option<String> {
        if self.run.is_empty() {
            return None;
        }
        if let Some(token) = self.open.get(&(address.clone(), op.to_string())) {
            return Some(token.clone());
        }
        let calls = self.book().calls;
        let hash = Sha256::digest(format!("{} {address} {op} {calls}", self.run));
        Some(hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// AWS may have done it, or not.
pub(crate) fn doubtful(error: &AwsError) -> bool {
    matches!(error.kind, Kind::Transient | Kind::Unreachable)
}

/// A new file that nobody else may read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes sure that there is space, by taking it once.
fn reserve(path: &Path) -> io::Result<()> {
    let beside = path.with_extension("space");
    let taken = private(&beside).and_then(|mut space| {
        space.write_all(&vec![b' '; RESERVE])?;
        space.sync_all()
    });
    let _ = fs::remove_file(&beside);
    taken
}

/// A file is only there after a power cut when its name is, and the names of the
/// folders that it is in: those of its own, `.recon/journal`, and the one around.
#[cfg(unix)]
fn sync_names(path: &Path) -> io::Result<()> {
    let named =
        |folder: &Path| if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.into() };
    for folder in path.ancestors().skip(1).take(3) {
        match File::open(named(folder)).and_then(|folder| folder.sync_all()) {
            // some file systems have nothing to sync there
            Err(error)
                if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {}
            other => other?,
        }
    }
    Ok(())
}

/// Elsewhere a folder cannot be opened.
#[cfg(not(unix))]
fn sync_names(_: &Path) -> io::Result<()> {
    Ok(())
}

fn line(file: &mut File, line: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    // one write: a line is there or not
    file.write_all(&text)
}
