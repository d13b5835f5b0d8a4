//! A session: credentials, region and endpoints, found the way that AWS's own tools find them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use serde_json::{Value, json};
use tokio::sync::{OnceCell, Semaphore};
use tokio::time::Instant;

use crate::calls::{Calls, Counter, Traced};
use crate::client::{Core, Reader, Tokens, Writer};
use crate::endpoint::Endpoints;
use crate::error::{AwsError, Call, root};
use crate::https;
use crate::in_process::{InProcess, Mounted};
use crate::op::ReadOp;
use crate::rate::Budget;
use crate::retry::{attempts_asked_for, retry_config};
use crate::shared::Shared;
use crate::wire::Engine;

/// How to connect.
#[derive(Clone)]
pub struct Options {
    /// Region; `AWS_REGION` or the profile's own where it is `None`.
    pub region: Option<String>,
    /// Profile; `AWS_PROFILE` or `default` where it is `None`.
    pub profile: Option<String>,
    /// Calls under way at the same time.
    pub max_in_flight: usize,
    /// Answers in AWS's place. Neither environment nor profile is looked at then,
    /// credentials are dummies, and the region is `us-east-1` unless given.
    pub http: Option<Arc<dyn InProcess>>,
}

impl Default for Options {
    fn default() -> Options {
        Options { region: None, profile: None, max_in_flight: 8, http: None }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("region", &self.region)
            .field("profile", &self.profile)
            .field("max_in_flight", &self.max_in_flight)
            .field("in_process", &self.http.is_some())
            .finish()
    }
}

/// What keeps a session from being made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    #[error(
        "no region is set; give --region, set AWS_REGION, or add `region` to the profile in ~/.aws/config"
    )]
    NoRegion,
    #[error(
        "no AWS credentials were found; run `aws configure` or `aws sso login`, set AWS_PROFILE, \
         or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (last tried: {0})"
    )]
    NoCredentials(String),
    #[error("{0}")]
    Endpoint(String),
}

/// Whom AWS takes these credentials for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Twelve digits.
    pub account: String,
    /// The user's or the assumed role's ARN.
    pub arn: String,
}

/// A connection to one region with one identity.
#[derive(Debug)]
pub struct Session {
    core: Arc<Core>,
    reader: Reader,
    counter: Arc<Counter>,
    caller: Arc<OnceCell<Caller>>,
}

const GET_CALLER_IDENTITY: ReadOp = ReadOp::new("sts", "GetCallerIdentity");

impl Session {
    /// Finds region and credentials. Nothing is asked of AWS, unless the
    /// credentials themselves must be fetched (SSO, an assumed role, an instance).
    ///
    /// # Errors
    /// When there is no region or there are no credentials, or when a configured
    /// endpoint is not a URL.
    pub async fn connect(options: Options) -> Result<Session, ConnectError> {
        match options.http.clone() {
            Some(service) => Ok(Session::in_process(&options, service)),
            None => Session::to_aws(&options).await,
        }
    }

    async fn to_aws(options: &Options) -> Result<Session, ConnectError> {
        let http = https::client();
        let config = load(options, http.clone()).await;
        let region = config.region().ok_or(ConnectError::NoRegion)?.to_string();
        let missing = || ConnectError::NoCredentials("no provider".into());
        let credentials = config.credentials_provider().ok_or_else(missing)?;
        let found = credentials.provide_credentials().await;
        found.map_err(|error| ConnectError::NoCredentials(root(&error)))?;
        let endpoints = Endpoints::new(&region, &config);
        check(&endpoints).map_err(ConnectError::Endpoint)?;
        let cache = config.identity_cache().unwrap_or_else(|| IdentityCache::lazy().build());
        let retries = retry_config(true, attempts_asked_for(&config));
        let engine = Engine::new(http, credentials, cache, retries);
        Ok(Session::new(options, engine, endpoints, Tokens::Random))
    }

