//! One rule: all that is said of it anywhere stands in one place.

use std::fmt;

use crate::cx::Cx;
use crate::live::Account;
use crate::sink::Sink;

/// A rule, as its family's file writes it down.
#[derive(Debug)]
pub struct Rule {
    /// Stable: people write it in `allow`, and look it up years later.
    pub id: &'static str,
    pub severity: Severity,
    /// What is wrong, in a line.
    pub title: &'static str,
    /// What it means, and why AWS minds.
    pub doc: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Where AWS says so.
    pub source: &'static str,
    /// TOML that breaks the rule, laid over the stack in `tests/base`.
    pub bad: &'static str,
    /// The same, put right.
    pub good: &'static str,
    pub by: By,
}

/// What finds a violation.
#[derive(Clone, Copy)]
pub enum By {
    /// This crate, from the stack alone.
    Check(fn(&Cx<'_>, &mut Sink<'_>)),
    /// AWS's own service model, at these fields: `(kind, path)`.
    Model(&'static [(&'static str, &'static str)]),
    /// AWS's model at these fields, and this crate for what the model does not say.
    Both(&'static [(&'static str, &'static str)], fn(&Cx<'_>, &mut Sink<'_>)),
    /// The reading of the stack: it does not load.
    Reader,
    /// The plan, from the differences: a replacement instead of an update.
    Plan,
    /// This crate, from the stack alone, and once more with what lookups found.
    Network(fn(&Cx<'_>, &mut Sink<'_>)),
    /// This crate, from the stack, the account and the plan.
    Live(fn(&Account<'_>, &mut Sink<'_>)),
}

impl By {
    /// In words, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            By::Check(_) | By::Both(..) => "`recon check`, offline",
            By::Model(_) => "`recon check`, offline, from AWS's service model",
            By::Reader => "the reading of the stack, offline",
            By::Plan => "`recon plan`: the change becomes a replacement",
            By::Network(_) => "`recon check`, offline; `recon plan` knows more of the network",
            By::Live(_) => "`recon plan`, which sees the account",
        }
    }
}

impl fmt::Debug for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// AWS refuses it, or what is built cannot work.
    Error,
    /// It works, but most likely not as meant.
    Warning,
    /// Good practice that somebody may have a reason to leave.
    Advice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        })
    }
}

/// Rules on one subject.
#[derive(Debug)]
pub struct Family {
    /// `svc`: the family's folder here and its page in `docs/rules`.
    pub name: &'static str,
    pub title: &'static str,
    pub rules: &'static [&'static Rule],
}
