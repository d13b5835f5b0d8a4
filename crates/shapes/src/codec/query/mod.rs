//! awsQuery and ec2Query: a form goes out, XML comes back.

mod form;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::error::{ErrorAnswer, Misfit};
use super::xml::{self, Element};
use super::{Wire, WireRequest, WireResponse};
use crate::service::{Operation, Service};
use form::{Form, Node, Reader};

/// Everything but the unreserved characters of RFC 3986.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

pub(super) fn request(
    wire: Wire,
    service: &Service,
    operation: &str,
    op: &Operation,
    input: &Value,
) -> WireRequest {
    let mut form = Form { service, ec2: wire == Wire::Ec2Query, body: String::new() };
    form.pair("Action", operation);
    form.pair("Version", &service.metadata.api_version);
    if let Some(shape) = op.input() {
        form.structure(service.shape(shape), input, "");
    }
    WireRequest {
        method: "POST".into(),
        path: "/".into(),
        headers: vec![("Content-Type".into(), "application/x-www-form-urlencoded; charset=utf-8".into())],
        body: form.body.into_bytes(),
    }
}

pub(super) fn answer(wire: Wire, service: &Service, op: &Operation, body: &[u8]) -> Result<Value, Misfit> {
    let Some(shape) = op.output() else { return Ok(json!({})) };
    let root = Element::parse(body)?;
    let result = match op.result_wrapper() {
        Some(wrapper) if wire == Wire::AwsQuery => {
            root.child(wrapper).ok_or_else(|| Misfit::new(format!("has no element {wrapper}")))?
        }
        _ => &root,
    };
    xml::read_structure(service, service.shape(shape), result).map(Value::Object)
}

/// The error in `<ErrorResponse>` (awsQuery) or `<Response><Errors>` (ec2Query).
pub(super) fn refusal(response: &WireResponse) -> Option<ErrorAnswer> {
    let root = Element::parse(&response.body).ok()?;
    let errors = root.child("Errors").unwrap_or(&root);
    let error = errors.child("Error")?;
    let code = &error.child("Code")?.text;
    let mut answer = ErrorAnswer::new(response.status, code, message(error));
    let id = root.child("RequestId").or_else(|| root.child("RequestID"));
    answer.request_id = id.map(|id| id.text.clone());
    Some(answer)
}

pub(super) fn message(error: &Element) -> &str {
    error.child("Message").map_or_else(|| error.text_of("message"), |m| &m.text)
}

/// What a form says (the server's half of [`request`]).
pub(super) fn input(wire: Wire, service: &Service, op: &Operation, pairs: Vec<(String, String)>) -> Value {
    let Some(shape) = op.input() else { return json!({}) };
    let reader = Reader { service, ec2: wire == Wire::Ec2Query };
    reader.structure(service.shape(shape), &Node::of(pairs))
}

/// The response that carries an answer (the server's half of [`answer`]).
pub(super) fn respond(
    wire: Wire,
    service: &Service,
    (operation, op): (&str, &Operation),
    answer: &Value,
    request_id: &str,
) -> WireResponse {
    let namespace = service.metadata.xml_namespace.as_deref();
    let mut root = Element::new(format!("{operation}Response")).with_namespace(namespace);
    let shape = op.output().map(|name| service.shape(name));
    if wire == Wire::Ec2Query {
        root.children.push(Element::with_text("requestId", request_id));
        if let Some(shape) = shape {
            xml::write_structure(service, shape, answer, &mut root);
        }
        return document(200, &root);
    }
    if let (Some(shape), Some(wrapper)) = (shape, op.result_wrapper()) {
        let mut result = Element::new(wrapper);
        xml::write_structure(service, shape, answer, &mut result);
        root.children.push(result);
    }
    let mut metadata = Element::new("ResponseMetadata");
    metadata.children.push(Element::with_text("RequestId", request_id));
    root.children.push(metadata);
    document(200, &root)
}

/// The response that says no.
pub(super) fn refuse(
    wire: Wire,
    service: Option<&Service>,
    answer: &ErrorAnswer,
    request_id: &str,
) -> WireResponse {
    let mut error = Element::new("Error");
    error.children =
        vec![Element::with_text("Code", &answer.code), Element::with_text("Message", &answer.message)];
    let mut root = if wire == Wire::Ec2Query {
        let mut errors = Element::new("Errors");
        errors.children.push(error);
        let mut root = Element::new("Response");
        root.children.push(errors);
        root
    } else {
        error.children.insert(0, Element::with_text("Type", answer.fault()));
        let namespace = service.and_then(|service| service.metadata.xml_namespace.as_deref());
        let mut root = Element::new("ErrorResponse").with_namespace(namespace);
        root.children.push(error);
        root
    };
    let id = if wire == Wire::Ec2Query { "RequestID" } else { "RequestId" };
    root.children.push(Element::with_text(id, request_id));
    document(answer.status, &root)
}

fn document(status: u16, root: &Element) -> WireResponse {
    let headers = vec![("Content-Type".to_string(), "text/xml;charset=UTF-8".to_string())];
    WireResponse { status, headers, body: root.to_bytes() }
}
