//! Errors in AWS's own handwriting.

use super::response;
use crate::codec::{ErrorAnswer, WireResponse, decode_response};
use crate::service::service;

fn refused(name: &str, operation: &str, response: &WireResponse) -> ErrorAnswer {
    decode_response(service(name).unwrap(), operation, response).unwrap_err()
}

#[test]
fn json_codes_come_without_namespace_and_address() {
    let body = r#"{"__type":"com.amazonaws.ecs#ClusterNotFoundException","message":"Cluster not found."}"#;
    let error = refused("ecs", "DescribeServices", &response(400, &[("x-amzn-RequestId", "r-1")], body));
    assert_eq!(error.code, "ClusterNotFoundException");
    assert_eq!(error.message, "Cluster not found.");
    assert_eq!(error.request_id.as_deref(), Some("r-1"));

    let headers = [("x-amzn-ErrorType", "ResourceNotFoundException:http://internal.amazon.com/coral/#x/")];
    let error =
        refused("codestar-notifications", "TagResource", &response(404, &headers, r#"{"Message":"gone"}"#));
    assert_eq!((error.code.as_str(), error.message.as_str()), ("ResourceNotFoundException", "gone"));
}

#[test]
fn cloudwatch_keeps_the_codes_that_it_had_in_its_first_protocol() {
    let body = r#"{"__type":"com.amazonaws.cloudwatch#InvalidParameterValueException","message":"no"}"#;
    let with_header = [("x-amzn-query-error", "InvalidParameterValue;Sender")];
    for headers in [&with_header[..], &[]] {
        let error = refused("cloudwatch", "PutMetricAlarm", &response(400, headers, body));
        assert_eq!(error.code, "InvalidParameterValue");
    }
}

#[test]
fn aws_query_errors_carry_their_own_request_id() {
    let body = r#"<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>
        <Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role with name a cannot be found.</Message>
        </Error><RequestId>r-2</RequestId></ErrorResponse>"#;
    let error = refused("iam", "GetRole", &response(404, &[], body));
    assert_eq!((error.status, error.code.as_str()), (404, "NoSuchEntity"));
    assert_eq!(error.request_id.as_deref(), Some("r-2"));
}

#[test]
fn ec2_errors_stand_one_level_deeper() {
    let body = r#"<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>The vpc ID 'vpc-0' does not exist</Message>
</Error></Errors><RequestID>r-3</RequestID></Response>"#;
    let error = refused("ec2", "DescribeVpcs", &response(400, &[], body));
    assert_eq!(error.to_string(), "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist");
    assert_eq!(error.request_id.as_deref(), Some("r-3"));
}

#[test]
fn s3_errors_are_read_with_a_document_and_without() {
    let body = r#"<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchTagSet</Code><Message>The TagSet does not exist</Message><RequestId>r-4</RequestId></Error>"#;
    let error = refused("s3", "GetBucketTagging", &response(404, &[], body));
    assert_eq!((error.code.as_str(), error.request_id.as_deref()), ("NoSuchTagSet", Some("r-4")));

    for (status, code) in [(404, "NotFound"), (403, "Forbidden"), (301, "PermanentRedirect")] {
        let headers = [("x-amz-request-id", "r-5")];
        let error = refused("s3", "HeadBucket", &response(status, &headers, ""));
        assert_eq!((error.code.as_str(), error.request_id.as_deref()), (code, Some("r-5")));
    }
}

#[test]
fn an_s3_error_after_a_200_is_an_error_of_the_server() {
    let body = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";
    let error = refused("s3", "DeleteObjects", &response(200, &[], body));
    assert_eq!((error.status, error.code.as_str()), (500, "InternalError"));
}

#[test]
fn an_error_page_of_something_in_between_keeps_its_status() {
    for (name, operation) in [("ecs", "ListClusters"), ("iam", "GetRole"), ("s3", "ListBuckets")] {
        let error = refused(name, operation, &response(502, &[], "<html>\n  Bad Gateway</html>"));
        assert_eq!((error.status, error.code.as_str()), (502, "UnparsableAnswer"), "{name}");
        assert_eq!(error.message, "HTTP 502, no error document in it: `<html> Bad Gateway</html>`");
    }
}
