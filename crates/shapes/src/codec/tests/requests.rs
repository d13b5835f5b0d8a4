//! Requests as AWS documents them, and as other clients write them.

use serde_json::{Value, json};

use crate::codec::{Wire, WireRequest, decode_request, encode_request};
use crate::service::service;

fn request(name: &str, operation: &str, input: Value) -> WireRequest {
    encode_request(service(name).unwrap(), operation, &input).unwrap()
}

fn body(request: &WireRequest) -> &str {
    std::str::from_utf8(&request.body).unwrap()
}

fn wire(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> WireRequest {
    WireRequest {
        method: method.into(),
        path: path.into(),
        headers: headers.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect(),
        body: body.to_vec(),
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[test]
fn aws_json_names_its_operation_in_a_header() {
    let request = request("ecs", "ListClusters", json!({"maxResults": 10.0, "nextToken": null}));
    assert_eq!(request.header("x-amz-target"), Some("AmazonEC2ContainerServiceV20141113.ListClusters"));
    assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.1"));
    assert_eq!(body(&request), r#"{"maxResults":10}"#);
}

#[test]
fn aws_query_numbers_its_lists_and_says_when_one_is_empty() {
    let tags = json!({"RoleName": "a b", "Tags": [{"Key": "k", "Value": "é&"}]});
    assert_eq!(
        body(&request("iam", "TagRole", tags)),
        "Action=TagRole&Version=2010-05-08&RoleName=a%20b&Tags.member.1.Key=k&Tags.member.1.Value=%C3%A9%26"
    );
    let empty = request("iam", "TagRole", json!({"RoleName": "a", "Tags": []}));
    assert_eq!(body(&empty), "Action=TagRole&Version=2010-05-08&RoleName=a&Tags=");
    let map = request("sns", "CreateTopic", json!({"Name": "t", "Attributes": {"DisplayName": "d"}}));
    assert!(body(&map).contains("Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=d"));
}

#[test]
fn ec2_query_numbers_its_lists_without_a_word_in_between() {
    let input = json!({"Filters": [{"Name": "vpc-id", "Values": ["vpc-1", "vpc-2"]}], "DryRun": false});
    assert_eq!(
        body(&request("ec2", "DescribeSubnets", input)),
        "Action=DescribeSubnets&Version=2016-11-15&DryRun=false&Filter.1.Name=vpc-id\
         &Filter.1.Value.1=vpc-1&Filter.1.Value.2=vpc-2"
    );
}

#[test]
fn an_s3_configuration_is_xml_with_a_checksum() {
    let input = json!({"Bucket": "b", "VersioningConfiguration": {"Status": "Enabled"}});
    let request = request("s3", "PutBucketVersioning", input);
    assert_eq!((request.method.as_str(), request.path.as_str()), ("PUT", "/b?versioning"));
    assert_eq!(
        body(&request),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Status>Enabled</Status></VersioningConfiguration>"
    );
    assert_eq!(request.header("x-amz-checksum-sha256"), Some("5QDY2CZopERS8QAgmoPF3RjcbeKwCHro/byoJ7u0HZg="));
}

#[test]
fn a_document_that_does_not_fit_is_refused_before_it_is_sent() {
    let refused = |input: Value| {
        encode_request(service("ecs").unwrap(), "CreateCluster", &input).unwrap_err().to_string()
    };
    assert_eq!(
        refused(json!({"settings": [{"colour": 1}]})),
        "the input of CreateCluster cannot be sent: settings[0].colour is no member"
    );
    assert_eq!(
        refused(json!({"clusterName": 7})),
        "the input of CreateCluster cannot be sent: clusterName is not a string"
    );
    let error = encode_request(service("s3").unwrap(), "HeadBucket", &json!({})).unwrap_err();
    assert!(error.to_string().ends_with("Bucket is missing, and the path needs it"), "{error}");
}

#[test]
fn a_form_goes_to_the_service_whose_version_it_names() {
    for (version, name) in [
        ("2010-05-08", "iam"),
        ("2011-06-15", "sts"),
        ("2015-12-01", "elbv2"),
        ("2010-03-31", "sns"),
        ("2016-11-15", "ec2"),
        ("2010-08-01", "cloudwatch"),
    ] {
        for action in service(name).unwrap().operations.keys() {
            let form = format!("Action={action}&Version={version}");
            let call = decode_request(&wire("POST", "/", &[FORM], form.as_bytes())).unwrap();
            assert_eq!((call.service.name, call.operation.as_str()), (name, action));
        }
    }
}

#[test]
fn the_signature_tells_the_region_and_the_service_of_a_form_without_a_version() {
    let scope = "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host";
    let headers = [FORM, ("Authorization", scope)];
    let call = decode_request(&wire("POST", "/", &headers, b"Action=GetCallerIdentity")).unwrap();
    assert_eq!((call.service.name, call.region.as_deref()), ("sts", Some("eu-west-1")));
    assert_eq!(call.wire, Wire::AwsQuery);
}

#[test]
fn an_s3_bucket_is_found_in_the_path_and_in_the_host() {
    for (path, host) in [
        ("/my-bucket?versioning", "127.0.0.1:4600"),
        ("/my-bucket/?versioning", "s3.amazonaws.com"),
        ("/?versioning", "my-bucket.s3.ap-northeast-2.amazonaws.com"),
        ("/?versioning", "my-bucket.s3.amazonaws.com"),
        ("/?versioning", "my-bucket.localhost:4600"),
    ] {
        let call = decode_request(&wire("GET", path, &[("Host", host)], b"")).unwrap();
        assert_eq!(call.operation, "GetBucketVersioning", "{host}");
        assert_eq!(call.input, json!({"Bucket": "my-bucket"}), "{host}");
    }
    let list = decode_request(&wire("GET", "/", &[("Host", "s3.amazonaws.com")], b"")).unwrap();
    assert_eq!(list.operation, "ListBuckets");
}

#[test]
fn s3_operations_that_recon_does_not_speak_are_not_taken_for_others() {
    let copy = [("x-amz-copy-source", "/a/b")];
    for (method, path, headers) in [
        ("GET", "/b?acl", &[][..]),
        ("GET", "/b/k?tagging", &[]),
        ("PUT", "/b/k?partNumber=1&uploadId=2", &[]),
        ("PUT", "/b/k", &copy),
    ] {
        let error = decode_request(&wire(method, path, headers, b"")).unwrap_err();
        assert_eq!(error.code, "UnknownOperationException", "{method} {path}");
    }
}

#[test]
fn an_object_in_the_signers_chunks_is_put_together() {
    let headers =
        [("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"), ("content-encoding", "aws-chunked")];
    let body = b"5\r\nhello\r\n3;chunk-signature=ab\r\n ya\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    let call = decode_request(&wire("PUT", "/b/k", &headers, body)).unwrap();
    assert_eq!(call.input, json!({"Bucket": "b", "Key": "k", "Body": "aGVsbG8geWE="}));
}

#[test]
fn a_body_that_is_no_document_is_refused_in_the_services_own_way() {
    let target = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListClusters")];
    let json = decode_request(&wire("POST", "/", &target, b"{")).unwrap_err();
    assert_eq!(json.code, "SerializationException");
    let xml = decode_request(&wire("PUT", "/b?versioning", &[], b"<a>")).unwrap_err();
    assert_eq!(xml.code, "MalformedXML");
}

#[test]
fn what_does_not_fit_the_model_reaches_the_validator() {
    let target = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListClusters")];
    let call = decode_request(&wire("POST", "/", &target, br#"{"maxResults":"x","y":1}"#)).unwrap();
    assert_eq!(call.input, json!({"maxResults": "x", "y": 1}));
    let form = b"Action=DescribeVpcs&Version=2016-11-15&MaxResults=x";
    let call = decode_request(&wire("POST", "/", &[FORM], form)).unwrap();
    assert_eq!(call.input, json!({"MaxResults": "x"}));
}

#[test]
fn an_unknown_rest_operation_is_refused_in_the_protocol_of_the_service_it_is_signed_for() {
    let scope = "AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/codestar-notifications/aws4_request";
    let request = wire("POST", "/listEventTypes", &[("authorization", scope)], b"{}");
    assert_eq!(Wire::spoken_in(&request), Wire::RestJson);
    let error = decode_request(&request).unwrap_err();
    assert!(error.message.contains("codestar-notifications"), "{error}");
}

#[test]
fn a_request_nested_beyond_reason_does_no_harm() {
    let deep = format!("Action=DescribeVpcs&Version=2016-11-15&{}=1", "a.".repeat(500_000));
    assert_eq!(decode_request(&wire("POST", "/", &[FORM], deep.as_bytes())).unwrap().input, json!({}));
    let deep = "<a>".repeat(500_000);
    let error = decode_request(&wire("PUT", "/b?versioning", &[], deep.as_bytes())).unwrap_err();
    assert_eq!(error.code, "MalformedXML");
    let deep = "[".repeat(500_000);
    let target = [("x-amz-target", "AmazonEC2ContainerServiceV20141113.ListClusters")];
    let error = decode_request(&wire("POST", "/", &target, deep.as_bytes())).unwrap_err();
    assert_eq!(error.code, "SerializationException");
    let cbor = [("smithy-protocol", "rpc-v2-cbor")];
    let path = "/service/CodeDeploy_20141006/operation/GetApplication";
    let error = decode_request(&wire("POST", path, &cbor, &[0x81; 500_000])).unwrap_err();
    assert_eq!(error.code, "SerializationException");
}
