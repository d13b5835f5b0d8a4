//! restXml (S3) and restJson: a document's members stand in path, query, headers and body.

mod body;
mod head;
mod refusal;
mod target;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::error::Misfit;
use super::form::Unknown;
use super::{Wire, WireRequest, WireResponse};
use crate::service::{Operation, Service};
use body::{read_body, write_body};
use head::{read_headers, read_query, write_headers, write_path};

pub(super) use head::split_query;
pub(super) use refusal::{late_error, refusal, refuse};
pub(super) use target::{Target, find};

/// The bucket that an S3 call goes to, for callers that put it into the host's name.
pub fn bucket<'a>(service: &Service, input: &'a Value) -> Option<&'a str> {
    if service.name == "s3" { input.get("Bucket")?.as_str() } else { None }
}

/// A path-style S3 path without its bucket: what remains when the host names it.
pub fn without_bucket(path: &str) -> String {
    let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    let key = path.trim_start_matches('/').split_once('/').map_or("", |(_, key)| key);
    format!("/{key}{query}")
}

pub(super) fn request(
    wire: Wire,
    service: &Service,
    op: &Operation,
    input: &Value,
) -> Result<WireRequest, Misfit> {
    let shape = op.input().map(|name| service.shape(name));
    let mut request = WireRequest {
        method: op.http.method.clone(),
        path: op.http.request_uri.clone(),
        ..Default::default()
    };
    let Some(shape) = shape else { return Ok(request) };
    request.path = write_path(service, op, shape, input)?;
    request.headers = write_headers(service, shape, input);
    // the HTTP layer knows the length of the body that it sends
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    let (body, content_type) = write_body(wire, service, op.input_root(), shape, input);
    request.body = body;
    if let Some(content_type) = content_type
        && request.header("content-type").is_none()
    {
        request.headers.push(("Content-Type".into(), content_type.into()));
    }
    if op.http_checksum_required && request.header("content-md5").is_none() {
        checksum(&mut request)?;
    }
    Ok(request)
}

fn checksum(request: &mut WireRequest) -> Result<(), Misfit> {
    if let Some(other) = request.header("x-amz-sdk-checksum-algorithm").filter(|a| *a != "SHA256") {
        let problem = format!("is {other}; leave it out or use SHA256");
        return Err(Misfit::new(problem).under("ChecksumAlgorithm"));
    }
    let sum = BASE64.encode(Sha256::digest(&request.body));
    request.headers.push(("x-amz-checksum-sha256".into(), sum));
    Ok(())
}

pub(super) fn answer(
    wire: Wire,
    service: &Service,
    op: &Operation,
    response: &WireResponse,
) -> Result<Value, Misfit> {
    let Some(shape) = op.output().map(|name| service.shape(name)) else { return Ok(json!({})) };
    let mut out = read_headers(service, shape, &response.headers)?;
    for (name, _) in shape.members.iter().filter(|(_, m)| m.location.as_deref() == Some("statusCode")) {
        out.insert(name.clone(), Value::from(response.status));
    }
    if op.http.method != "HEAD" {
        out.extend(read_body(wire, service, Unknown::Drop, (op.output(), shape), &response.body)?);
    }
    Ok(Value::Object(out))
}

/// What a routed request says (the server's half of [`request`]).
pub(super) fn input(
    wire: Wire,
    service: &Service,
    op: &Operation,
    target: &Target,
    request: &WireRequest,
) -> Result<Value, Misfit> {
    let Some(shape) = op.input().map(|name| service.shape(name)) else { return Ok(json!({})) };
    let body = unchunked(request);
    let headers: Vec<(String, String)> = request.headers.iter().filter_map(of_the_document).collect();
    let mut out: Map<String, Value> = target.labels(service, shape)?;
    out.extend(read_query(service, shape, &target.query)?);
    out.extend(read_headers(service, shape, &headers)?);
    out.extend(read_body(wire, service, Unknown::Keep, (op.input(), shape), &body)?);
    Ok(Value::Object(out))
}

/// Without what the HTTP layer and the signer put there for themselves.
fn of_the_document((name, value): &(String, String)) -> Option<(String, String)> {
    if name.eq_ignore_ascii_case("content-length") {
        return None;
    }
    if !name.eq_ignore_ascii_case("content-encoding") {
        return Some((name.clone(), value.clone()));
    }
    let codings: Vec<&str> = value.split(',').map(str::trim).filter(|c| *c != "aws-chunked").collect();
    (!codings.is_empty()).then(|| (name.clone(), codings.join(",")))
}

/// The body that was meant: a signer may send it in chunks of its own (`aws-chunked`).
fn unchunked(request: &WireRequest) -> Vec<u8> {
    let streamed = request.header("x-amz-content-sha256").is_some_and(|h| h.starts_with("STREAMING-"));
    let chunks = if streamed { chunks(&request.body) } else { None };
    chunks.unwrap_or_else(|| request.body.clone())
}

fn chunks(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = body.windows(2).position(|pair| pair == b"\r\n")?;
        let line = std::str::from_utf8(&body[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        let data = &body[end + 2..];
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(data.get(..size)?);
        body = data.get(size + 2..)?;
    }
}

/// The response that carries an answer (the server's half of [`answer`]).
pub(super) fn respond(
    wire: Wire,
    service: &Service,
    operation: &str,
    op: &Operation,
    answer: &Value,
) -> WireResponse {
    let mut response =
        WireResponse { status: op.http.response_code.unwrap_or(200), ..WireResponse::default() };
    let Some(shape) = op.output().map(|name| service.shape(name)) else { return response };
    response.headers = write_headers(service, shape, answer);
    let root = if wire == Wire::RestXml { body::answer_root(operation) } else { (None, None) };
    let (body, content_type) = write_body(wire, service, root, shape, answer);
    if let Some(content_type) = content_type {
        response.headers.push(("Content-Type".into(), content_type.into()));
    }
    response.body = body;
    response
}
