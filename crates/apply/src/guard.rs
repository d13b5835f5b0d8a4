//! What stands around a run that changes an account: a lock on this machine, the
//! journal, and a lock in AWS.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recon_aws::{AwsError, Session};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, sleep};

use crate::journal::{self, End, Head, Journal, Past, doubtful};
use crate::lock::{self, Holder, Taken};

/// For how long AWS may not show yet what a run did just before it was cut off.
const REST: Duration = Duration::from_secs(15);

/// Holds a stack for one run.
#[derive(Debug)]
pub struct Guard {
    pub journal: Arc<Journal>,
    /// Earlier runs that never came to their end.
    pub past: Vec<Past>,
    head: Head,
    locks_aws: bool,
    /// Held as long as the process lives.
    _here: Option<File>,
}

/// Why a run may not begin. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{} cannot be written: {error}", path.display())]
    Folder { path: PathBuf, error: io::Error },
    /// Another process on this machine.
    #[error("another recon is at work on this stack, on this machine")]
    Here(Box<Head>),
    /// Somebody, somewhere.
    #[error("somebody is at work on this stack")]
    There(Holder),
    #[error(transparent)]
    Aws(#[from] AwsError),
}

/// Where journals are.
pub fn journals(folder: &Path) -> PathBuf {
    folder.join("journal")
}

impl Guard {
    /// Takes hold of a stack. A lock in AWS whose holder is known to be dead, by
    /// its journal and by the lock on this machine, is taken over.
    ///
    /// # Errors
    /// When somebody else holds it, or when the folder cannot be written: before
    /// anything is changed.
    pub async fn begin(session: &Session, folder: &Path, head: Head, in_aws: bool) -> Result<Self, Refused> {
        let cannot = |path: &Path| {
            let path = path.to_path_buf();
            move |error| Refused::Folder { path, error }
        };
        let here = here(folder, &head)?;
        let past = unfinished(folder, &head);
        let place = journals(folder);
        let journal = Journal::begin(&place, &head, &past).map_err(cannot(&place))?;
        let guard = Self { journal: Arc::new(journal), past, head, locks_aws: in_aws, _here: here };
        if in_aws && let Err(refused) = guard.lock(session).await {
            // nothing was done that anybody would have to look for; but a lock that
            // nobody knows of is given back by whoever reads this journal
            if !matches!(&refused, Refused::Aws(error) if doubtful(error)) {
                guard.journal.end(End::Stopped);
            }
            return Err(refused);
        }
        Ok(guard)
    }

    async fn lock(&self, session: &Session) -> Result<(), Refused> {
        let who = &session.caller().await?.arn;
        let holder = Holder::of(&self.head, who);
        match lock::take(session, &self.head.stack, &holder).await? {
            Taken::Ours => Ok(()),
            // without a lock on this machine nobody here knows who is dead
            Taken::By(other) if self._here.is_some() && dead(&self.past, &other, &self.head) => {
                lock::release(session, &self.head.stack).await?;
                match lock::take(session, &self.head.stack, &holder).await? {
                    Taken::Ours => Ok(()),
                    Taken::By(other) => Err(Refused::There(other)),
                }
            }
            Taken::By(other) => Err(Refused::There(other)),
        }
    }

    /// The run is over. `whole`: nothing is left of what earlier runs began.
    ///
    /// # Errors
    /// When the lock cannot be given back.
    pub async fn end(self, session: &Session, how: End, whole: bool) -> Result<Lock, AwsError> {
        if whole {
            self.past.iter().for_each(|past| past.settle(&self.head.run));
        }
        // first the lock: with the journal's end nobody could tell that its holder is dead
        let lock = if self.locks_aws { self.give_back(session).await? } else { Lock::Given };
        self.journal.end(how);
        Ok(lock)
    }

    /// Only what is still this run's: whoever took the lock away may hold it now.
    async fn give_back(&self, session: &Session) -> Result<Lock, AwsError> {
        let since = Instant::now();
        let held = loop {
            let held = lock::look(session, &self.head.stack).await?;
            match held.as_ref().filter(|holder| holder.run != self.head.run) {
                None => break held,
                // these may be the tags of the lock that stood there before
                Some(_) if since.elapsed() < REST => sleep(Duration::from_secs(1)).await,
                Some(other) => return Ok(Lock::Lost(Some(other.clone()))),
            }
        };
        // what is not to be seen may be there all the same: its end tells
        let there = lock::release(session, &self.head.stack).await?;
        Ok(if held.is_some() || there { Lock::Given } else { Lock::Lost(None) })
    }
}

/// What became of a run's lock.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Lock {
    Given,
    /// Somebody had taken it away before the run was over; who holds it now.
    Lost(Option<Holder>),
}

/// Is that lock's holder a run of this machine's that is known to be dead?
fn dead(past: &[Past], holder: &Holder, head: &Head) -> bool {
    past.iter().any(|past| {
        past.head.run == holder.run && past.head.host == head.host && !past.is_at_work(&head.host)
    })
}

/// Earlier runs on the same stack that never came to their end.
fn unfinished(folder: &Path, head: &Head) -> Vec<Past> {
    journal::unfinished(&journals(folder), &head.stack, &head.account, &head.region)
}

/// There is nothing left to do of what earlier runs began: their journals are
/// closed, and a lock of theirs is given back.
///
/// # Errors
/// When somebody is at work, or AWS does not give the lock back.
pub async fn settle(session: &Session, folder: &Path, head: &Head) -> Result<(), Refused> {
    let here = here(folder, head)?;
    let past = unfinished(folder, head);
    if let Some(holder) = lock::look(session, &head.stack).await?
        && here.is_some()
        && dead(&past, &holder, head)
    {
        lock::release(session, &head.stack).await?;
    }
    past.iter().for_each(|past| past.settle(&head.run));
    Ok(())
}

/// Waits until AWS can be believed to show what an earlier run did last.
pub async fn rest(past: &[Past]) {
    let ages = past.iter().filter_map(|past| {
        let written = fs::metadata(&past.path).ok()?.modified().ok()?;
        // of a clock that was set back since, nobody knows how long ago
        Some(SystemTime::now().duration_since(written).unwrap_or_default())
    });
    if let Some(youngest) = ages.min() {
        sleep(REST.saturating_sub(youngest)).await;
    }
}

/// The lock on this machine. `None` where the file system knows no locks.
fn here(folder: &Path, head: &Head) -> Result<Option<File>, Refused> {
    let place = folder.join("lock");
    let hash = Sha256::digest(format!("{} {} {}", head.stack, head.account, head.region));
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let path = place.join(hash);
    let cannot = |error| Refused::Folder { path: path.clone(), error };
    fs::create_dir_all(&place).map_err(cannot)?;
    // what is written below must not go into a file of somebody else's
    if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
        return Err(cannot(io::Error::other("it is a link, or no file at all")));
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = file.read_to_string(&mut text);
            let unknown = Head { run: String::new(), host: "this machine".into(), ..head.clone() };
            return Err(Refused::Here(Box::new(serde_json::from_str(&text).unwrap_or(unknown))));
        }
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(cannot(error)),
    }
    let text = serde_json::to_vec(head).unwrap_or_default();
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(&text)).map_err(cannot)?;
    Ok(Some(file))
}
