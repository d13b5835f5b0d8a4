//! The one who asks AWS while an account is read.
//!
//! A kind asks for one thing. What others ask for beside it goes into one call
//! with it, as far as AWS answers it together; what was asked for already is not
//! asked for again.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use recon_aws::{AwsError, ReadOp, Reader};
use serde_json::Value;
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::batch::{Answers, Batch};

/// How long a call waits for others that ask for the like, once answers come that make them ask.
const COMPANY: Duration = Duration::from_millis(1);

type Asked<T> = Shared<BoxFuture<'static, T>>;

/// One run's questions and their answers.
#[derive(Clone)]
pub struct Loader {
    reader: Reader,
    known: Arc<Mutex<Known>>,
    heard: Heard,
}

/// Has AWS said something?
#[derive(Clone, Default)]
struct Heard(Arc<AtomicBool>);

#[derive(Default)]
struct Known {
    questions: HashMap<String, Asked<Result<Arc<Value>, AwsError>>>,
    groups: HashMap<Group, Vec<Call>>,
}

/// A question, and what its names stand in. A question is known by where it stands.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Group(usize, String);

impl Group {
    fn of(batch: &'static Batch, scope: &str) -> Self {
        Self(std::ptr::from_ref(batch).addr(), scope.to_string())
    }
}

/// Names that go together.
#[derive(Clone)]
struct Call {
    names: Arc<Mutex<Names>>,
    answers: Asked<Arc<Answers>>,
}

#[derive(Default)]
struct Names {
    wanted: BTreeSet<String>,
    sent: bool,
}

impl Loader {
    pub fn new(reader: Reader) -> Self {
        Self { reader, known: Arc::default(), heard: Heard::default() }
    }

    /// One call, for one who alone has that question.
    pub async fn read(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.heard.now(self.reader.read(op, input).boxed().await)
    }

    /// The same with all its pages.
    pub async fn read_all(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.heard.now(self.reader.read_all(op, input).boxed().await)
    }

    /// The same of what is the account's, which other stacks of this run ask as well.
    pub async fn of_account(&self, op: ReadOp, input: Value) -> Result<Arc<Value>, AwsError> {
        self.heard.now(self.reader.read_all_once(op, input).boxed().await)
    }

    /// A question with all its pages that several may have.
    pub async fn shared(&self, op: ReadOp, input: Value) -> Result<Arc<Value>, AwsError> {
        let key = format!("{} {} {input}", op.service(), op.operation());
        let asked = {
            let mut known = lock(&self.known);
            let asked = known.questions.entry(key).or_insert_with(|| {
                let reader = self.reader.clone();
                async move { reader.read_all(op, input).await.map(Arc::new) }.boxed().shared()
            });
            asked.clone()
        };
        self.heard.now(asked.await)
    }

    /// One of many: none where there is nothing of that name.
    pub async fn one(
        &self,
        batch: &'static Batch,
        scope: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, AwsError> {
        let answers = self.call(batch, scope, name).answers.await;
        answers.get(name).cloned().transpose()
    }

    /// The same as it is now, whatever is known of it.
    pub async fn anew(
        &self,
        batch: &'static Batch,
        scope: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, AwsError> {
        self.forget(batch, scope);
        self.one(batch, scope, name).await
    }

    /// Lets go of all that was asked before.
    fn forget(&self, batch: &'static Batch, scope: &str) {
        if let Some(calls) = lock(&self.known).groups.get_mut(&Group::of(batch, scope)) {
            calls.retain(|call| !lock(&call.names).sent);
        }
    }

    /// The call that asks for it: one that has done so, one that is not sent yet, or a new one.
    fn call(&self, batch: &'static Batch, scope: &str, name: &str) -> Call {
        let group = Group::of(batch, scope);
        let mut known = lock(&self.known);
        let calls = known.groups.entry(group).or_default();
        for call in calls.iter() {
            let mut names = lock(&call.names);
            if names.wanted.contains(name) {
                return call.clone();
            }
            if !names.sent {
                names.wanted.insert(name.to_string());
                return call.clone();
            }
        }
        let call = self.open(batch, scope, name);
        calls.push(call.clone());
        call
    }

    fn open(&self, batch: &'static Batch, scope: &str, name: &str) -> Call {
        let names = Arc::new(Mutex::new(Names { wanted: BTreeSet::from([name.to_string()]), sent: false }));
        let (reader, heard) = (self.reader.clone(), self.heard.clone());
        let (scope, asked) = (scope.to_string(), Arc::clone(&names));
        let answers = async move {
            heard.company().await;
            let wanted = lock(&asked).send();
            heard.now(Arc::new(batch.ask(&reader, &scope, &wanted).await))
        };
        Call { names, answers: answers.boxed().shared() }
    }
}

impl Heard {
    fn now<T>(&self, answer: T) -> T {
        self.0.store(true, Ordering::Relaxed);
        answer
    }

    /// Others have had their turn to ask for the like. Before the first answer they all
    /// ask at once.
    async fn company(&self) {
        if self.0.load(Ordering::Relaxed) {
            sleep(COMPANY).await;
        } else {
            yield_now().await;
        }
    }
}

impl Names {
    fn send(&mut self) -> Vec<String> {
        self.sent = true;
        self.wanted.iter().cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
