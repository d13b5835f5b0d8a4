//! The client's half: a document becomes a request, a response becomes a document.

use serde_json::{Value, json};

use super::error::{EncodeError, ErrorAnswer, Misfit};
use super::form::{Unknown, conform};
use super::{Wire, WireRequest, WireResponse, cbor, json, query, rest};
use crate::service::{Operation, Service};

/// The request of an operation, in the protocol that the service's model names.
///
/// # Errors
/// When the model has no such operation, or the document does not have the input's form.
pub fn encode_request(service: &Service, operation: &str, input: &Value) -> Result<WireRequest, EncodeError> {
    encode_request_as(Wire::of(service), service, operation, input)
}

/// [`encode_request`] in a protocol of the caller's choice.
///
/// # Errors
/// As [`encode_request`].
pub fn encode_request_as(
    wire: Wire,
    service: &Service,
    operation: &str,
    input: &Value,
) -> Result<WireRequest, EncodeError> {
    let op = service.operation(operation).ok_or_else(|| EncodeError::UnknownOperation {
        service: service.name.to_string(),
        operation: operation.to_string(),
    })?;
    let misfit =
        |m: Misfit| EncodeError::Form { operation: operation.to_string(), path: m.path, problem: m.problem };
    let input = match op.input() {
        Some(shape) => conform(service, Unknown::Refuse, shape, input).map_err(misfit)?,
        None => json!({}),
    };
    match wire {
        Wire::AwsJson => Ok(json::request(service, operation, &input)),
        Wire::AwsQuery | Wire::Ec2Query => Ok(query::request(wire, service, operation, op, &input)),
        Wire::RestXml | Wire::RestJson => rest::request(wire, service, op, &input).map_err(misfit),
        Wire::RpcCbor => Ok(cbor::request(service, operation, op, &input)),
    }
}

/// The answer in a response, or the error in it.
///
/// # Errors
/// What AWS refused, with its code; `UnparsableAnswer` when the response cannot be read.
pub fn decode_response(
    service: &Service,
    operation: &str,
    response: &WireResponse,
) -> Result<Value, ErrorAnswer> {
    decode_response_as(Wire::of(service), service, operation, response)
}

/// [`decode_response`] in a protocol of the caller's choice.
///
/// # Errors
/// As [`decode_response`].
pub fn decode_response_as(
    wire: Wire,
    service: &Service,
    operation: &str,
    response: &WireResponse,
) -> Result<Value, ErrorAnswer> {
    let Some(op) = service.operation(operation) else {
        return Err(ErrorAnswer::unknown_operation(service.name, operation));
    };
    if response.status >= 300 {
        return Err(refusal(wire, service, op, response));
    }
    let answer = match wire {
        Wire::AwsJson => json::answer(service, op, &response.body),
        Wire::AwsQuery | Wire::Ec2Query => query::answer(wire, service, op, &response.body),
        Wire::RestXml | Wire::RestJson => {
            // S3 may think of an error after it has sent its 200
            if let Some(late) = rest::late_error(wire, service, response) {
                return Err(late);
            }
            rest::answer(wire, service, op, response)
        }
        Wire::RpcCbor => cbor::answer(service, op, &response.body),
    };
    answer.map_err(|misfit| ErrorAnswer::unparsable(response, &misfit.to_string()))
}

fn refusal(wire: Wire, service: &Service, op: &Operation, response: &WireResponse) -> ErrorAnswer {
    let found = match wire {
        Wire::AwsJson | Wire::RestJson => json::refusal(response),
        Wire::AwsQuery | Wire::Ec2Query => query::refusal(response),
        Wire::RestXml => rest::refusal(op, response),
        Wire::RpcCbor => cbor::refusal(response),
    };
    match found {
        Some(answer) => answer.canonical(service, response),
        None => ErrorAnswer::unparsable(response, "no error document in it"),
    }
}
