//! The results of many stacks as one: what `plan` and `drift` print of several
//! folders, and what `report merge` puts together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use recon_model::plan::{Calls, FORMAT, Plan, Summary};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::args::Shard;
use crate::render::verdict;
use crate::seen::Seen;
use crate::{Exit, Failure};

/// One run over many stacks, or several such runs put together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Estate {
    pub format: u32,
    /// `plan` or `drift`.
    pub command: String,
    /// The code with which the run ended.
    pub exit: u8,
    /// Which part of all folders it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Parts that were not among those put together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Shard>,
    pub stacks: Vec<Entry>,
    /// Steps of all of them.
    pub summary: Summary,
    pub calls: Calls,
}

/// One stack of many.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// Its folder, as it was given.
    pub folder: String,
    /// The code with which a run on it alone would have ended.
    pub exit: u8,
    pub result: Answer,
}

/// What the command prints for a stack alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    Drift(Box<Drift>),
    Plan(Box<Plan>),
    /// Why there is none.
    Errors(Value),
}

/// A drift: the plan that would undo it, and since when which difference is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Drift {
    #[serde(flatten)]
    pub plan: Plan,
    #[serde(flatten)]
    pub seen: Seen,
}

/// How a stack stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Clean,
    Changes,
    /// Something of it could not be read.
    Unread,
    /// There is no result.
    Failed,
}

impl Entry {
    pub fn standing(&self) -> Standing {
        match self.result.plan().map(verdict) {
            None => Standing::Failed,
            Some(Exit::Clean) => Standing::Clean,
            Some(Exit::Changes) => Standing::Changes,
            Some(_) => Standing::Unread,
        }
    }
}

impl Answer {
    pub fn plan(&self) -> Option<&Plan> {
        match self {
            Answer::Plan(plan) => Some(plan),
            Answer::Drift(drift) => Some(&drift.plan),
            Answer::Errors(_) => None,
        }
    }
}

impl Estate {
    pub fn new(command: &str, shard: Option<Shard>, stacks: Vec<Entry>) -> Self {
        let plans = || stacks.iter().filter_map(|entry| entry.result.plan());
        let summary = plans().fold(Summary::default(), |all, plan| sum(all, plan.summary));
        let mut calls = Calls::default();
        for plan in plans() {
            calls.total += plan.calls.total;
            for (service, n) in &plan.calls.by_service {
                *calls.by_service.entry(service.clone()).or_default() += n;
            }
        }
        let exit = worst(stacks.iter().map(|entry| entry.exit));
        let missing = Vec::new();
        Self { format: FORMAT, command: command.into(), exit, shard, missing, stacks, summary, calls }
    }

    /// The parts of one run put together, whatever the order in which they are given.
    ///
    /// # Errors
    /// When they are not parts of one run: of different commands, of differently many
    /// parts, or with a folder in two of them.
    pub fn merged(parts: Vec<(String, Estate)>) -> Result<Self, Failure> {
        let Some((_, first)) = parts.first() else { return Err(Failure::new("there is nothing to merge")) };
        let command = first.command.clone();
        let mut folders: BTreeMap<String, String> = BTreeMap::new();
        let mut shards = BTreeSet::new();
        let mut stacks = Vec::new();
        for (file, part) in parts {
            if part.command != command {
                let text = format!("{file} is of `recon {}`, the others of `recon {command}`", part.command);
                return Err(Failure::new(text));
            }
            shards.extend(part.shard);
            for entry in part.stacks {
                if let Some(other) = folders.insert(entry.folder.clone(), file.clone()) {
                    let text = format!("{} stands in {other} and in {file}", entry.folder);
                    return Err(Failure::new(text).help("give each shard's file once"));
                }
                stacks.push(entry);
            }
        }
        stacks.sort_by(|one, other| one.folder.cmp(&other.folder));
        let mut merged = Self::new(&command, None, stacks);
        merged.missing = missing(&shards)?;
        if !merged.missing.is_empty() {
            merged.exit = Exit::Error.code();
        }
        Ok(merged)
    }

