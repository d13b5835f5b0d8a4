//! Counting: what a run asked of AWS.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use crate::error::Call;

/// What was asked of AWS so far. Every request counts, retried ones too.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Requests sent.
    pub total: u64,
    /// Requests that AWS answered with a throttle.
    pub throttled: u64,
    /// Sum of the time that calls took, backing off included. Calls overlap, so
    /// this may exceed the run's own time.
    pub milliseconds: u64,
    /// Part of it that calls waited for the rate budget.
    pub waited_milliseconds: u64,
    /// Requests by service.
    pub services: BTreeMap<&'static str, u64>,
    /// Requests by operation: `ecs DescribeServices`.
    pub operations: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(Mutex<Calls>);

impl Counter {
    pub(crate) fn sent(&self, call: Call) {
        let mut calls = self.lock();
        calls.total += 1;
        *calls.services.entry(call.service).or_default() += 1;
        *calls.operations.entry(format!("{} {}", call.service, call.operation)).or_default() += 1;
    }

    pub(crate) fn throttled(&self) {
        self.lock().throttled += 1;
    }

    pub(crate) fn took(&self, waited: Duration, whole: Duration) {
        let mut calls = self.lock();
        calls.milliseconds += millis(whole);
        calls.waited_milliseconds += millis(waited);
    }

    pub(crate) fn snapshot(&self) -> Calls {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
