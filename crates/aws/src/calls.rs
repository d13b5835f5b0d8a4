//! Counting: what a run asked of AWS, and, where somebody wants to know, each call with its times.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::error::{AwsError, Call};

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

/// One call, from the wish to its end: names, times and how it ended, nothing
/// of what was asked or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    pub service: &'static str,
    pub operation: &'static str,
    /// 1, or one more than that of the call whose answer came last before it was
    /// asked: recon asks as soon as the last thing is there that a call needs.
    pub wave: usize,
    /// Place of that call in the trace.
    pub after: Option<usize>,
    /// When it was wanted, since the client was made.
    pub asked: Duration,
    /// When budget and parallelism let it go.
    pub begun: Duration,
    /// When it ended, after all its attempts.
    pub ended: Duration,
    pub attempts: u32,
    /// Attempts that AWS answered with a throttle.
    pub throttled: u32,
    /// HTTP status of the last answer, if one came.
    pub status: Option<u16>,
    /// AWS's code, or recon's own, where it did not succeed.
    pub code: Option<String>,
}

/// The count of one handle on a client.
#[derive(Debug)]
pub(crate) struct Counter {
    calls: Mutex<Calls>,
    /// Kept from when somebody asks for it.
    trace: Mutex<Option<Vec<Traced>>>,
    /// The client's beginning, from which times are told.
    start: Instant,
}

impl Counter {
    pub(crate) fn new(start: Instant) -> Counter {
        Counter { calls: Mutex::default(), trace: Mutex::default(), start }
    }

    /// Keeps every call from now on.
    pub(crate) fn keep_trace(&self) {
        lock(&self.trace).get_or_insert_default();
    }

    pub(crate) fn trace(&self) -> Vec<Traced> {
        lock(&self.trace).clone().unwrap_or_default()
    }

    /// A call is wanted.
    pub(crate) fn asked(self: &Arc<Self>, call: Call) -> Arc<Ticket> {
        let trace = lock(&self.trace);
        let after = trace.as_ref().and_then(|trace| trace.last().map(|last| (trace.len() - 1, last.wave)));
        drop(trace);
        Arc::new(Ticket {
            call,
            counter: Arc::clone(self),
            asked: Instant::now(),
            after,
            attempts: AtomicU32::new(0),
            throttled: AtomicU32::new(0),
            status: AtomicU16::new(0),
        })
    }

    pub(crate) fn snapshot(&self) -> Calls {
        lock(&self.calls).clone()
    }
}

/// One call under way.
#[derive(Debug)]
pub(crate) struct Ticket {
    call: Call,
    counter: Arc<Counter>,
    asked: Instant,
    /// The call that ended last before, and its wave.
    after: Option<(usize, usize)>,
    attempts: AtomicU32,
    throttled: AtomicU32,
    status: AtomicU16,
}

impl Ticket {
    /// A request leaves.
    pub(crate) fn sent(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.status.store(0, Ordering::Relaxed);
        let mut calls = lock(&self.counter.calls);
        calls.total += 1;
        *calls.services.entry(self.call.service).or_default() += 1;
        *calls.operations.entry(format!("{} {}", self.call.service, self.call.operation)).or_default() += 1;
    }

    /// An answer comes in.
    pub(crate) fn answered(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    pub(crate) fn throttled(&self) {
        self.throttled.fetch_add(1, Ordering::Relaxed);
        lock(&self.counter.calls).throttled += 1;
    }

    /// The call is over; it was let go at `begun`.
    pub(crate) fn ended<T>(&self, begun: Instant, outcome: &Result<T, AwsError>) {
        let now = Instant::now();
        let mut calls = lock(&self.counter.calls);
        calls.milliseconds += millis(now - self.asked);
        calls.waited_milliseconds += millis(begun - self.asked);
        drop(calls);
        if let Some(trace) = &mut *lock(&self.counter.trace) {
            let status = self.status.load(Ordering::Relaxed);
            let start = self.counter.start;
            trace.push(Traced {
                service: self.call.service,
                operation: self.call.operation,
                wave: self.after.map_or(0, |(_, wave)| wave) + 1,
                after: self.after.map(|(at, _)| at),
                asked: self.asked - start,
                begun: begun - start,
                ended: now - start,
                attempts: self.attempts.load(Ordering::Relaxed),
                throttled: self.throttled.load(Ordering::Relaxed),
                status: (status != 0).then_some(status),
                code: outcome.as_ref().err().map(|error| error.code.clone()),
            });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