    fn in_process(options: &Options, service: Arc<dyn InProcess>) -> Session {
        let region = options.region.as_deref().unwrap_or("us-east-1");
        let dummy = Credentials::new("AKIARECONSANDBOX0000", "not-a-secret", None, None, "recon in process");
        let http = SharedHttpClient::new(Mounted(service));
        let credentials = SharedCredentialsProvider::new(dummy);
        let retries = retry_config(false, None);
        let engine = Engine::new(http, credentials, IdentityCache::no_cache(), retries);
        let tokens = Tokens::Counted(AtomicU64::new(1));
        Session::new(options, engine, Endpoints::in_process(region), tokens)
    }

    fn new(options: &Options, engine: Engine, endpoints: Endpoints, tokens: Tokens) -> Session {
        let in_flight = Semaphore::new(options.max_in_flight.clamp(1, Semaphore::MAX_PERMITS));
        let budget = Budget::default();
        let core = Arc::new(Core { engine, endpoints, budget, in_flight, tokens, start: Instant::now() });
        Session::on(core, Arc::default())
    }

    fn on(core: Arc<Core>, caller: Arc<OnceCell<Caller>>) -> Session {
        let counter = Arc::new(Counter::new(core.start));
        Session { reader: Reader::new(Arc::clone(&core), Arc::clone(&counter)), core, counter, caller }
    }

    /// Another handle on the same client, with a count of its own: connections,
    /// identity, budgets and the limit of what is in the air are shared.
    #[must_use]
    pub fn beside(&self) -> Session {
        Session::on(Arc::clone(&self.core), Arc::clone(&self.caller))
    }

    /// The same session, which asks what is the account's as a whole only where no
    /// other with these answers has: for a run that changes nothing.
    #[must_use]
    pub fn sharing(self, shared: Arc<Shared>) -> Session {
        Session { reader: self.reader.sharing(shared), ..self }
    }

    /// Reads, and nothing else.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Changes things.
    pub fn writer(&self) -> Writer {
        Writer::new(self.reader.clone())
    }

    pub fn region(&self) -> &str {
        &self.core.endpoints.region
    }

    /// The partition as it stands in ARNs: `aws`, `aws-cn`.
    pub fn partition(&self) -> &'static str {
        self.core.endpoints.partition.name
    }

    /// The account's twelve digits, asked of AWS once.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub async fn account(&self) -> Result<&str, AwsError> {
        Ok(&self.caller().await?.account)
    }

    /// Whom AWS takes these credentials for, asked once.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub async fn caller(&self) -> Result<&Caller, AwsError> {
        // boxed, or all of a call would lie in the type of whoever asks
        self.caller.get_or_try_init(|| Box::pin(self.ask_caller())).await
    }

    async fn ask_caller(&self) -> Result<Caller, AwsError> {
        let answer = self.reader.read(GET_CALLER_IDENTITY, json!({})).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let call =
            Call { service: GET_CALLER_IDENTITY.service(), operation: GET_CALLER_IDENTITY.operation() };
        let incomplete = || call.refused("IncompleteAnswer", "the answer names no account");
        Ok(Caller { account: text("Account").ok_or_else(incomplete)?, arn: text("Arn").unwrap_or_default() })
    }

    /// What was asked of AWS so far, over all readers and writers.
    pub fn calls(&self) -> Calls {
        self.counter.snapshot()
    }

    /// Keeps every call from now on, for [`Session::trace`].
    pub fn keep_trace(&self) {
        self.counter.keep_trace();
    }

    /// The calls that have ended since [`Session::keep_trace`], in the order of their ends.
    pub fn trace(&self) -> Vec<Traced> {
        self.counter.trace()
    }
}

async fn load(options: &Options, http: SharedHttpClient) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await
}

/// A mistaken endpoint for all services is told before the first call; one for a
/// single service by that service's calls.
fn check(endpoints: &Endpoints) -> Result<(), String> {
    recon_shapes::service("sts").map_or(Ok(()), |service| endpoints.base(service).map(drop))
}
