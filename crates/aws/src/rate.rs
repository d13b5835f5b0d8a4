//! A token bucket that gives way when AWS throttles.
//!
//! A call takes a token at once, even one that is still to come, and is told
//! how long to wait for it: first come, first served, without a queue. All
//! time is tokio's, so that a paused clock rules here too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Call;
use crate::quota::{Quota, quota};

/// Share of its rate that a bucket never goes below.
const FLOOR: f64 = 1.0 / 16.0;
/// Time from half the rate back to the whole.
const RECOVERY: Duration = Duration::from_secs(15);
/// Throttles that come closer together than this are one event.
const SAME_EVENT: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Bucket {
    quota: Quota,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Negative where tokens of the future are given out.
    tokens: f64,
    /// Share of the quota's rate that holds now.
    share: f64,
    at: Instant,
    throttled: Option<Instant>,
}

impl Bucket {
    fn new(quota: Quota) -> Bucket {
        let state = State { tokens: quota.burst, share: 1.0, at: Instant::now(), throttled: None };
        Bucket { quota, state: Mutex::new(state) }
    }

    /// Takes a token; the call must wait that long before it is sent.
    pub(crate) fn take(&self) -> Duration {
        let mut state = self.refilled();
        state.tokens -= 1.0;
        if state.tokens >= 0.0 {
            return Duration::ZERO;
        }
        Duration::from_secs_f64(-state.tokens / (self.quota.per_second * state.share))
    }

    /// AWS throttled a call: the burst is spent and the rate halves.
    pub(crate) fn throttled(&self) {
        let mut state = self.refilled();
        state.tokens = state.tokens.min(0.0);
        if state.throttled.is_some_and(|last| state.at - last < SAME_EVENT) {
            return;
        }
        state.throttled = Some(state.at);
        state.share = (state.share / 2.0).max(FLOOR);
    }

    fn refilled(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let seconds = (now - state.at).as_secs_f64();
        let tokens = state.tokens + seconds * self.quota.per_second * state.share;
        state.tokens = tokens.min(self.quota.burst);
        state.share = (state.share + seconds / RECOVERY.as_secs_f64() / 2.0).min(1.0);
        state.at = now;
        state
    }
}

/// One bucket per service and category, made when first asked for.
#[derive(Debug, Default)]
pub(crate) struct Budget(Mutex<HashMap<(&'static str, &'static str), Arc<Bucket>>>);

impl Budget {
    pub(crate) fn bucket(&self, call: Call) -> Arc<Bucket> {
        let quota = quota(call.service, call.operation);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (call.service, quota.category);
        Arc::clone(buckets.entry(key).or_insert_with(|| Arc::new(Bucket::new(quota))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota { category: "test", burst: 3.0, per_second: 2.0 };

    fn seconds(duration: Duration) -> f64 {
        (duration.as_secs_f64() * 1000.0).round() / 1000.0
    }

    #[tokio::test(start_paused = true)]
    async fn the_burst_is_free_and_what_follows_waits_its_turn() {
        let bucket = Bucket::new(QUOTA);
        let waits: Vec<_> = (0..6).map(|_| seconds(bucket.take())).collect();
        assert_eq!(waits, [0.0, 0.0, 0.0, 0.5, 1.0, 1.5]);
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_come_back_up_to_the_burst() {
        let bucket = Bucket::new(QUOTA);
        for _ in 0..3 {
            bucket.take();
        }
        tokio::time::advance(Duration::from_secs(60)).await;
        let waits: Vec<_> = (0..4).map(|_| seconds(bucket.take())).collect();
        assert_eq!(waits, [0.0, 0.0, 0.0, 0.5]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttle_spends_the_burst_and_halves_the_rate_once_per_event() {
        let bucket = Bucket::new(QUOTA);
        for _ in 0..8 {
            bucket.throttled();
        }
        assert_eq!(seconds(bucket.take()), 1.0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_recovers_when_throttles_stop() {
        let bucket = Bucket::new(QUOTA);
        bucket.throttled();
        tokio::time::advance(Duration::from_secs(60)).await;
        for _ in 0..3 {
            assert_eq!(bucket.take(), Duration::ZERO);
        }
        assert_eq!(seconds(bucket.take()), 0.5);
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_without_end_leaves_a_trickle() {
        let bucket = Bucket::new(QUOTA);
        for _ in 0..100 {
            bucket.throttled();
            tokio::time::advance(Duration::from_secs(2)).await;
        }
        bucket.throttled();
        let wait = bucket.take();
        assert!(wait > Duration::from_secs(1) && wait <= Duration::from_secs(8), "{wait:?}");
    }
}
