//! What the writers share: the client, the stack, and what is known by now.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use recon_aws::{AwsError, ReadOp, WriteOp, Writer};
use recon_diff::timing::Timing;
pub use recon_model::Exports;
use recon_model::{Address, Looked, Reference, Snapshot, Stack};
use recon_observe::{Batch, Loader};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::journal::Journal;
use crate::report::{Event, Listener};
use crate::retry;

/// How far readers of IAM may be behind.
const IAM_LAG: Duration = Duration::from_secs(30);

/// Why an operation did not come to its end.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Aws(#[from] AwsError),
    /// A value is missing that a step before should have given.
    #[error("{0} is not known")]
    Unknown(Reference),
    #[error("{what} did not come about within {minutes} min; last seen: {state}")]
    TooLong { what: &'static str, minutes: u64, state: String },
    /// AWS took the call and says that it came to nothing.
    #[error("{0}")]
    Refused(String),
}

/// One run of apply, as one of its operations sees it.
#[derive(Clone)]
pub struct Cx<'a> {
    pub stack: &'a Stack,
    pub snapshot: &'a Snapshot,
    pub account: &'a str,
    pub region: &'a str,
    writer: Writer,
    /// Asks for many what several wait for.
    loader: Loader,
    /// When the run began: whoever waits asks at the same times as the others.
    began: Instant,
    timing: Arc<OnceLock<Timing<'a>>>,
    exports: Arc<Mutex<BTreeMap<Address, Exports>>>,
    listener: &'a dyn Listener,
    /// IAM was written a moment ago: what assumes roles may have to wait for it.
    iam_written: Arc<AtomicBool>,
    journal: &'a Journal,
    /// Whose operation it is: its address, and its name in AWS.
    of: (Address, String),
}

impl<'a> Cx<'a> {
    pub fn new(
        stack: &'a Stack,
        snapshot: &'a Snapshot,
        account: &'a str,
        region: &'a str,
        writer: Writer,
        listener: &'a dyn Listener,
        journal: &'a Journal,
    ) -> Self {
        let found = snapshot
            .live
            .iter()
            .filter_map(|(address, live)| Some((address.clone(), live.found()?.exports.clone())));
        Self {
            stack,
            snapshot,
            account,
            region,
            loader: Loader::new(writer.reader().clone()),
            began: Instant::now(),
            timing: Arc::default(),
            writer,
            exports: Arc::new(Mutex::new(found.collect())),
            listener,
            iam_written: Arc::new(AtomicBool::new(journal.after_iam())),
            journal,
            of: (Address::new("", ""), String::new()),
        }
    }

    /// The same run for an operation on that resource: its calls are noted there.
    pub fn of(&self, address: &Address, name: &str) -> Self {
        Self { of: (address.clone(), name.to_string()), ..self.clone() }
    }

