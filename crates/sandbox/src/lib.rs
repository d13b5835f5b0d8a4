//! AWS in a box: the services that recon speaks, with AWS's own refusals.
//!
//! A call is a service, an operation and a document with AWS's member names.
//! Every input is checked against AWS's model before a service sees it, every
//! answer before a client does, so the sandbox cannot drift from AWS's forms.
//! Time is tokio's: under a paused clock an apply with all its waits takes no
//! time at all and yet sees every state in between.

mod context;
mod form;
pub mod http;
mod page;
mod refusal;
pub mod server;
mod services;
mod tags;

use std::sync::{Mutex, MutexGuard, PoisonError};

use recon_shapes::{service, validate, validate_answer};
use serde_json::Value;
use tokio::time::Instant;

pub use context::{Context, Ids};
pub use refusal::Refusal;
pub use services::State;

/// The account that a sandbox is, unless told otherwise.
pub const ACCOUNT: &str = "123456789012";

/// One account, all its regions.
pub struct Sandbox {
    state: Mutex<State>,
    started: Instant,
}

impl Default for Sandbox {
    fn default() -> Self {
        Self::new(State::new(ACCOUNT))
    }
}

impl Sandbox {
    /// An account in that state; its clock goes on from where the state left it.
    pub fn new(state: State) -> Self {
        Self { state: Mutex::new(state), started: Instant::now() }
    }

    /// What the account holds now, to be kept or compared.
    pub fn state(&self) -> State {
        let mut state = self.lock().clone();
        state.clock = self.now(&state);
        state
    }

    /// Puts the account into another state, as if by somebody else's hand.
    pub fn edit(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
    }

    /// One call as AWS would answer it.
    ///
    /// # Errors
    /// What AWS refuses, with its code and message.
    pub fn call(
        &self,
        service_name: &str,
        operation: &str,
        region: &str,
        input: &Value,
    ) -> Result<Value, Refusal> {
        let model =
            service(service_name).ok_or_else(|| Refusal::unknown_operation(service_name, operation))?;
        let op =
            model.operation(operation).ok_or_else(|| Refusal::unknown_operation(service_name, operation))?;
        if let Some(shape) = op.input() {
            let violations = validate(model, shape, input);
            if !violations.is_empty() {
                return Err(Refusal::invalid_form(service_name, &violations));
            }
        }
        let mut state = self.lock();
        let now = self.now(&state);
        let answer = state.handle(service_name, operation, region, now, input)?;
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
