//! One call through the SDK's orchestrator: sign, send, retry, read the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::auth::sigv4::{SCHEME_ID, SigV4AuthScheme};
use aws_runtime::auth::{SigV4OperationSigningConfig, SigningOptions};
use aws_runtime::service_clock_skew::ServiceClockSkewInterceptor;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::SystemTimeSource;
use aws_smithy_runtime::client::defaults::{DefaultPluginParams, default_plugins};
use aws_smithy_runtime::client::http::connection_poisoning::ConnectionPoisoningInterceptor;
use aws_smithy_runtime::client::orchestrator::invoke;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::auth::AuthSchemeOptionResolverParams;
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::endpoint::{EndpointFuture, EndpointResolverParams, ResolveEndpoint};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::identity::{SharedIdentityCache, SharedIdentityResolver};
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{RuntimePlugins, StaticRuntimePlugin};
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, Layer};
use aws_smithy_types::endpoint::Endpoint;
use aws_smithy_types::retry::RetryConfig;
use aws_types::SigningName;
use aws_types::region::{Region, SigningRegion};
use http_body_util::Limited;
use recon_shapes::Service;
use recon_shapes::codec::{WireRequest, WireResponse, decode_response};
use serde_json::Value;

use crate::calls::Ticket;
use crate::error::{Answered, AwsError, Call};
use crate::rate::Bucket;
use crate::retry::{Again, Budgeted, ByCode, Counting, timeouts};

/// What all services share: connections, identity, and the plugins made from them.
#[derive(Debug)]
pub(crate) struct Engine {
    http: SharedHttpClient,
    identity: SharedIdentityResolver,
    identity_cache: SharedIdentityCache,
    retries: RetryConfig,
    services: Mutex<HashMap<&'static str, RuntimePlugins>>,
}

/// A request with what the orchestrator must know to send it.
pub(crate) struct Prepared<'a> {
    pub(crate) call: Call,
    pub(crate) service: &'static Service,
    pub(crate) request: WireRequest,
    pub(crate) endpoint: String,
    pub(crate) signing_region: &'a str,
    pub(crate) bucket: Arc<Bucket>,
    pub(crate) again: Again,
    pub(crate) ticket: Arc<Ticket>,
}

impl Engine {
    pub(crate) fn new(
        http: SharedHttpClient,
        credentials: SharedCredentialsProvider,
        identity_cache: SharedIdentityCache,
        retries: RetryConfig,
    ) -> Engine {
        // one resolver, so that the cache keeps one identity for all services
        let identity = SharedIdentityResolver::new(credentials);
        Engine { http, identity, identity_cache, retries, services: Mutex::default() }
    }

    pub(crate) async fn send(&self, prepared: Prepared<'_>) -> Result<Page, AwsError> {
        let Prepared { call, service, request, endpoint, signing_region, bucket, again, ticket } = prepared;
        let mut layer = Layer::new("call");
        layer.store_put(Metadata::new(call.operation, call.service));
        layer.store_put(EndpointResolverParams::new(Target(endpoint.clone())));
        let decoder = Decoder { service, operation: call.operation };
        layer.store_put(SharedResponseDeserializer::new(decoder));
        let components = RuntimeComponentsBuilder::new("call")
            .with_retry_strategy(Some(Budgeted::new(bucket, Arc::clone(&ticket), again)))
            .with_interceptor(Counting(ticket));
        let plugin =
            StaticRuntimePlugin::new().with_config(layer.freeze()).with_runtime_components(components);
        let plugins = self.plugins(service, signing_region).with_operation_plugin(plugin);
        let output = invoke(call.service, call.operation, Input::erase(request), &plugins).await;
        let answered =
            |e: Error| e.downcast().unwrap_or_else(|_| unreachable!("the decoder erases no other"));
        let output = output.map_err(|error| call.failed(&endpoint, error.map_service_error(answered)))?;
        output.downcast().map_err(|_| call.refused("Unreadable", "the decoder gave no document"))
    }

    fn plugins(&self, service: &'static Service, signing_region: &str) -> RuntimePlugins {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        services.entry(service.name).or_insert_with(|| self.service_plugins(service, signing_region)).clone()
    }

    fn service_plugins(&self, service: &'static Service, signing_region: &str) -> RuntimePlugins {
        let defaults = DefaultPluginParams::new()
            .with_retry_partition_name(service.name)
            .with_behavior_version(BehaviorVersion::latest());
        let own = StaticRuntimePlugin::new()
            .with_config(self.service_layer(service, signing_region).freeze())
            .with_runtime_components(self.components());
        RuntimePlugins::new().with_client_plugins(default_plugins(defaults)).with_client_plugin(own)
    }

