//! A service in the same process, behind the SDK's own HTTP client door.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use recon_shapes::codec::{WireRequest, WireResponse};

/// Answers requests without a network. Requests arrive signed, with their
/// `host` header; the S3 ones name the bucket in the path.
pub trait InProcess: Send + Sync + 'static {
    /// The answer, after as much (virtual) time as it takes.
    fn answer(&self, request: WireRequest) -> Answer<'_>;
}

/// What [`InProcess::answer`] returns.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<WireResponse, Dropped>> + Send + 'a>>;

/// The connection was lost: whether the request had an effect is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed before an answer came")]
pub struct Dropped;

#[derive(Clone)]
pub(crate) struct Mounted(pub(crate) Arc<dyn InProcess>);

impl fmt::Debug for Mounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mounted")
    }
}

impl HttpClient for Mounted {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Mounted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = to_wire(&request).map_err(ConnectorError::user)?;
            let answer = service.answer(request).await.map_err(|lost| ConnectorError::io(lost.into()))?;
            from_wire(answer).map_err(|error| ConnectorError::other(error, None))
        })
    }
}

fn to_wire(request: &HttpRequest) -> Result<WireRequest, BoxError> {
    let uri: http::Uri = request.uri().parse()?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let host = uri.authority().map_or("", |authority| authority.as_str()).to_owned();
    let body = request.body().bytes().ok_or("a request's body is held in memory")?.to_vec();
    let mut headers = vec![("host".to_owned(), host)];
    headers.extend(request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())));
    Ok(WireRequest { method: request.method().to_owned(), path, headers, body })
}

fn from_wire(answer: WireResponse) -> Result<HttpResponse, BoxError> {
    let mut response = HttpResponse::new(StatusCode::try_from(answer.status)?, SdkBody::from(answer.body));
    for (name, value) in answer.headers {
        response.headers_mut().try_append(name, value)?;
    }
    Ok(response)
}
