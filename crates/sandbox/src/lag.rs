//! Eventual consistency: what was written is seen by readers a while later.

use std::collections::VecDeque;
use std::time::Duration;

use crate::State;
use crate::services::iam;
use crate::watch::reads;

/// How far readers are behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lags {
    /// Readers of IAM, and services that look at a role.
    pub iam: Duration,
    /// The search by tag, and calls that read nothing but tags.
    pub tags: Duration,
}

/// The account as it was before each of the last writes.
#[derive(Default)]
pub(crate) struct Past {
    pub lags: Lags,
    states: VecDeque<(f64, State)>,
}

/// How a call sees the account.
pub(crate) enum Sight {
    Now,
    /// All of it as it was then.
    Then(Box<State>),
    /// IAM as it was then.
    IamThen(Box<iam::State>),
}

impl Past {
    fn longest(&self) -> Duration {
        self.lags.iam.max(self.lags.tags)
    }

    /// Keeps what is about to be changed, as long as somebody may still see it.
    pub fn remember(&mut self, operation: &str, now: f64, state: &State) {
        if self.longest().is_zero() || reads(operation) {
            return;
        }
        let oldest = now - self.longest().as_secs_f64();
        while self.states.front().is_some_and(|(until, _)| *until < oldest) {
            self.states.pop_front();
        }
        self.states.push_back((now, state.clone()));
    }

    /// A kept state stands for the time until the write that it was kept before.
    fn as_of(&self, moment: f64) -> Option<&State> {
        self.states.iter().find(|(until, _)| *until > moment).map(|(_, state)| state)
    }

    pub fn sight(&self, service: &str, operation: &str, now: f64) -> Sight {
        let as_of = |lag: Duration| self.as_of(now - lag.as_secs_f64());
        let then = |lag: Duration| as_of(lag).map(|state| Box::new(state.clone()));
        match (service, reads(operation)) {
            ("iam", true) => then(self.lags.iam).map_or(Sight::Now, Sight::Then),
            ("iam" | "sts", _) => Sight::Now,
            (_, true) if only_tags(service, operation) => {
                then(self.lags.tags).map_or(Sight::Now, Sight::Then)
            }
            (_, true) => Sight::Now,
            _ => as_of(self.lags.iam)
                .map_or(Sight::Now, |state| Sight::IamThen(Box::new(state.global.iam.clone()))),
        }
    }
}

fn only_tags(service: &str, operation: &str) -> bool {
    service == "resourcegroupstaggingapi" || operation.contains("Tag")
}