    /// `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.stack.home.partition, self.region, self.account)
    }

    /// How long AWS takes for things.
    pub fn timing(&self) -> &Timing<'a> {
        self.timing.get_or_init(|| Timing::of(self.stack, self.snapshot))
    }

    pub async fn read(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.writer.reader().read(op, input).await
    }

    pub async fn read_all(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.writer.reader().read_all(op, input).await
    }

    /// Reads what this run has just written to IAM, where readers may be behind.
    pub async fn read_iam(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        let started = Instant::now();
        loop {
            let answer = self.read_all(op, input.clone()).await;
            let behind = answer.as_ref().is_err_and(|error| error.is(&["NoSuchEntity"]));
            let patient = self.iam_written.load(Ordering::Relaxed) && started.elapsed() < IAM_LAG;
            if !(behind && patient) {
                return answer;
            }
            sleep(Duration::from_secs(2)).await;
        }
    }

    /// A mutating call, repeated while AWS refuses it only because something
    /// written a moment ago is not everywhere yet.
    pub async fn write(&self, op: WriteOp, input: Value) -> Result<Value, AwsError> {
        self.insist(op, input, &[]).await
    }

    /// Noted before it is made, and again with what came of it.
    async fn insist(&self, op: WriteOp, mut input: Value, done: &[&str]) -> Result<Value, AwsError> {
        let (address, name) = &self.of;
        let member = Writer::token_member(op).filter(|member| input[*member].is_null());
        let token = member.and_then(|_| self.journal.token(op, address));
        if let (Some(member), Some(token)) = (member, &token) {
            input[member] = json!(token);
        }
        let number = self.journal.intent(op, address, name, token.as_deref())?;
        let result = self.call(op, input, done).await;
        self.journal.outcome(number, &result);
        result
    }

    /// Codes of `done` are an answer and no reason to wait.
    async fn call(&self, op: WriteOp, input: Value, done: &[&str]) -> Result<Value, AwsError> {
        let started = Instant::now();
        let mut pause = Duration::from_secs(1);
        loop {
            let answer = match retry::doubles(op) {
                true => self.writer.write_once(op, input.clone()).await,
                false => self.writer.write(op, input.clone()).await,
            };
            let error = match answer {
                Ok(answer) => {
                    if op.service() == "iam" {
                        self.iam_written.store(true, Ordering::Relaxed);
                    }
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.is(done) {
                return Err(error);
            }
            let patience = retry::patience(op, &error, self.iam_written.load(Ordering::Relaxed));
            if patience.is_none_or(|patience| started.elapsed() + pause > patience) {
                return Err(error);
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(10));
        }
    }

    /// A mutating call whose purpose is fulfilled when AWS answers one of `done`.
    pub async fn write_unless(&self, op: WriteOp, input: Value, done: &[&str]) -> Result<Value, AwsError> {
        match self.insist(op, input, done).await {
            Err(error) if error.is(done) => Ok(Value::Null),
            answer => answer,
        }
    }

    /// The value of a reference, if it is known by now.
    pub fn known(&self, reference: &Reference) -> Option<Value> {
        if let Some(Looked::Up(value)) = self.snapshot.lookups.get(&reference.target) {
            return Some(value.clone());
        }
        let of_this_run =
            self.exports().get(&reference.target).and_then(|e| e.get(reference.attribute.as_str()).cloned());
        of_this_run.map(|text| json!(text)).or_else(|| self.stack.declared(reference))
    }

    /// Says what a resource offers from now on.
    pub fn publish(&self, address: &Address, exports: Exports) {
        self.exports().insert(address.clone(), exports);
    }

    /// Hands over what is said once and kept nowhere.
    pub fn secret(&self, address: &Address, text: &str) {
        self.listener.event(&Event::Secret { address, text });
    }

    fn exports(&self) -> std::sync::MutexGuard<'_, BTreeMap<Address, Exports>> {
        self.exports.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How long until the next full `pause` since the run began: those who wait for
    /// the like ask together.
    fn to_the_next(&self, pause: Duration) -> Duration {
        let over = self.began.elapsed().as_nanos() % pause.as_nanos().max(1);
        pause - Duration::from_nanos(u64::try_from(over).unwrap_or_default()).min(pause)
    }

    /// One of many as it is now, asked for together with others that wait for the like.
    pub async fn now(
        &self,
        batch: &'static Batch,
        scope: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, AwsError> {
        self.loader.anew(batch, scope, name).await
    }

    /// Asks again and again until `look` says that it is so. `look` gives
    /// `Ok(Err(state))` while it is not.
    pub async fn until<T>(
        &self,
        address: &Address,
        what: &'static str,
        limit: Duration,
        mut look: impl AsyncFnMut() -> Result<Result<T, String>, Failure>,
    ) -> Result<T, Failure> {
        let started = Instant::now();
        let mut pause = Duration::from_secs(1);
        loop {
            match look().await? {
                Ok(done) => return Ok(done),
                Err(state) if started.elapsed() + pause > limit => {
                    return Err(Failure::TooLong { what, minutes: limit.as_secs() / 60, state });
                }
                Err(state) => {
                    self.listener.event(&Event::Waiting { address, text: state });
                    sleep(self.to_the_next(pause)).await;
                    // AWS's own waiters ask every 15 s
                    pause = (pause * 2).min(Duration::from_secs(15));
                }
            }
        }
    }
}
