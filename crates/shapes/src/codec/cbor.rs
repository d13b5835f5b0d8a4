//! Smithy RPC v2 with CBOR, which boto3 speaks to CodeDeploy, CodeBuild, CodePipeline and others.

use ciborium::Value as Cbor;
use serde_json::{Map, Number, Value, json};

use super::error::{ErrorAnswer, Misfit};
use super::form::{Unknown, blob, bytes, conform};
use super::json::named;
use super::{WireRequest, WireResponse};
use crate::service::{Operation, Service};
use crate::shape::{Shape, ShapeType};

/// Value of the header `smithy-protocol`.
pub(super) const PROTOCOL: &str = "rpc-v2-cbor";
/// No document of AWS nests deeper; a stranger's must not exhaust the stack.
const DEPTH: usize = 64;
/// CBOR's tag for seconds since 1970.
const EPOCH: u64 = 1;

pub(super) fn request(service: &Service, operation: &str, op: &Operation, input: &Value) -> WireRequest {
    let prefix = service.metadata.target_prefix.as_deref().unwrap_or(&service.metadata.service_id);
    WireRequest {
        method: "POST".into(),
        path: format!("/service/{prefix}/operation/{operation}"),
        headers: vec![
            ("smithy-protocol".into(), PROTOCOL.into()),
            ("Accept".into(), "application/cbor".into()),
            ("Content-Type".into(), "application/cbor".into()),
        ],
        body: op.input().map(|shape| encode(service, shape, input)).unwrap_or_default(),
    }
}

pub(super) fn answer(service: &Service, op: &Operation, body: &[u8]) -> Result<Value, Misfit> {
    match op.output() {
        Some(shape) => conform(service, Unknown::Drop, shape, &document(body)?),
        None => Ok(json!({})),
    }
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
    let body = op.output().map(|shape| encode(service, shape, answer)).unwrap_or_default();
    WireResponse { status: 200, headers: headers(Vec::new()), body }
}

/// The response that says no.
pub(super) fn refuse(service: Option<&Service>, answer: &ErrorAnswer) -> WireResponse {
    let (name, more) = named(service, answer);
    let text = |text: &str| Cbor::Text(text.to_string());
    let body =
        to_bytes(&Cbor::Map(vec![(text("__type"), text(name)), (text("message"), text(&answer.message))]));
    WireResponse { status: answer.status, headers: headers(more), body }
}

fn headers(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.push(("smithy-protocol".into(), PROTOCOL.into()));
    headers.push(("Content-Type".into(), "application/cbor".into()));
    headers
}

/// The error in a response: a map with `__type` and `message`.
pub(super) fn refusal(response: &WireResponse) -> Option<ErrorAnswer> {
    let body = document(&response.body).ok()?;
    let message = body["message"].as_str().or_else(|| body["Message"].as_str()).unwrap_or_default();
    Some(ErrorAnswer::new(response.status, body["__type"].as_str()?, message))
}

/// A document as CBOR, typed by its shape.
fn encode(service: &Service, shape: &str, value: &Value) -> Vec<u8> {
    to_bytes(&to_cbor(service, service.shape(shape), value))
}

fn to_bytes(value: &Cbor) -> Vec<u8> {
    let mut out = Vec::new();
    // a Vec takes everything that is written to it
    let written = ciborium::into_writer(value, &mut out);
    debug_assert!(written.is_ok());
    out
}

fn to_cbor(service: &Service, shape: &Shape, value: &Value) -> Cbor {
    match (shape.kind, value) {
        (ShapeType::Structure, Value::Object(object)) => {
            let member = |name: &String| shape.members.get(name).map(|m| service.shape_of(m));
            entries(object, |name, value| Some(to_cbor(service, member(name)?, value)))
        }
        (ShapeType::Map, Value::Object(object)) => {
            let item = shape.value.as_ref().map(|m| service.shape_of(m));
            entries(object, |_, value| Some(to_cbor(service, item?, value)))
        }
        (ShapeType::List, Value::Array(items)) => match &shape.member {
            Some(member) => {
                let item = service.shape_of(member);
                Cbor::Array(items.iter().map(|value| to_cbor(service, item, value)).collect())
            }
            None => Cbor::Array(Vec::new()),
        },
        (ShapeType::Blob, _) => Cbor::Bytes(bytes(value)),
        (ShapeType::Timestamp, Value::Number(n)) => Cbor::Tag(EPOCH, Box::new(number(n))),
        (_, Value::Number(n)) => number(n),
        (_, Value::Bool(b)) => Cbor::Bool(*b),
        (_, Value::String(text)) => Cbor::Text(text.clone()),
        _ => Cbor::Null,
    }
}

fn entries(object: &Map<String, Value>, encode: impl Fn(&String, &Value) -> Option<Cbor>) -> Cbor {
    Cbor::Map(object.iter().filter_map(|(k, v)| Some((Cbor::Text(k.clone()), encode(k, v)?))).collect())
}

fn number(n: &Number) -> Cbor {
    match (n.as_i64(), n.as_u64()) {
        (Some(n), _) => Cbor::Integer(n.into()),
        (_, Some(n)) => Cbor::Integer(n.into()),
        _ => Cbor::Float(n.as_f64().unwrap_or_default()),
    }
}

/// A body as a document; no body is an empty one.
fn document(body: &[u8]) -> Result<Value, Misfit> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    let value: Cbor = ciborium::de::from_reader_with_recursion_limit(body, DEPTH)
        .map_err(|e| Misfit::new(format!("is not CBOR ({e})")))?;
    from_cbor(value)
}

fn from_cbor(value: Cbor) -> Result<Value, Misfit> {
    let odd = |what: &str| Misfit::new(format!("holds {what}, which no document can"));
    Ok(match value {
        Cbor::Null => Value::Null,
        Cbor::Bool(b) => Value::Bool(b),
        Cbor::Text(text) => Value::String(text),
        Cbor::Bytes(bytes) => blob(&bytes),
        Cbor::Float(n) => Number::from_f64(n).map(Value::Number).ok_or_else(|| odd("an infinite number"))?,
        Cbor::Integer(n) => match (i64::try_from(n), u64::try_from(n)) {
            (Ok(n), _) => Value::from(n),
            (_, Ok(n)) => Value::from(n),
            _ => return Err(odd("an integer of more than 64 bits")),
        },
        Cbor::Tag(_, value) => from_cbor(*value)?,
        Cbor::Array(items) => Value::Array(items.into_iter().map(from_cbor).collect::<Result<_, _>>()?),
        Cbor::Map(entries) => {
            let entry = |(k, v): (Cbor, Cbor)| match k {
                Cbor::Text(name) => Ok((name, from_cbor(v)?)),
                _ => Err(odd("a key that is no text")),
            };
            Value::Object(entries.into_iter().map(entry).collect::<Result<_, _>>()?)
        }
        _ => return Err(odd("something new to this reader")),
    })
}
