//! Journals of earlier runs.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use super::form::{End, FORMAT, Head, Intent, Line, Outcome};

/// No run makes so many calls.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A run that never came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    pub path: PathBuf,
    pub head: Head,
    pub intents: Vec<Intent>,
}

impl Past {
    /// Calls of which nobody noted what came.
    pub fn open(&self) -> impl Iterator<Item = &Intent> {
        self.intents
            .iter()
            .filter(|intent| !matches!(intent.outcome, Some(Outcome::Done | Outcome::Refused(_))))
    }

    /// Calls that AWS answered.
    pub fn answered(&self) -> usize {
        self.intents.len() - self.open().count()
    }

    pub fn wrote_iam(&self) -> bool {
        self.intents.iter().any(|intent| intent.op.starts_with("iam "))
    }

    /// Whether its process still lives, as far as that machine can tell: a folder that
    /// was copied, or that two machines share, has a journal without its lock.
    pub fn is_at_work(&self, host: &str) -> bool {
        // a process that has this one's number has it from a dead one
        self.head.host == host && self.head.pid != std::process::id() && lives(self.head.pid)
    }

    /// What it left is found out: nobody needs to hear of it again.
    pub fn settle(&self, by: &str) {
        if let Ok(mut file) = OpenOptions::new().append(true).open(&self.path) {
            // a last line that is torn must not swallow this one
            let _ = std::io::Write::write_all(&mut file, b"\n");
            let _ = super::line(&mut file, &Line::End(End::SettledBy(by.to_string())));
        }
    }
}

#[cfg(unix)]
fn lives(pid: u32) -> bool {
    use rustix::process::{Pid, test_kill_process};
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn lives(_: u32) -> bool {
    false
}

/// Runs on that stack in that account and region that never came to their end,
/// the oldest first.
pub fn unfinished(folder: &Path, stack: &str, account: &str, region: &str) -> Vec<Past> {
    let ours = |past: &Past| {
        (past.head.stack.as_str(), past.head.account.as_str(), past.head.region.as_str())
            == (stack, account, region)
    };
    let mut all: Vec<Past> = files(folder).filter_map(|path| read(&path)).filter(ours).collect();
    all.sort_by_key(|past| (past.head.at, past.head.run.clone()));
    all
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|ext| ext == "jsonl"))
}

/// `None` for a journal with an end, and for a file that is none.
fn read(path: &Path) -> Option<Past> {
    // a link, say to a device, is no journal
    let there = fs::symlink_metadata(path).ok()?;
    if !there.is_file() || there.len() > LARGEST {
        return None;
    }
    // the death of a process may tear its last line, in the middle of a letter, too
    let bytes = fs::read(path).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
    let Some(Line::Head(head)) = lines.next() else { return None };
    if head.journal != FORMAT {
        return None;
    }
    let mut past = Past { path: path.to_path_buf(), head, intents: Vec::new() };
    for line in lines {
        match line {
            Line::Intent(intent) => past.intents.push(intent),
            Line::Outcome { n, outcome } => {
                if let Some(intent) = past.intents.iter_mut().find(|intent| intent.n == n) {
                    intent.outcome = Some(outcome);
                }
            }
            Line::End(_) => return None,
            Line::Head(_) => {}
        }
    }
    Some(past)
}

/// Deletes the oldest journals that have an end, until so many are left.
pub(super) fn prune(folder: &Path, keep: usize) {
    let mut finished: Vec<PathBuf> = files(folder).filter(|path| read(path).is_none()).collect();
    // names begin with the time
    finished.sort();
    let surplus = finished.len().saturating_sub(keep);
    for path in &finished[..surplus] {
        // one that stays is no harm
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test's helpers are tests too")]
mod tests {
    use std::io::Write;

    use tempfile::TempDir;

    use super::*;
    use crate::journal::{Book, now};

    fn head(pid: u32) -> Head {
        let text = |text: &str| text.to_string();
        Head {
            journal: FORMAT,
            run: text("r"),
            recon: text("0"),
            command: text("apply"),
            stack: text("s"),
            account: text("1"),
            region: text("eu"),
            plan: text("p"),
            host: text("here"),
            pid,
            at: now(),
        }
    }

    fn intent(n: u64, name: &str) -> Line {
        let address = "iam.role.r".parse().unwrap();
        Line::Intent(Intent {
            n,
            op: "iam CreateRole".into(),
            address,
            name: name.into(),
            token: None,
            outcome: None,
        })
    }

    fn found(folder: &TempDir) -> Vec<Past> {
        unfinished(folder.path(), "s", "1", "eu")
    }

    #[test]
    fn a_line_that_is_torn_in_the_middle_of_a_letter_does_not_hide_the_run() {
        let folder = TempDir::new().unwrap();
        let mut text = serde_json::to_vec(&Line::Head(head(1))).unwrap();
        text.push(b'\n');
        let line = serde_json::to_vec(&intent(1, "größe")).unwrap();
        for cut in 0..=line.len() {
            std::fs::write(folder.path().join("r.jsonl"), [&text[..], &line[..cut]].concat()).unwrap();
            let past = found(&folder);
            assert_eq!(past.len(), 1, "cut at {cut}");
            assert_eq!(past[0].intents.len(), usize::from(cut == line.len()), "cut at {cut}");
        }
    }

    #[test]
    fn a_line_after_one_that_failed_half_way_is_read() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("r.jsonl");
        let mut book = Book { file: Some(std::fs::File::create(&path).unwrap()), ..Book::default() };
        book.line(&Line::Head(head(1)), false).unwrap();
        // as a full disk leaves it
        book.file.as_mut().unwrap().write_all(b"{\"intent\":{\"n\":1,").unwrap();
        book.torn = true;
        book.line(&intent(2, "a"), true).unwrap();
        let numbers: Vec<u64> = found(&folder)[0].intents.iter().map(|intent| intent.n).collect();
        assert_eq!(numbers, [2]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_journal() {
        let folder = TempDir::new().unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("r.jsonl")).unwrap();
        assert!(found(&folder).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_run_is_at_work_here_as_long_as_its_process_lives() {
        let past = |pid| Past { path: PathBuf::new(), head: head(pid), intents: Vec::new() };
        let parent = std::os::unix::process::parent_id();
        assert!(past(parent).is_at_work("here"));
        assert!(!past(parent).is_at_work("elsewhere"));
        assert!(!past(std::process::id()).is_at_work("here"), "that number is another's by now");
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        assert!(!past(child.id()).is_at_work("here"));
    }
}
