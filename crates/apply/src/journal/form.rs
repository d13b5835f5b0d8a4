//! The lines of a journal.

use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use recon_model::Address;
use recon_model::plan::Plan;
use serde::{Deserialize, Serialize};

/// Number of the journal's form.
pub const FORMAT: u32 = 1;

/// Who runs what, where and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub journal: u32,
    pub run: String,
    pub recon: String,
    pub command: String,
    pub stack: String,
    pub account: String,
    pub region: String,
    /// The plan's id.
    pub plan: String,
    pub host: String,
    pub pid: u32,
    /// Seconds since 1970.
    pub at: u64,
}

impl Head {
    /// Of a run that begins now.
    pub fn new(command: &str, plan: &Plan, host: &str) -> Self {
        let at = now();
        let stamp: String = rfc3339(at).chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        // the standard library's only source of randomness: the keys of its hashers
        let random = RandomState::new().hash_one(at) as u32;
        Self {
            journal: FORMAT,
            run: format!("{stamp}-{random:08x}"),
            recon: env!("CARGO_PKG_VERSION").to_string(),
            command: command.to_string(),
            stack: plan.stack.clone(),
            account: plan.account.clone(),
            region: plan.region.clone(),
            plan: plan.id.clone(),
            host: host.to_string(),
            pid: std::process::id(),
            at,
        }
    }
}

/// A mutating call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    pub n: u64,
    /// `iam CreateRole`.
    pub op: String,
    pub address: Address,
    /// What the resource is called in AWS.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(skip)]
    pub outcome: Option<Outcome>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done,
    /// AWS said no, with this code.
    Refused(String),
    /// No answer, or one that leaves open what was done.
    Unknown(String),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Everything was done.
    Done,
    /// Something failed or was stopped; it was told what.
    Stopped,
    /// It never came to its end, and a later run found out what it left.
    SettledBy(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    Head(Head),
    Intent(Intent),
    Outcome { n: u64, outcome: Outcome },
    End(End),
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A moment as people read it.
pub fn rfc3339(seconds: u64) -> String {
    let moment = DateTime::from_secs(i64::try_from(seconds).unwrap_or_default());
    moment.fmt(Format::DateTime).unwrap_or_else(|_| seconds.to_string())
}
