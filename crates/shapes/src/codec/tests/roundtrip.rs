//! What one side writes the other side reads, for every operation in every protocol.

use proptest::prelude::*;
use serde_json::json;

use super::documents::{Dice, Documents, Side};
use crate::codec::{
    Call, ErrorAnswer, Wire, decode_request, decode_response_as, encode_request_as, encode_response,
};
use crate::service::{SERVICES, Service, service};

/// Every service with the protocols that it is spoken to in.
fn spoken() -> impl Iterator<Item = (&'static Service, Wire)> {
    SERVICES.iter().filter_map(|name| service(name)).flat_map(|service| {
        let cbor = service.metadata.target_prefix.is_some().then_some(Wire::RpcCbor);
        // older clients speak awsQuery to CloudWatch
        let query = (service.name == "cloudwatch").then_some(Wire::AwsQuery);
        let wires = [Some(Wire::of(service)), cbor, query];
        wires.into_iter().flatten().map(move |wire| (service, wire))
    })
}

fn call(service: &'static Service, wire: Wire, operation: &str) -> Call {
    Call {
        service,
        operation: operation.to_string(),
        input: json!({}),
        wire,
        region: None,
        request_id: "id".into(),
    }
}

fn requests_survive(seed: u64, density: u64) -> Result<(), TestCaseError> {
    for (service, wire) in spoken() {
        for (operation, op) in service.operations.iter() {
            let dice = Dice(seed | 1);
            let sent = Documents { service, wire, side: Side::Request, dice, density }.of(op);
            let request = encode_request_as(wire, service, operation, &sent)
                .map_err(|e| TestCaseError::fail(format!("{}: {e}", service.name)))?;
            let call = decode_request(&request)
                .map_err(|e| TestCaseError::fail(format!("{} {operation}: {e}", service.name)))?;
            let (name, wire) = (service.name, format!("{wire:?}"));
            prop_assert_eq!(call.service.name, name);
            prop_assert_eq!(&call.operation, operation);
            prop_assert_eq!(format!("{:?}", call.wire), wire);
            prop_assert_eq!(call.input, sent, "{} {} {:?}", name, operation, request);
        }
    }
    Ok(())
}

fn answers_survive(seed: u64, density: u64) -> Result<(), TestCaseError> {
    for (service, wire) in spoken() {
        for (operation, op) in service.operations.iter() {
            let dice = Dice(seed | 1);
            let sent = Documents { service, wire, side: Side::Response, dice, density }.of(op);
            let response = encode_response(&call(service, wire, operation), &Ok(sent.clone()));
            let read = decode_response_as(wire, service, operation, &response)
                .map_err(|e| TestCaseError::fail(format!("{} {operation}: {e}", service.name)))?;
            let text = String::from_utf8_lossy(&response.body);
            prop_assert_eq!(read, sent, "{} {} {:?} {}", service.name, operation, wire, text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn a_server_reads_the_request_that_a_client_wrote(seed: u64, density in 0u64..=100) {
        requests_survive(seed, density)?;
    }

    #[test]
    fn a_client_reads_the_answer_that_a_server_wrote(seed: u64, density in 0u64..=100) {
        answers_survive(seed, density)?;
    }
}

#[test]
fn every_error_that_a_model_names_reaches_the_client_under_its_code() {
    for (service, wire) in spoken() {
        for (operation, op) in service.operations.iter() {
            for error in &op.errors {
                let shape = service.shape(error);
                let code = shape.error.code.clone().unwrap_or_else(|| error.to_string());
                let status = shape.error.http_status_code.unwrap_or(400);
                let sent = ErrorAnswer::new(status, &code, "no <way> & \"no\" reason");
                let response = encode_response(&call(service, wire, operation), &Err(sent));
                let read = decode_response_as(wire, service, operation, &response).unwrap_err();
                assert_eq!((read.status, read.request_id.as_deref()), (status, Some("id")));
                if op.http.method == "HEAD" {
                    // the answer to a HEAD has a status and nothing else
                    assert!(response.body.is_empty());
                    assert_eq!(read.code, "NotFound");
                } else {
                    assert_eq!(read.code, code, "{} {operation} {wire:?}", service.name);
                    assert_eq!(read.message, "no <way> & \"no\" reason");
                }
            }
        }
    }
}
