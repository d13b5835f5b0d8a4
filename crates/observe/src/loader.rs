//! The one who asks AWS while an account is read.
//!
//! A kind asks for one thing. What others ask for in the same millisecond goes
//! into one call with it, as far as AWS answers it together. Who asks for what
//! somebody waits for gets the same answer; once all have it, it is let go.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use recon_aws::{AwsError, ReadOp, Reader};
use serde_json::Value;

use crate::batch::{Answers, Batch};

/// How long a call waits for others that ask for the like.
const COMPANY: Duration = Duration::from_millis(1);

type Asked<T> = Shared<BoxFuture<'static, T>>;

/// One run's questions and their answers.
#[derive(Clone)]
pub struct Loader {
    reader: Reader,
    known: Arc<Mutex<Known>>,
}

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
    answers: Asked<Arc<Mutex<Answers>>>,
}

struct Names {
    /// How many wait for each.
    wanted: BTreeMap<String, usize>,
    sent: bool,
}

impl Loader {
    pub fn new(reader: Reader) -> Self {
        Self { reader, known: Arc::default() }
    }

    /// One call, for one who alone has that question.
    pub async fn read(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.reader.read(op, input).boxed().await
    }

    /// The same with all its pages.
    pub async fn read_all(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        self.reader.read_all(op, input).boxed().await
    }

    /// The same, each page handed over as it comes.
    pub async fn read_pages(
        &self,
        op: ReadOp,
        input: Value,
        each: impl FnMut(Value) + Send,
    ) -> Result<(), AwsError> {
        self.reader.read_pages(op, input, each).boxed().await
    }

    /// The same of what is the account's, which other stacks of this run ask as well.
    pub async fn of_account(&self, op: ReadOp, input: Value) -> Result<Arc<Value>, AwsError> {
        self.reader.read_all_once(op, input).boxed().await
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
        asked.await
    }

    /// One of many: none where there is nothing of that name.
    pub async fn one(
        &self,
        batch: &'static Batch,
        scope: &str,
        name: &str,
    ) -> Result<Option<Arc<Value>>, AwsError> {
        let Call { names, answers } = self.call(batch, scope, name);
        let answers = answers.await;
        let last = lock(&names).serve(name);
        let answer = match last {
            true => lock(&answers).remove(name),
            false => lock(&answers).get(name).cloned(),
        };
        if lock(&names).wanted.is_empty() {
            self.let_go(batch, scope);
        }
        answer.transpose()
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

    /// Lets go of calls whose answers nobody waits for any more.
    fn let_go(&self, batch: &'static Batch, scope: &str) {
        if let Entry::Occupied(mut group) = lock(&self.known).groups.entry(Group::of(batch, scope)) {
            group.get_mut().retain(|call| !lock(&call.names).wanted.is_empty());
            if group.get().is_empty() {
                group.remove();
            }
        }
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
            if !names.sent || names.wanted.contains_key(name) {
                names.want(name);
                return call.clone();
            }
        }
        let call = self.open(batch, scope, name);
        calls.push(call.clone());
        call
    }

    fn open(&self, batch: &'static Batch, scope: &str, name: &str) -> Call {
        let wanted = BTreeMap::from([(name.to_string(), 1)]);
        let names = Arc::new(Mutex::new(Names { wanted, sent: false }));
        let (reader, scope, asked) = (self.reader.clone(), scope.to_string(), Arc::clone(&names));
        let answers = async move {
            tokio::time::sleep(COMPANY).await;
            let wanted = lock(&asked).send();
            Arc::new(Mutex::new(batch.ask(&reader, &scope, &wanted).await))
        };
        Call { names, answers: answers.boxed().shared() }
    }
}

impl Names {
    fn want(&mut self, name: &str) {
        *self.wanted.entry(name.to_string()).or_default() += 1;
    }

    /// One of those who wait for it has it: was that the last?
    fn serve(&mut self, name: &str) -> bool {
        let Some(waiting) = self.wanted.get_mut(name) else { return true };
        *waiting -= 1;
        let last = *waiting == 0;
        if last {
            self.wanted.remove(name);
        }
        last
    }

    fn send(&mut self) -> Vec<String> {
        self.sent = true;
        self.wanted.keys().cloned().collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
