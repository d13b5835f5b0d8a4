//! The two doors to AWS: a reader, and a writer that holds a reader.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use recon_shapes::codec::encode_request;
use recon_shapes::{Operation, Service};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::calls::Counter;
use crate::endpoint::Endpoints;
use crate::error::{AwsError, Call};
use crate::op::{ReadOp, WriteOp};
use crate::page::Pages;
use crate::rate::Budget;
use crate::retry::Again;
use crate::shared::Shared;
use crate::wire::{Engine, Page, Prepared};

/// What all handles of a session share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) engine: Engine,
    pub(crate) endpoints: Endpoints,
    pub(crate) budget: Budget,
    pub(crate) in_flight: Semaphore,
    pub(crate) tokens: Tokens,
    /// From when times are told.
    pub(crate) start: Instant,
}

/// Reads from AWS. It cannot change anything there.
#[derive(Debug, Clone)]
pub struct Reader {
    core: Arc<Core>,
    counter: Arc<Counter>,
    shared: Option<Arc<Shared>>,
}

/// Changes what is in AWS.
#[derive(Debug, Clone)]
pub struct Writer {
    reader: Reader,
}

impl Reader {
    pub(crate) fn new(core: Arc<Core>, counter: Arc<Counter>) -> Reader {
        Reader { core, counter, shared: None }
    }

    pub(crate) fn sharing(self, shared: Arc<Shared>) -> Reader {
        Reader { shared: Some(shared), ..self }
    }

    /// Asks once; the answer may be the first page of many, see [`Reader::read_all`].
    ///
    /// # Errors
    /// When the input does not fit the operation, when AWS refuses or cannot be
    /// reached, or when it throttles or fails for longer than is worth waiting.
    pub async fn read(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        let call = Call { service: op.service(), operation: op.operation() };
        self.core.call(call, &input, Again::Safe, &self.counter).await
    }

    /// Asks for all pages; the answer's lists are whole and its page tokens gone.
    /// What changes between two pages may stand in the lists twice or not at all.
    ///
    /// # Errors
    /// As [`Reader::read`]; and `EndlessPages` after a thousand pages, a quarter of a
    /// GiB, or when a page token comes twice.
    pub async fn read_all(&self, op: ReadOp, input: Value) -> Result<Value, AwsError> {
        Ok(self.follow(op, input, |_| ()).await?.into_whole())
    }

    /// The same, each page handed over as it comes: for an answer of which little is kept.
    ///
    /// # Errors
    /// As [`Reader::read_all`].
    pub async fn read_pages(
        &self,
        op: ReadOp,
        input: Value,
        mut each: impl FnMut(Value),
    ) -> Result<(), AwsError> {
        self.follow(op, input, |pages| each(pages.take())).await.map(drop)
    }

    async fn follow(
        &self,
        op: ReadOp,
        mut input: Value,
        mut added: impl FnMut(&mut Pages),
    ) -> Result<Pages, AwsError> {
        let call = Call { service: op.service(), operation: op.operation() };
        let (service, operation) = model(call)?;
        let mut pages = Pages::new(service, operation);
        loop {
            let page = self.core.page(call, &input, Again::Safe, &self.counter).await?;
            let next = pages.add(page).map_err(|problem| call.refused("EndlessPages", problem))?;
            added(&mut pages);
            match (next, &mut input) {
                (None, _) => return Ok(pages),
                (Some(next), Value::Object(members)) => members.extend(next),
                (Some(next), _) => input = Value::Object(next),
            }
        }
    }

    /// The same for what is the account's rather than a stack's: sessions that share
    /// answers ([`crate::Session::sharing`]) ask it once.
    ///
    /// # Errors
    /// As [`Reader::read_all`].
    pub async fn read_all_once(&self, op: ReadOp, input: Value) -> Result<Arc<Value>, AwsError> {
        let Some(shared) = &self.shared else { return self.read_all(op, input).await.map(Arc::new) };
        let place = shared.place(Call { service: op.service(), operation: op.operation() }, &input);
        let answer = place.get_or_init(async || self.read_all(op, input).await.map(Arc::new)).await;
        answer.clone()
    }
}

impl Writer {
    pub(crate) fn new(reader: Reader) -> Writer {
        Writer { reader }
    }

    /// Calls an operation that changes something. Where its model has a token
    /// against repetition and the input has none, one is made, so that a retry
    /// has no second effect.
    ///
    /// # Errors
    /// As [`Reader::read`]. After `NoAnswer`, `Unreachable` or a kind of
    /// `Transient` the change may have happened: read before trying again.
    pub async fn write(&self, op: WriteOp, input: Value) -> Result<Value, AwsError> {
        self.send(op, input, Again::Safe).await
    }

    /// The same for an operation of which a second call would have a second
    /// effect: it is tried again only while AWS throttles it, which is before any
    /// effect.
    ///
    /// # Errors
    /// As [`Writer::write`].
    pub async fn write_once(&self, op: WriteOp, input: Value) -> Result<Value, AwsError> {
        self.send(op, input, Again::Doubles).await
    }

    async fn send(&self, op: WriteOp, mut input: Value, again: Again) -> Result<Value, AwsError> {
        let call = Call { service: op.service(), operation: op.operation() };
        let core = &self.reader.core;
        let (service, operation) = model(call)?;
        core.tokens.fill(service, operation, &mut input);
        core.call(call, &input, again, &self.reader.counter).await
    }

