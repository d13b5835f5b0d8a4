//! When a call is tried again: the SDK's standard strategy, under recon's rate budget.

use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime::client::retries::strategy::StandardRetryStrategy;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef, InterceptorContext,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::retries::classifiers::{
    ClassifyRetry, RetryAction, RetryClassifierPriority,
};
use aws_smithy_runtime_api::client::retries::{RequestAttempts, RetryStrategy, ShouldAttempt};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use crate::calls::Ticket;
use crate::error::Answered;
use crate::kind::Kind;
use crate::rate::Bucket;

/// Tries of a call that AWS answers with a throttle or a failure of its own.
const ATTEMPTS: u32 = 10;
/// Tries of a call that gets no answer: an unplugged network is told at once.
const UNANSWERED_ATTEMPTS: u32 = 3;

/// Full jitter spreads the clients of a live account. In process there is
/// one client, and a seeded run must repeat itself.
pub(crate) fn retry_config(jitter: bool, attempts: Option<u32>) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(attempts.unwrap_or(ATTEMPTS))
        .with_initial_backoff(Duration::from_millis(200))
        .with_max_backoff(Duration::from_secs(20))
        .with_use_static_exponential_base(!jitter)
}

/// Tries that the environment or the profile asks for: `AWS_MAX_ATTEMPTS`, `max_attempts`.
pub(crate) fn attempts_asked_for(config: &SdkConfig) -> Option<u32> {
    let key = ServiceConfigKey::builder()
        .service_id("sts")
        .env("AWS_MAX_ATTEMPTS")
        .profile("max_attempts")
        .build()
        .ok()?;
    // the SDK has read the number; whether it is the SDK's default only the setting tells
    config.service_config()?.load_config(key)?;
    config.retry_config().map(RetryConfig::max_attempts)
}

pub(crate) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(Duration::from_secs(60))
        .operation_timeout(Duration::from_secs(300))
        .build()
}

/// Says by AWS's code what is worth another try.
#[derive(Debug)]
pub(crate) struct ByCode;

impl ClassifyRetry for ByCode {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match answered(context).map(Answered::kind) {
            Some(Kind::Throttled) => RetryAction::throttling_error(),
            Some(Kind::Transient) => RetryAction::server_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "recon's table of codes"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

fn answered(context: &InterceptorContext) -> Option<&Answered> {
    let error = context.output_or_error()?.err()?;
    error.as_operation_error()?.downcast_ref()
}

/// What a second call after a lost answer would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    Safe,
    /// Have its effect a second time.
    Doubles,
}

/// The retries of one call: each takes a token from the same bucket as a first try.
#[derive(Debug)]
pub(crate) struct Budgeted {
    standard: StandardRetryStrategy,
    bucket: Arc<Bucket>,
    ticket: Arc<Ticket>,
    again: Again,
}

impl Budgeted {
    pub(crate) fn new(bucket: Arc<Bucket>, ticket: Arc<Ticket>, again: Again) -> Budgeted {
        Budgeted { standard: StandardRetryStrategy::new(), bucket, ticket, again }
    }
}

impl RetryStrategy for Budgeted {
    fn should_attempt_initial_request(
        &self,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<ShouldAttempt, BoxError> {
        self.standard.should_attempt_initial_request(components, config)
    }

    fn should_attempt_retry(
        &self,
        context: &InterceptorContext,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<ShouldAttempt, BoxError> {
        let throttled = answered(context).is_some_and(|answer| answer.kind() == Kind::Throttled);
        if throttled {
            self.ticket.throttled();
            self.bucket.throttled();
        }
        if self.again == Again::Doubles && !throttled {
            return Ok(ShouldAttempt::No);
        }
        if is_unanswered(context) && attempts(config) >= UNANSWERED_ATTEMPTS {
            return Ok(ShouldAttempt::No);
        }
        let backoff = match self.standard.should_attempt_retry(context, components, config)? {
            ShouldAttempt::No => return Ok(ShouldAttempt::No),
            ShouldAttempt::Yes => Duration::ZERO,
            ShouldAttempt::YesAfterDelay(backoff) => backoff,
        };
        Ok(ShouldAttempt::YesAfterDelay(backoff.max(self.bucket.take())))
    }
}

fn is_unanswered(context: &InterceptorContext) -> bool {
    let error = context.output_or_error().and_then(Result::err);
    error.is_some_and(|error| error.is_timeout_error() || error.is_connector_error())
}

fn attempts(config: &ConfigBag) -> u32 {
    config.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts)
}

/// Counts each request as it leaves, and notes how it was answered.
#[derive(Debug)]
pub(crate) struct Counting(pub(crate) Arc<Ticket>);

#[dyn_dispatch_hint]
impl Intercept for Counting {
    fn name(&self) -> &'static str {
        "Counting"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.sent();
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.answered(context.response().status().as_u16());
        Ok(())
    }
}
