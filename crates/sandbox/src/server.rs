//! The sandbox on a socket, for clients of another process: boto3, Terraform, the AWS CLI.

use std::io;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use recon_shapes::codec::{WireRequest, WireResponse};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinSet, spawn_blocking};

use crate::Sandbox;
use crate::http::{self, Lost};

/// More than AWS takes in any request that recon sends.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// Answers requests until the listener fails or the future is dropped, which
/// also ends the connections. `after_each` runs after every answered request.
///
/// # Errors
/// When the listener can accept no more connections.
pub async fn serve(
    sandbox: Arc<Sandbox>,
    listener: TcpListener,
    after_each: impl Fn() + Send + Sync + 'static,
) -> io::Result<()> {
    let after_each = Arc::new(after_each);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                connections.spawn(connection(sandbox.clone(), stream, after_each.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection<F: Fn() + Send + Sync>(sandbox: Arc<Sandbox>, stream: TcpStream, after_each: Arc<F>) {
    let service = service_fn(|request| {
        let (sandbox, after_each) = (&sandbox, &after_each);
        async move {
            let response = respond(sandbox, request).await;
            after_each();
            // an error closes the connection without an answer
            response
        }
    });
    // a client that goes away in the middle is its own affair
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(sandbox: &Sandbox, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Lost> {
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes().to_vec(),
        Err(_) => return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE)),
    };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).to_string();
    let request = WireRequest {
        method: head.method.to_string(),
        path: head.uri.path_and_query().map_or("/".to_string(), ToString::to_string),
        headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body,
    };
    let (response, after) = http::answered(sandbox, &request).await?;
    late(after).await;
    Ok(to_http(response, head.method == Method::HEAD))
}

/// A socket's clients measure time: tokio's clock goes by whole milliseconds, and is late by three of forty.
async fn late(after: Duration) {
    if !after.is_zero() {
        // it only sleeps
        let _ = spawn_blocking(move || sleep(after)).await;
    }
}

fn to_http(answer: WireResponse, head: bool) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status);
    *response.body_mut() = Full::new(Bytes::from(answer.body));
    for (name, value) in answer.headers {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) else {
            return plain(StatusCode::INTERNAL_SERVER_ERROR);
        };
        // the length of a body that is there is the server's to say
        if head || name != CONTENT_LENGTH {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn plain(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Sends one text over one connection and returns all that came back, and
    /// how many requests were answered.
    async fn talk(text: &str) -> (String, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answered = Arc::new(AtomicUsize::new(0));
        let count = answered.clone();
        let server = serve(Arc::default(), listener, move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        let client = async {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        let answer = tokio::select! {
            answer = client => answer,
            _ = server => panic!("the server ended before the client"),
        };
        (answer, answered.load(Ordering::Relaxed))
    }

    const TARGET: &str = "X-Amz-Target: AmazonEC2ContainerServiceV20141113";

    #[tokio::test]
    async fn one_connection_carries_one_request_after_another() {
        let request = |name: &str, more: &str| {
            format!("POST / HTTP/1.1\r\nHost: x\r\n{TARGET}.{name}\r\nContent-Length: 2\r\n{more}\r\n{{}}")
        };
        let (answer, answered) =
            talk(&(request("NoSuchThing", "") + &request("UpdateCluster", "Connection: close\r\n"))).await;
        assert_eq!(answer.matches("HTTP/1.1 400").count(), 2, "{answer}");
        assert!(answer.contains("UnknownOperationException"), "{answer}");
        assert!(answer.contains("required member cluster is missing"), "{answer}");
        assert_eq!(answered, 2);
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_is_not_read() {
        let length = BODY_LIMIT + 1;
        let (answer, _) = talk(&format!(
            "POST / HTTP/1.1\r\nHost: x\r\n{TARGET}.ListClusters\r\nContent-Length: {length}\r\n\
             Expect: 100-continue\r\nConnection: close\r\n\r\n{}",
            "x".repeat(length)
        ))
        .await;
        assert!(answer.contains("413 Payload Too Large"), "{answer}");
    }

    #[tokio::test]
    async fn the_answer_to_a_head_has_no_body() {
        let (answer, _) = talk("HEAD /a/b/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert!(answer.ends_with("\r\n\r\n"), "{answer}");
    }
}