    /// The member of an operation's input that takes a token against repetition.
    pub fn token_member(op: WriteOp) -> Option<&'static str> {
        let operation = recon_shapes::service(op.service()).map(|s| (s, s.operation(op.operation())));
        let (service, Some(operation)) = operation? else { return None };
        let mut members = service.shape(operation.input()?).members.iter();
        // ECS says of its token only in words what it is
        let is_token = |name: &str, marked: bool| marked || (op.service() == "ecs" && name == "clientToken");
        members.find(|(name, member)| is_token(name, member.idempotency_token)).map(|(name, _)| name.as_str())
    }

    /// The reader of the same session.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }
}

impl Core {
    async fn call(
        &self,
        call: Call,
        input: &Value,
        again: Again,
        counter: &Arc<Counter>,
    ) -> Result<Value, AwsError> {
        Ok(self.page(call, input, again, counter).await?.document)
    }

    async fn page(
        &self,
        call: Call,
        input: &Value,
        again: Again,
        counter: &Arc<Counter>,
    ) -> Result<Page, AwsError> {
        let ticket = counter.asked(call);
        let (service, _) = model(call)?;
        let encoded = encode_request(service, call.operation, input);
        let mut request = encoded.map_err(|problem| call.refused("InvalidInput", problem))?;
        let target = self.endpoints.target(service, &mut request, input);
        let endpoint = target.map_err(|problem| call.refused("InvalidEndpoint", problem))?;
        let bucket = self.budget.bucket(call);

        let wait = bucket.take();
        // a sleep of nothing still rounds up to the timer's next millisecond
        if !wait.is_zero() {
            sleep(wait).await;
        }
        // never closed, so that a missing permit cannot happen and would only mean no limit
        let _permit = self.in_flight.acquire().await.ok();
        let begun = Instant::now();
        let signing_region = self.endpoints.signing_region(service);
        let prepared = Prepared {
            call,
            service,
            request,
            endpoint,
            signing_region,
            bucket,
            again,
            ticket: Arc::clone(&ticket),
        };
        // boxed: those who wait for their turn are many, and need no room for what comes after it
        let answer = Box::pin(self.engine.send(prepared)).await;
        ticket.ended(begun, &answer);
        answer
    }
}

fn model(call: Call) -> Result<(&'static Service, &'static Operation), AwsError> {
    let service = recon_shapes::service(call.service)
        .ok_or_else(|| call.refused("UnknownService", "recon has no model of this service"))?;
    let operation = service.operation(call.operation).ok_or_else(|| {
        call.refused("UnknownOperation", "recon's model of the service lacks this operation")
    })?;
    Ok((service, operation))
}

/// Tokens against repetition: random, or counted where a run must repeat itself.
#[derive(Debug)]
pub(crate) enum Tokens {
    Random,
    Counted(AtomicU64),
}

impl Tokens {
    fn fill(&self, service: &Service, operation: &Operation, input: &mut Value) {
        let (Some(shape), Value::Object(given)) = (operation.input(), input) else { return };
        for (name, member) in &service.shape(shape).members {
            if member.idempotency_token && !given.contains_key(name) {
                given.insert(name.clone(), Value::String(self.next()));
            }
        }
    }

    fn next(&self) -> String {
        match self {
            Tokens::Counted(count) => format!("recon-{:026}", count.fetch_add(1, Ordering::Relaxed)),
            // the standard library's only source of randomness: the keys of its hashers
            Tokens::Random => {
                let half = || RandomState::new().hash_one(Instant::now());
                format!("{:016x}{:016x}", half(), half())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled(tokens: &Tokens, mut input: Value) -> Value {
        let call = Call { service: "servicediscovery", operation: "CreateHttpNamespace" };
        let (service, operation) = model(call).unwrap();
        tokens.fill(service, operation, &mut input);
        input
    }

    #[test]
    fn a_missing_token_against_repetition_is_made_and_a_given_one_kept() {
        let tokens = Tokens::Counted(AtomicU64::new(7));
        let made = filled(&tokens, json!({ "Name": "n" }));
        assert_eq!(made["CreatorRequestId"], "recon-00000000000000000000000007");
        let given = json!({ "Name": "n", "CreatorRequestId": "mine" });
        assert_eq!(filled(&tokens, given.clone()), given);
    }

    #[test]
    fn random_tokens_differ() {
        let (one, two) = (filled(&Tokens::Random, json!({})), filled(&Tokens::Random, json!({})));
        assert_ne!(one, two);
        assert_eq!(one["CreatorRequestId"].as_str().unwrap().len(), 32);
    }

    #[test]
    fn where_a_token_goes_is_told() {
        let member = |service, operation| Writer::token_member(WriteOp::new(service, operation));
        assert_eq!(member("ecs", "CreateService"), Some("clientToken"));
        assert_eq!(member("servicediscovery", "CreateHttpNamespace"), Some("CreatorRequestId"));
        assert_eq!(member("ecs", "CreateCluster"), None);
        assert_eq!(member("iam", "CreateRole"), None);
    }

    #[test]
    fn an_operation_without_such_a_token_gets_none() {
        let call = Call { service: "ecs", operation: "CreateCluster" };
        let (service, operation) = model(call).unwrap();
        let mut input = json!({ "clusterName": "c" });
        Tokens::Random.fill(service, operation, &mut input);
        assert_eq!(input, json!({ "clusterName": "c" }));
    }
}
