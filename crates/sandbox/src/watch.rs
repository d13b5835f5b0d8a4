//! What tests see of the calls, and what they let go wrong with them.

use std::sync::Arc;
use std::time::Duration;

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

impl CallInfo<'_> {
    /// Changes nothing, by its name.
    pub fn reads(&self) -> bool {
        reads(self.operation)
    }
}

/// Whether an operation of that name only reads.
pub(crate) fn reads(operation: &str) -> bool {
    ["Describe", "Get", "List", "BatchGet", "Head"].iter().any(|verb| operation.starts_with(verb))
}

/// On which side of its effect a call is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The call has no effect.
    Before,
    /// The call has its effect, and nobody hears of it.
    After,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The call is refused and has no effect.
    Refuse(Refusal),
    /// The call has its effect, but the caller hears this instead of the answer.
    RefuseAfter(Refusal),
    /// The connection is closed instead of an answer.
    Drop(When),
    /// No answer ever comes: the caller's patience ends it.
    Hang(When),
    /// The caller's process ends here: see [`Sandbox::death`](crate::Sandbox::death).
    Die(When),
    /// The answer is on its way that long.
    Late(Duration),
    /// What starts never gets there: services stay without their tasks, load
    /// balancers stay in provisioning, as far as this call tells.
    Unstable,
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
    /// What the caller heard, or would have heard had the answer reached him.
    pub outcome: Result<Value, Refusal>,
}

/// How a call ends for its caller.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Delivery {
    Answer(Result<Value, Refusal>, Duration),
    Dropped,
    Never,
    Death,
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

/// Lets an answer say that nothing has come up yet.
pub(crate) fn unsettle(operation: &str, answer: &mut Value) {
    let list = match operation {
        "DescribeServices" => "services",
        "DescribeLoadBalancers" => "LoadBalancers",
        _ => return,
    };
    for item in answer[list].as_array_mut().into_iter().flatten() {
        if operation == "DescribeLoadBalancers" {
            item["State"] = serde_json::json!({"Code": "provisioning"});
            continue;
        }
        let desired = item["desiredCount"].as_i64().unwrap_or_default();
        item["runningCount"] = 0.into();
        item["pendingCount"] = desired.into();
        for deployment in item["deployments"].as_array_mut().into_iter().flatten() {
            deployment["runningCount"] = 0.into();
            deployment["rolloutState"] = "IN_PROGRESS".into();
        }
        for set in item["taskSets"].as_array_mut().into_iter().flatten() {
            set["stabilityStatus"] = "STABILIZING".into();
        }
    }
}
