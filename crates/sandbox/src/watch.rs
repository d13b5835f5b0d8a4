//! What tests see of the calls, and what they let go wrong with them.

use std::sync::Arc;

use serde_json::Value;

use crate::Refusal;

/// A call that is about to be answered.
#[derive(Debug, Clone, Copy)]
pub struct CallInfo<'a> {
    pub service: &'a str,
    pub operation: &'a str,
    pub region: &'a str,
    pub input: &'a Value,
    /// How many calls the sandbox has seen with this one.
    pub number: u64,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The call is refused and has no effect.
    Refuse(Refusal),
    /// The call has its effect, but the caller hears this instead of the answer.
    RefuseAfter(Refusal),
}

/// Says what is to go wrong with a call, if anything.
pub type Hook = dyn Fn(&CallInfo<'_>) -> Option<Fault> + Send + Sync;

/// A call that was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub service: String,
    pub operation: String,
    pub region: String,
    pub input: Value,
    /// What the caller heard.
    pub outcome: Result<Value, Refusal>,
}

/// What a sandbox does beside answering.
#[derive(Default)]
pub(crate) struct Watch {
    pub hook: Option<Arc<Hook>>,
    pub records: bool,
    pub log: Vec<Logged>,
    calls: u64,
}

impl Watch {
    /// The number of the call that begins, and whom to ask about it.
    pub fn next(&mut self) -> (u64, Option<Arc<Hook>>) {
        self.calls += 1;
        (self.calls, self.hook.clone())
    }

    pub fn keep(&mut self, logged: impl FnOnce() -> Logged) {
        if self.records {
            self.log.push(logged());
        }
    }
}
