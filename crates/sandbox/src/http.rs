//! The sandbox as an HTTP endpoint, without a socket: one request, one response.

use std::time::Duration;

use recon_shapes::codec::{self, Call, ErrorAnswer, Wire, WireRequest, WireResponse};
use serde_json::{Value, json};

use crate::watch::Delivery;
use crate::{Logged, Refusal, Sandbox, State, record};

/// Region of a request that is not signed.
pub const REGION: &str = "us-east-1";

/// Empties the account; no AWS path begins with an underscore.
const RESET: &str = "/_recon/reset";

/// With seconds after it: lets that much time go by at once.
const LATER: &str = "/_recon/later/";

/// Hands over what was asked since the last time, as JSON; from the first time on it is kept.
const LOG: &str = "/_recon/log";

/// The connection is closed instead of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed before an answer came")]
pub struct Lost;

/// Answers a request in the protocol that it was sent in, after as much time as
/// that takes; an answer that never comes is waited for without end.
///
/// # Errors
/// When the connection is to be closed instead.
pub async fn answer(sandbox: &Sandbox, request: &WireRequest) -> Result<WireResponse, Lost> {
    let (response, after) = answered(sandbox, request).await?;
    if !after.is_zero() {
        tokio::time::sleep(after).await;
    }
    Ok(response)
}

/// The answer, and after how much time it is to be given.
pub(crate) async fn answered(
    sandbox: &Sandbox,
    request: &WireRequest,
) -> Result<(WireResponse, Duration), Lost> {
    if let Some(response) = own(sandbox, request) {
        return Ok((response, Duration::ZERO));
    }
    let call = match codec::decode_request(request) {
        Ok(call) => call,
        Err(refusal) => {
            let refused = codec::refuse(Wire::spoken_in(request), None, &refusal, "not-a-call");
            return Ok((refused, Duration::ZERO));
        }
    };
    let region = call.region.as_deref().unwrap_or(REGION);
    match sandbox.deliver(call.service.name, &call.operation, region, &call.input) {
        Delivery::Answer(outcome, after) => {
            let heard = if sandbox.recorded {
                record::keep(call.service.name, &call.operation, &call.input, &outcome).and(outcome)
            } else {
                outcome
            };
            Ok((respond(&call, heard), after))
        }
        Delivery::Dropped => Err(Lost),
        Delivery::Never | Delivery::Death => std::future::pending().await,
    }
}

/// What the sandbox can do that AWS cannot: the status that says how it went.
fn own(sandbox: &Sandbox, request: &WireRequest) -> Option<WireResponse> {
    let status = |status| Some(WireResponse { status, ..WireResponse::default() });
    if request.method != "POST" {
        return None;
    }
    if request.path == RESET {
        sandbox.edit(|state| *state = State::new(&state.account));
        return status(204);
    }
    if request.path == LOG {
        sandbox.record(true);
        let calls: Value = sandbox.take_log().iter().map(document).collect();
        return Some(WireResponse {
            status: 200,
            body: calls.to_string().into_bytes(),
            ..Default::default()
        });
    }
    let Ok(seconds) = request.path.strip_prefix(LATER)?.parse::<u32>() else { return status(400) };
    sandbox.edit(|state| state.clock += f64::from(seconds));
    status(204)
}

fn document(call: &Logged) -> Value {
    json!({
        "service": call.service,
        "operation": call.operation,
        "input": call.input,
        "refused": call.outcome.as_ref().err().map(|refusal| &refusal.code),
    })
}

fn respond(call: &Call, outcome: Result<Value, Refusal>) -> WireResponse {
    let home = outcome.as_ref().err().and_then(|refusal| refusal.region.clone());
    let mut response = codec::encode_response(call, &outcome.map_err(error_answer));
    response.headers.extend(home.map(|region| ("x-amz-bucket-region".to_string(), region)));
    response
}

