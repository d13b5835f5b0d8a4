//! Since when a difference is known. recon keeps no state: the JSON of the run
//! before, which the user keeps, says so.

use std::path::Path;
use std::time::SystemTime;

use recon_model::Address;
use recon_model::load::words;
use recon_model::plan::{Action, Plan, Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Failure;

/// One difference, and when a run first told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct First {
    pub address: Address,
    /// The field; none where the resource as a whole differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What stands in the account; another value there is another difference.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub live: Value,
    pub since: String,
    /// The run before told of it, too.
    #[serde(skip)]
    pub known: bool,
}

/// The differences of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// When the run was, RFC 3339, UTC.
    pub at: String,
    pub differences: Vec<First>,
    /// There was a run before to compare with.
    #[serde(skip)]
    pub compared: bool,
}

impl Seen {
    /// What a run finds now; what the run before knew keeps its date.
    pub fn now(plan: &Plan, before: Option<&Seen>) -> Self {
        let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        Self::at(now, plan, before)
    }

    /// The same at a given time.
    pub fn at(at: String, plan: &Plan, before: Option<&Seen>) -> Self {
        let known = |found: &First| {
            let same = |old: &&First| {
                (&old.address, &old.path, &old.live) == (&found.address, &found.path, &found.live)
            };
            before.and_then(|before| before.differences.iter().find(same)).map(|old| old.since.clone())
        };
        let differences = plan.steps.iter().flat_map(|step| of(step, &at));
        let dated = differences.map(|found| match known(&found) {
            Some(since) => First { since, known: true, ..found },
            None => found,
        });
        Self { differences: dated.collect(), compared: before.is_some(), at }
    }

    /// The run before, from its JSON.
    ///
    /// # Errors
    /// When the file cannot be read, or is no output of `recon drift --format json`.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let hint = "it is what an earlier `recon drift --format json` printed";
        let text = std::fs::read_to_string(path).map_err(|error| {
            Failure::new(format!("{} cannot be read: {}", path.display(), words(&error))).help(hint)
        })?;
        let wrong =
            |error| Failure::new(format!("{} is no drift of before: {error}", path.display())).help(hint);
        serde_json::from_str(&text).map_err(wrong)
    }

    /// What is known of that difference, where a run before is at hand.
    pub fn first(&self, address: &Address, path: Option<&str>) -> Option<&First> {
        let one = self.differences.iter().find(|one| one.address == *address && one.path.as_deref() == path);
        one.filter(|_| self.compared)
    }

    /// Differences that the run before did not know.
    pub fn new_ones(&self) -> usize {
        self.differences.iter().filter(|one| !one.known).count()
    }
}

/// The differences that a step stands for.
fn of(step: &Step, at: &str) -> Vec<First> {
    let one = |path: Option<String>, live: Value| First {
        address: step.address.clone(),
        path,
        live,
        since: at.to_string(),
        known: false,
    };
    match &step.action {
        Action::Keep => Vec::new(),
        Action::Update(_) | Action::Replace(..) | Action::Adopt(_) if !step.fields.is_empty() => {
            step.fields.iter().map(|change| one(Some(change.path.clone()), change.from.clone())).collect()
        }
        action => vec![one(None, action.word().into())],
    }
}
