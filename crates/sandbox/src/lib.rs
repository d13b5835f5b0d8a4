//! AWS in a box: the services that recon speaks, with AWS's own refusals.
//!
//! A call is a service, an operation and a document with AWS's member names.
//! Every input is checked against AWS's model before a service sees it, every
//! answer before a client does, so the sandbox cannot drift from AWS's forms.
//! Time is tokio's: under a paused clock an apply with all its waits takes no
//! time at all and yet sees every state in between.

mod context;
pub mod faults;
mod form;
pub mod http;
mod lag;
mod page;
mod record;
mod refusal;
pub mod server;
mod services;
mod tags;
mod watch;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use recon_shapes::{service, validate, validate_answer};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

pub use context::{Context, Ids};
pub use lag::Lags;
pub use refusal::Refusal;
pub use services::State;
pub use watch::{CallInfo, Fault, Hook, Logged, When};

use lag::{Past, Sight};
use watch::{Delivery, Watch, unsettle};

/// The account that a sandbox is, unless told otherwise.
pub const ACCOUNT: &str = "123456789012";

/// One account, all its regions.
pub struct Sandbox {
    state: Mutex<State>,
    started: Instant,
    watch: Mutex<Watch>,
    past: Mutex<Past>,
    died: Notify,
    /// Its clients are recon's own: what they ask and hear is worth a judge.
    recorded: bool,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new(State::new(ACCOUNT))
    }
}

impl Sandbox {
    /// An account in that state; its clock goes on from where the state left it.
    pub fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            started: Instant::now(),
            watch: Mutex::default(),
            past: Mutex::default(),
            died: Notify::new(),
            recorded: false,
        }
    }

    /// Lets `RECON_SANDBOX_RECORD` name a folder for every distinct call of its clients.
    pub fn recorded(self) -> Self {
        Self { recorded: true, ..self }
    }

    /// What the account holds now, to be kept or compared.
    pub fn state(&self) -> State {
        let mut state = lock(&self.state).clone();
        state.clock = self.now(&state);
        state
    }

    /// Puts the account into another state, as if by somebody else's hand.
    pub fn edit(&self, change: impl FnOnce(&mut State)) {
        change(&mut lock(&self.state));
    }

    /// Before each call, `hook` says what is to go wrong with it. It may look at
    /// the sandbox and change it.
    pub fn on_call(&self, hook: Box<Hook>) {
        lock(&self.watch).hook = Some(hook.into());
    }

    /// Starts or stops to keep what is asked and answered.
    pub fn record(&self, on: bool) {
        lock(&self.watch).records = on;
    }

    /// What was asked and answered while it was kept, oldest first.
    pub fn log(&self) -> Vec<Logged> {
        lock(&self.watch).log.clone()
    }

    /// Hands over what was kept, and forgets it.
    pub fn take_log(&self) -> Vec<Logged> {
        std::mem::take(&mut lock(&self.watch).log)
    }

    /// Lets readers of IAM and of tags be behind the writers.
    pub fn lag(&self, lags: Lags) {
        lock(&self.past).lags = lags;
    }

    /// Returns when a [`Fault::Die`] has struck: the caller's process is no more.
    /// Its calls get no answers from then on.
    pub async fn death(&self) {
        self.died.notified().await;
    }

    /// One call as AWS would answer it. A lost answer is heard as `NoAnswer`.
    ///
    /// # Errors
    /// What AWS refuses, with its code and message.
    pub fn call(
        &self,
        service: &str,
        operation: &str,
        region: &str,
        input: &Value,
    ) -> Result<Value, Refusal> {
        match self.deliver(service, operation, region, input) {
            Delivery::Answer(outcome, _) => outcome,
            Delivery::Dropped | Delivery::Never | Delivery::Death => {
                Err(Refusal::new(503, "NoAnswer", "no answer came"))
            }
        }
    }

    /// One call, and how its answer reaches the caller, if it does.
    pub(crate) fn deliver(&self, service: &str, operation: &str, region: &str, input: &Value) -> Delivery {
        let (number, hook) = lock(&self.watch).next();
        let fault = hook.and_then(|hook| hook(&CallInfo { service, operation, region, input, number }));
        let unanswered = || Err(Refusal::new(503, "NoAnswer", "no answer came"));
        let before = matches!(
            fault,
            Some(Fault::Drop(When::Before) | Fault::Hang(When::Before) | Fault::Die(When::Before))
        );
        let mut outcome = match &fault {
            Some(Fault::Refuse(refusal)) => Err(refusal.clone()),
            _ if before => unanswered(),
            _ => self.answer(service, operation, region, input),
        };
        lock(&self.watch).keep(|| Logged {
            service: service.to_string(),
            operation: operation.to_string(),
            region: region.to_string(),
            input: input.clone(),
            outcome: match &fault {
                Some(Fault::RefuseAfter(refusal)) => Err(refusal.clone()),
                _ => outcome.clone(),
            },
        });
        match fault {
            Some(Fault::RefuseAfter(refusal)) => Delivery::Answer(Err(refusal), Duration::ZERO),
            Some(Fault::Drop(_)) => Delivery::Dropped,
            Some(Fault::Hang(_)) => Delivery::Never,
            Some(Fault::Die(_)) => {
                self.died.notify_one();
                Delivery::Death
            }
            Some(Fault::Late(time)) => Delivery::Answer(outcome, time),
            Some(Fault::Unstable) => {
                if let Ok(answer) = &mut outcome {
                    unsettle(operation, answer);
                }
                Delivery::Answer(outcome, Duration::ZERO)
            }
            Some(Fault::Refuse(_)) | None => Delivery::Answer(outcome, Duration::ZERO),
        }
    }

    fn answer(&self, name: &str, operation: &str, region: &str, input: &Value) -> Result<Value, Refusal> {
        let unknown = || Refusal::unknown_operation(name, operation);
        let model = service(name).ok_or_else(unknown)?;
        let op = model.operation(operation).ok_or_else(unknown)?;
        if let Some(shape) = op.input() {
            let violations = validate(model, shape, input);
            if !violations.is_empty() {
                return Err(Refusal::invalid_form(name, &violations));
            }
        }
        let mut state = lock(&self.state);
        let now = self.now(&state);
        let mut past = lock(&self.past);
        past.remember(operation, now, &state);
        let answer = match past.sight(name, operation, now) {
            Sight::Now => state.handle(name, operation, region, now, input),
            Sight::Then(mut then) => then.handle(name, operation, region, now, input),
            Sight::IamThen(mut then) => {
                // services look at IAM and never change it
                std::mem::swap(&mut state.global.iam, &mut *then);
                let answer = state.handle(name, operation, region, now, input);
                std::mem::swap(&mut state.global.iam, &mut *then);
                answer
            }
        }?;
        drop(past);
        if let Some(shape) = op.output() {
            let violations = validate_answer(model, shape, &answer);
            if let Some(first) = violations.first() {
                return Err(Refusal::new(500, "SandboxDefect", format!("{operation} would answer {first}")));
            }
        }
        Ok(answer)
    }

    fn now(&self, state: &State) -> f64 {
        state.clock + self.started.elapsed().as_secs_f64()
    }
}

/// A panic while somebody held it leaves nothing half done that others rely on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
