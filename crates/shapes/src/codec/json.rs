//! awsJson 1.0 and 1.1: the body is the document.

use serde_json::{Value, json};

use super::error::{ErrorAnswer, Misfit, exception_name};
use super::form::{Unknown, conform};
use super::{WireRequest, WireResponse};
use crate::service::{Operation, Service};

pub(super) fn request(service: &Service, operation: &str, input: &Value) -> WireRequest {
    let prefix = service.metadata.target_prefix.as_deref().unwrap_or(&service.metadata.service_id);
    WireRequest {
        method: "POST".into(),
        path: "/".into(),
        headers: vec![
            ("Content-Type".into(), content_type(service)),
            ("X-Amz-Target".into(), format!("{prefix}.{operation}")),
        ],
        body: input.to_string().into_bytes(),
    }
}

pub(super) fn content_type(service: &Service) -> String {
    format!("application/x-amz-json-{}", service.metadata.json_version.as_deref().unwrap_or("1.1"))
}

pub(super) fn answer(service: &Service, op: &Operation, body: &[u8]) -> Result<Value, Misfit> {
    match op.output() {
        Some(shape) => conform(service, Unknown::Drop, shape, &document(body)?),
        None => Ok(json!({})),
    }
}

/// A body as JSON; no body is an empty document.
pub(super) fn document(body: &[u8]) -> Result<Value, Misfit> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|e| Misfit::new(format!("is not JSON ({e})")))
}

/// The error in a response: its code from the header or from the document.
pub(super) fn refusal(response: &WireResponse) -> Option<ErrorAnswer> {
    let body = document(&response.body).unwrap_or_default();
    let text = |names: &[&str]| names.iter().find_map(|name| body[*name].as_str());
    let code = response.header("x-amzn-errortype").or_else(|| text(&["__type", "code", "Code"]))?;
    let message = text(&["message", "Message", "errorMessage"]).unwrap_or_default();
    Some(ErrorAnswer::new(response.status, code, message))
}

/// What a request's body says (the server's half of [`request`]).
pub(super) fn input(service: &Service, op: &Operation, body: &[u8]) -> Result<Value, Misfit> {
    match op.input() {
        Some(shape) => conform(service, Unknown::Keep, shape, &document(body)?),
        None => Ok(json!({})),
    }
}

/// The response that carries an answer (the server's half of [`answer`]).
pub(super) fn respond(service: &Service, op: &Operation, answer: &Value) -> WireResponse {
    let body = if op.output().is_some() { answer.to_string().into_bytes() } else { Vec::new() };
    WireResponse { status: 200, headers: vec![("Content-Type".into(), content_type(service))], body }
}

/// The response that says no.
pub(super) fn refuse(service: Option<&Service>, answer: &ErrorAnswer) -> WireResponse {
    let (name, mut headers) = named(service, answer);
    headers.push(("x-amzn-errortype".into(), name.to_string()));
    let content_type = service.map_or_else(|| "application/x-amz-json-1.1".into(), content_type);
    headers.push(("Content-Type".into(), content_type));
    let body = json!({"__type": name, "message": answer.message}).to_string().into_bytes();
    WireResponse { status: answer.status, headers, body }
}

/// Name of the exception, and the header that keeps its code where the two differ.
pub(super) fn named<'a>(
    service: Option<&'a Service>,
    answer: &'a ErrorAnswer,
) -> (&'a str, Vec<(String, String)>) {
    let name = service.map_or(answer.code.as_str(), |service| exception_name(service, &answer.code));
    if name == answer.code {
        return (name, Vec::new());
    }
    let header = format!("{};{}", answer.code, answer.fault());
    (name, vec![("x-amzn-query-error".into(), header)])
}