    /// What is no plan is a list of errors, or nobody knows what it is.
    fn sound(self, file: &str) -> Result<Self, Failure> {
        let odd = |entry: &&Entry| matches!(&entry.result, Answer::Errors(why) if why.get("errors").or(why.get("findings")).is_none());
        match self.stacks.iter().find(odd) {
            Some(entry) => Err(Failure::new(format!("{file}: what stands of {} is no result", entry.folder))),
            None => Ok(self),
        }
    }

    /// Stacks that stand so.
    pub fn standing(&self, standing: Standing) -> usize {
        self.stacks.iter().filter(|entry| entry.standing() == standing).count()
    }

    pub fn exit(&self) -> Exit {
        exit(self.exit)
    }

    /// From the JSON that a run over many stacks has printed.
    ///
    /// # Errors
    /// When it is something else, or of another format.
    pub fn parse(file: &str, text: &str) -> Result<Self, Failure> {
        let hint = "it is what `recon plan` or `recon drift` prints with --format json of several folders or \
                    of a --shard";
        let wrong = |error: serde_json::Error| {
            Failure::new(format!("{file} is no report of several stacks: {error}")).help(hint)
        };
        let document: Value = serde_json::from_str(text).map_err(wrong)?;
        match document.get("format").and_then(Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {
                let estate: Self = serde_json::from_value(document).map_err(wrong)?;
                estate.sound(file)
            }
            Some(format) => {
                Err(Failure::new(format!("{file} is of format {format}, this recon reads {FORMAT}")))
            }
            None => Err(Failure::new(format!("{file} is no report: it has no `format`")).help(hint)),
        }
    }
}

/// The parts that are not there, if there are parts.
fn missing(shards: &BTreeSet<Shard>) -> Result<Vec<Shard>, Failure> {
    let Some(of) = shards.first().map(|shard| shard.of) else { return Ok(Vec::new()) };
    if let Some(other) = shards.iter().find(|shard| shard.of != of) {
        return Err(Failure::new(format!("one part is one of {of}, another one of {}", other.of)));
    }
    Ok((1..=of).map(|index| Shard { index, of }).filter(|shard| !shards.contains(shard)).collect())
}

/// One code for all: an error over differences over nothing.
pub fn worst(codes: impl Iterator<Item = u8>) -> u8 {
    let (error, changes) = (Exit::Error.code(), Exit::Changes.code());
    codes.fold(Exit::Clean.code(), |all, code| match (all, code) {
        (all, code) if all == error || (code != 0 && code != changes) => error,
        (all, code) => all.max(code),
    })
}

/// What a run over many can end with.
pub fn exit(code: u8) -> Exit {
    match code {
        0 => Exit::Clean,
        code if code == Exit::Changes.code() => Exit::Changes,
        _ => Exit::Error,
    }
}

fn sum(one: Summary, other: Summary) -> Summary {
    Summary {
        create: one.create + other.create,
        update: one.update + other.update,
        replace: one.replace + other.replace,
        delete: one.delete + other.delete,
        adopt: one.adopt + other.adopt,
        keep: one.keep + other.keep,
        blocked: one.blocked + other.blocked,
    }
}

/// The run before, of many stacks: for `--since`.
pub struct Before(BTreeMap<String, Seen>);

impl Before {
    /// # Errors
    /// When the file cannot be read, or holds no drift of several stacks.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let estate = Estate::parse(&path.display().to_string(), &text(path)?)?;
        let seen = |entry: Entry| match entry.result {
            Answer::Drift(drift) => Some((entry.folder, drift.seen)),
            _ => None,
        };
        Ok(Self(estate.stacks.into_iter().filter_map(seen).collect()))
    }

    /// What it knew of a folder: nothing, if that is a new one.
    pub fn of(&self, folder: &Path) -> Seen {
        self.0.get(&folder.display().to_string()).cloned().unwrap_or_default()
    }
}

/// A file's text.
///
/// # Errors
/// When it cannot be read.
pub fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(format!("{} cannot be read: {error}", path.display())))
}
