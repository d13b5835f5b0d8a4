//! Journals of earlier runs.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use super::form::{End, FORMAT, Head, Intent, Line, Outcome};

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

    /// What it left is found out: nobody needs to hear of it again.
    pub fn settle(&self, by: &str) {
        if let Ok(mut file) = OpenOptions::new().append(true).open(&self.path) {
            // a last line that is torn must not swallow this one
            let _ = std::io::Write::write_all(&mut file, b"\n");
            let _ = super::line(&mut file, &Line::End(End::SettledBy(by.to_string())));
        }
    }
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
    let text = fs::read_to_string(path).ok()?;
    // the death of a process may tear its last line
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