    fn service_layer(&self, service: &Service, signing_region: &str) -> Layer {
        let mut layer = Layer::new("service");
        layer.store_put(SharedRequestSerializer::new(Encoder));
        layer.store_put(AuthSchemeOptionResolverParams::new(()));
        layer.store_put(signing(service, signing_region));
        layer.store_put(self.retries.clone());
        // the rate budget is recon's own; the SDK's retry quota would make one
        // call's fate depend on the others'
        let unlimited = RetryPartition::custom(service.name).token_bucket(TokenBucket::unlimited());
        layer.store_put(unlimited.build());
        layer.store_put(timeouts());
        layer.store_put(StalledStreamProtectionConfig::disabled());
        layer
    }

    fn components(&self) -> RuntimeComponentsBuilder {
        RuntimeComponentsBuilder::new("service")
            .with_http_client(Some(self.http.clone()))
            .with_identity_cache(Some(self.identity_cache.clone()))
            .with_identity_resolver(SCHEME_ID, self.identity.clone())
            .with_auth_scheme(SigV4AuthScheme::new())
            .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![SCHEME_ID])))
            .with_endpoint_resolver(Some(ToTarget))
            .with_sleep_impl(Some(TokioSleep::new()))
            .with_time_source(Some(SystemTimeSource::new()))
            .with_retry_classifier(HttpStatusCodeClassifier::default())
            .with_retry_classifier(TransientErrorClassifier::<Answered>::new())
            .with_retry_classifier(ByCode)
            .with_interceptor(ServiceClockSkewInterceptor::new())
            .with_interceptor(ConnectionPoisoningInterceptor::new())
    }
}

fn signing(service: &Service, region: &str) -> SigV4OperationSigningConfig {
    let mut options = SigningOptions::default();
    if service.name == "s3" {
        // S3 signs the path as it is sent, and wants the body's hash in a header
        options.double_uri_encode = false;
        options.normalize_uri_path = false;
        options.content_sha256_header = true;
    }
    SigV4OperationSigningConfig {
        region: Some(SigningRegion::from(Region::new(region.to_owned()))),
        region_set: None,
        name: Some(SigningName::from(service.metadata.signing_name.clone())),
        signing_options: options,
    }
}

#[derive(Debug)]
struct Target(String);

#[derive(Debug)]
struct ToTarget;

impl ResolveEndpoint for ToTarget {
    fn resolve_endpoint<'a>(&'a self, params: &'a EndpointResolverParams) -> EndpointFuture<'a> {
        let url = params.get::<Target>().ok_or_else(|| BoxError::from("the call has no endpoint"));
        EndpointFuture::ready(url.map(|target| Endpoint::builder().url(target.0.clone()).build()))
    }
}

#[derive(Debug)]
struct Encoder;

impl SerializeRequest for Encoder {
    fn serialize_input(&self, input: Input, _: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let wire: WireRequest = input.downcast().map_err(|_| "the input is not a request")?;
        let mut request = HttpRequest::new(SdkBody::from(wire.body));
        request.set_method(&wire.method)?;
        request.set_uri(wire.path)?;
        for (name, value) in wire.headers {
            request.headers_mut().try_append(name, value)?;
        }
        request.headers_mut().insert("user-agent", concat!("recon/", env!("CARGO_PKG_VERSION")));
        Ok(request)
    }
}

#[derive(Debug)]
struct Decoder {
    service: &'static Service,
    operation: &'static str,
}

/// An answer, and of how many bytes it was made.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) document: Value,
    pub(crate) bytes: usize,
}

/// No answer of AWS's is larger: its own limits on what an item and a page hold see to that.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;

impl DeserializeResponse for Decoder {
    /// Nothing is decoded before it is all there; but no more is taken than an answer can have.
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        *response.body_mut() = SdkBody::from_body_1_x(Limited::new(body, LARGEST));
        None
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        _: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let headers = response.headers().iter();
        let wire = WireResponse {
            status: response.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: response.body().bytes().unwrap_or_default().to_vec(),
        };
        let bytes = wire.body.len();
        match decode_response(self.service, self.operation, &wire) {
            Ok(document) => Ok(Output::erase(Page { document, bytes })),
            Err(refusal) => Err(OrchestratorError::operation(Error::erase(Answered(refusal)))),
        }
    }
}
