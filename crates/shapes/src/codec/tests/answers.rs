//! Answers in AWS's own handwriting.

use serde_json::{Value, json};

use super::response;
use crate::codec::{ErrorAnswer, decode_response};
use crate::service::service;

fn read(name: &str, operation: &str, body: &str) -> Result<Value, ErrorAnswer> {
    decode_response(service(name).unwrap(), operation, &response(200, &[], body))
}

#[test]
fn an_aws_query_answer_is_read_with_wrapped_lists_and_typed_scalars() {
    let body = r#"<DescribeTargetGroupsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">
  <DescribeTargetGroupsResult>
    <TargetGroups>
      <member>
        <TargetGroupArn>arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/blue/1</TargetGroupArn>
        <HealthCheckIntervalSeconds>30</HealthCheckIntervalSeconds>
        <HealthCheckEnabled>true</HealthCheckEnabled>
        <Matcher><HttpCode>200-299</HttpCode></Matcher>
        <LoadBalancerArns/>
        <AFieldFromTheFuture>1</AFieldFromTheFuture>
      </member>
    </TargetGroups>
  </DescribeTargetGroupsResult>
  <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
</DescribeTargetGroupsResponse>"#;
    assert_eq!(
        read("elbv2", "DescribeTargetGroups", body).unwrap(),
        json!({"TargetGroups": [{
            "TargetGroupArn": "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/blue/1",
            "HealthCheckIntervalSeconds": 30,
            "HealthCheckEnabled": true,
            "Matcher": {"HttpCode": "200-299"},
            "LoadBalancerArns": [],
        }]})
    );
}

#[test]
fn times_of_iam_become_seconds_and_its_policies_stay_as_they_came() {
    let body = r#"<GetRoleResponse><GetRoleResult><Role>
      <RoleName>ecsCodeDeployRole</RoleName><CreateDate>2019-11-20T17:09:20.250Z</CreateDate>
      <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%7D</AssumeRolePolicyDocument>
      </Role></GetRoleResult></GetRoleResponse>"#;
    let role = &read("iam", "GetRole", body).unwrap()["Role"];
    assert_eq!(role["CreateDate"], json!(1_574_269_760.25));
    assert_eq!(role["AssumeRolePolicyDocument"], "%7B%22Version%22%3A%222012-10-17%22%7D");
}

#[test]
fn maps_of_sns_are_read_entry_by_entry() {
    let body = r#"<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>
      <entry><key>Owner</key><value>123456789012</value></entry>
      <entry><key>Policy</key><value>{&quot;a&quot;:1}</value></entry>
      <entry><key>DisplayName</key><value/></entry>
      </Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>"#;
    assert_eq!(
        read("sns", "GetTopicAttributes", body).unwrap(),
        json!({"Attributes": {"Owner": "123456789012", "Policy": "{\"a\":1}", "DisplayName": ""}})
    );
}

#[test]
fn an_ec2_answer_has_its_members_right_under_the_root() {
    let body = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>59dbff89</requestId>
    <subnetSet><item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId>
      <availableIpAddressCount>4091</availableIpAddressCount><defaultForAz>true</defaultForAz>
      <tagSet><item><key>Name</key><value>a &amp; b</value></item></tagSet></item></subnetSet>
</DescribeSubnetsResponse>"#;
    assert_eq!(
        read("ec2", "DescribeSubnets", body).unwrap(),
        json!({"Subnets": [{
            "SubnetId": "subnet-1", "VpcId": "vpc-1", "AvailableIpAddressCount": 4091,
            "DefaultForAz": true, "Tags": [{"Key": "Name", "Value": "a & b"}],
        }]})
    );
}

#[test]
fn s3_lists_without_a_wrapper_are_read_and_missing_ones_stay_absent() {
    let body = r#"<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Rule><ID>a</ID><Filter><Prefix/></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule>
      <Rule><ID>b</ID><Status>Disabled</Status></Rule></LifecycleConfiguration>"#;
    assert_eq!(
        read("s3", "GetBucketLifecycleConfiguration", body).unwrap(),
        json!({"Rules": [
            {"ID": "a", "Filter": {"Prefix": ""}, "Status": "Enabled", "Expiration": {"Days": 30}},
            {"ID": "b", "Status": "Disabled"},
        ]})
    );
    let empty = "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>";
    assert_eq!(read("s3", "GetBucketLifecycleConfiguration", empty).unwrap(), json!({}));
}

#[test]
fn a_bucket_without_a_location_constraint_is_in_us_east_1() {
    let location = |text: &str| format!("<LocationConstraint xmlns=\"x\">{text}</LocationConstraint>");
    let seoul = read("s3", "GetBucketLocation", &location("ap-northeast-2")).unwrap();
    assert_eq!(seoul, json!({"LocationConstraint": "ap-northeast-2"}));
    assert_eq!(read("s3", "GetBucketLocation", &location("")).unwrap(), json!({}));
}

#[test]
fn headers_and_body_of_an_s3_object_become_members() {
    let answer = decode_response(
        service("s3").unwrap(),
        "GetObject",
        &response(
            200,
            &[
                ("last-modified", "Tue, 29 Apr 2014 18:30:38 GMT"),
                ("content-length", "2"),
                ("x-amz-meta-stack", "test"),
            ],
            "hi",
        ),
    );
    assert_eq!(
        answer.unwrap(),
        json!({
            "LastModified": 1_398_796_238, "ContentLength": 2, "Metadata": {"stack": "test"}, "Body": "aGk=",
        })
    );
}

#[test]
fn a_json_answer_loses_nulls_and_what_the_model_does_not_know() {
    let body =
        r#"{"services":[{"serviceName":"api","desiredCount":2,"createdAt":1.5743E9,"roleArn":null,"x":1}]}"#;
    assert_eq!(
        read("ecs", "DescribeServices", body).unwrap(),
        json!({"services": [{"serviceName": "api", "desiredCount": 2, "createdAt": 1_574_300_000}]})
    );
}

#[test]
fn an_answer_that_is_broken_is_said_to_be_and_where() {
    let cut = read("ecs", "DescribeServices", r#"{"services":[{"service"#).unwrap_err();
    assert_eq!(cut.code, "UnparsableAnswer");
    let mistyped = read("ecs", "DescribeServices", r#"{"services":[{"desiredCount":"two"}]}"#).unwrap_err();
    assert_eq!(
        mistyped.message,
        r#"services[0].desiredCount is not an integer: `{"services":[{"desiredCount":"two"}]}`"#
    );
    let html = read("elbv2", "DescribeTargetGroups", "<html><body>proxy</body></html>").unwrap_err();
    assert_eq!(html.code, "UnparsableAnswer");
    let cut = read("ec2", "DescribeVpcs", "<DescribeVpcsResponse><vpcSet>").unwrap_err();
    assert_eq!(cut.code, "UnparsableAnswer");
}
