//! The server's half: a request becomes a call, an answer becomes a response.

use serde_json::{Value, json};

use super::error::{ErrorAnswer, Misfit, canonical_code};
use super::form::{Unknown, conform};
use super::route::{self, Route};
use super::{Wire, WireRequest, WireResponse, cbor, json, query, rest};
use crate::service::{Operation, Service};

/// A request, understood.
#[derive(Debug, Clone)]
pub struct Call {
    pub service: &'static Service,
    pub operation: String,
    /// The document that was sent. Of JSON and CBOR also what does not fit the
    /// model, so that `validate` can tell it.
    pub input: Value,
    /// What the client spoke, and so what it must be answered in.
    pub wire: Wire,
    /// Region of the signature's scope, where the request is signed.
    pub region: Option<String>,
    pub request_id: String,
}

/// The call in a request, in whatever protocol it was sent.
///
/// # Errors
/// What AWS answers to a request that it cannot read; see [`refuse`].
pub fn decode_request(request: &WireRequest) -> Result<Call, ErrorAnswer> {
    let wire = Wire::spoken_in(request);
    let Route { service, operation, op, source } = route::find(wire, request)?;
    let input = match source {
        route::Source::Form(pairs) => Ok(query::input(wire, service, op, pairs)),
        route::Source::Rest(target) => rest::input(wire, service, op, &target, request),
        route::Source::Body if wire == Wire::RpcCbor => cbor::input(service, op, &request.body),
        route::Source::Body => json::input(service, op, &request.body),
    };
    Ok(Call {
        service,
        operation: operation.to_string(),
        input: input.map_err(|misfit| malformed(wire, &misfit))?,
        wire,
        region: route::scope(request).map(|scope| scope.region),
        request_id: route::request_id(request),
    })
}

fn malformed(wire: Wire, misfit: &Misfit) -> ErrorAnswer {
    let code = if wire == Wire::RestXml { "MalformedXML" } else { "SerializationException" };
    ErrorAnswer::new(400, code, format!("the request cannot be read: {misfit}"))
}

/// The response to a call.
pub fn encode_response(call: &Call, answer: &Result<Value, ErrorAnswer>) -> WireResponse {
    let Call { service, operation, wire, .. } = call;
    let Some(op) = service.operation(operation) else {
        return refuse_call(call, &ErrorAnswer::unknown_operation(service.name, operation));
    };
    let value = match answer {
        Ok(value) => value,
        Err(refusal) => return head(op, refuse_call(call, refusal)),
    };
    let value = match op.output().map(|shape| conform(service, Unknown::Refuse, shape, value)) {
        Some(Ok(value)) => value,
        Some(Err(misfit)) => {
            let problem = format!("the answer of {operation} cannot be sent: {misfit}");
            return head(op, refuse_call(call, &ErrorAnswer::new(500, "InternalFailure", problem)));
        }
        None => json!({}),
    };
    let id = &call.request_id;
    let response = match wire {
        Wire::AwsJson => json::respond(service, op, &value),
        Wire::AwsQuery | Wire::Ec2Query => query::respond(*wire, service, (operation, op), &value, id),
        Wire::RestXml | Wire::RestJson => rest::respond(*wire, service, operation, op, &value),
        Wire::RpcCbor => cbor::respond(service, op, &value),
    };
    head(op, with_id(*wire, response, id))
}

fn refuse_call(call: &Call, answer: &ErrorAnswer) -> WireResponse {
    let id = answer.request_id.as_deref().unwrap_or(&call.request_id);
    refuse(call.wire, Some(call.service), answer, id)
}

/// The response to a request that is no call, in the protocol it was sent in.
pub fn refuse(wire: Wire, service: Option<&Service>, answer: &ErrorAnswer, request_id: &str) -> WireResponse {
    let mut answer = answer.clone();
    if let Some(service) = service {
        answer.code = canonical_code(service, &answer.code);
    }
    let response = match wire {
        Wire::AwsJson | Wire::RestJson => json::refuse(service, &answer),
        Wire::AwsQuery | Wire::Ec2Query => query::refuse(wire, service, &answer, request_id),
        Wire::RestXml => rest::refuse(&answer, request_id),
        Wire::RpcCbor => cbor::refuse(service, &answer),
    };
    with_id(wire, response, request_id)
}

fn with_id(wire: Wire, mut response: WireResponse, id: &str) -> WireResponse {
    let name = if wire == Wire::RestXml { "x-amz-request-id" } else { "x-amzn-RequestId" };
    response.headers.push((name.into(), id.into()));
    response
}

/// HTTP allows no body in the response to a HEAD.
fn head(op: &Operation, mut response: WireResponse) -> WireResponse {
    if op.http.method == "HEAD" {
        response.body.clear();
    }
    response
}