fn error_answer(refusal: Refusal) -> ErrorAnswer {
    ErrorAnswer::new(refusal.status, &refusal.code, refusal.message)
}

#[cfg(test)]
mod tests {
    use recon_shapes::codec::{decode_response, encode_request};
    use recon_shapes::service;
    use serde_json::json;

    use super::*;

    fn answer(sandbox: &Sandbox, request: &WireRequest) -> WireResponse {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(super::answer(sandbox, request)).unwrap()
    }

    #[test]
    fn a_refusal_reaches_the_client_in_every_protocol() {
        for (name, operation, input, code) in [
            ("ecs", "UpdateCluster", json!({}), "InvalidParameterException"),
            ("iam", "GetRole", json!({}), "ValidationError"),
            ("ec2", "DescribeVpcs", json!({"MaxResults": 1}), "InvalidParameterValue"),
            ("codestar-notifications", "DescribeNotificationRule", json!({}), "ValidationException"),
            ("s3", "PutBucketTagging", json!({"Bucket": "b"}), "InvalidRequest"),
            ("codebuild", "DeleteProject", json!({}), "InvalidInputException"),
            ("servicediscovery", "GetNamespace", json!({}), "InvalidInput"),
            ("sns", "GetTopicAttributes", json!({}), "InvalidParameter"),
        ] {
            let model = service(name).unwrap();
            let request = encode_request(model, operation, &input).unwrap();
            let response = answer(&Sandbox::default(), &request);
            let error = decode_response(model, operation, &response).unwrap_err();
            assert_eq!((error.status, error.code.as_str()), (400, code), "{name}: {error}");
        }
    }

    #[test]
    fn a_request_that_means_nothing_is_refused() {
        let request = WireRequest {
            method: "POST".into(),
            path: "/".into(),
            headers: vec![("X-Amz-Target".into(), "DynamoDB_20120810.ListTables".into())],
            body: b"{}".to_vec(),
        };
        let response = answer(&Sandbox::default(), &request);
        assert_eq!(response.status, 400);
        assert_eq!(response.header("x-amzn-errortype"), Some("UnknownOperationException"));
    }

    #[test]
    fn time_can_be_made_to_pass() {
        let sandbox = Sandbox::default();
        let later = |path: &str| {
            answer(
                &sandbox,
                &WireRequest { method: "POST".into(), path: path.into(), ..WireRequest::default() },
            )
        };
        let before = sandbox.state().clock;
        assert_eq!(later("/_recon/later/3600").status, 204);
        assert!(sandbox.state().clock >= before + 3600.0);
        assert_eq!(later("/_recon/later/-1").status, 400);
    }

    #[test]
    fn a_bucket_of_another_region_is_answered_with_its_region() {
        let sandbox = Sandbox::default();
        let location = json!({"LocationConstraint": "eu-west-1"});
        let input = json!({"Bucket": "artifacts", "CreateBucketConfiguration": location});
        sandbox.call("s3", "CreateBucket", "eu-west-1", &input).unwrap();
        let request = encode_request(service("s3").unwrap(), "HeadBucket", &json!({"Bucket": "artifacts"}));
        let response = answer(&sandbox, &request.unwrap());
        assert_eq!(response.status, 301);
        assert_eq!(response.header("x-amz-bucket-region"), Some("eu-west-1"));
        assert_eq!(response.body, b"");
    }

    #[test]
    fn a_reset_leaves_the_account_as_aws_hands_it_out() {
        let sandbox = Sandbox::new(State::new("999999999999"));
        sandbox.edit(|state| {
            state.regions.entry("eu-west-1".into()).or_default();
        });
        let reset = WireRequest { method: "POST".into(), path: RESET.into(), ..WireRequest::default() };
        assert_eq!(answer(&sandbox, &reset).status, 204);
        assert_eq!(sandbox.state().account, "999999999999");
        assert_eq!(sandbox.state().regions.len(), 0);
    }
}
