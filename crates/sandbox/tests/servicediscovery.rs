//! Cloud Map as its callers see it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

use std::time::Duration;

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};
use tokio::time::advance;

const REGION: &str = "ap-northeast-2";

fn call(aws: &Sandbox, operation: &str, input: Value) -> Result<Value, Refusal> {
    aws.call("servicediscovery", operation, REGION, &input)
}

fn ok(aws: &Sandbox, operation: &str, input: Value) -> Value {
    call(aws, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
}

fn refused(aws: &Sandbox, operation: &str, input: Value) -> String {
    call(aws, operation, input).expect_err(operation).code
}

fn status(aws: &Sandbox, started: &Value) -> Value {
    ok(aws, "GetOperation", json!({"OperationId": started["OperationId"]}))["Operation"]["Status"].clone()
}

async fn pass(seconds: u64) {
    advance(Duration::from_secs(seconds)).await;
}

/// A sandbox with the HTTP namespace `app`, and its id.
async fn with_namespace() -> (Sandbox, String) {
    let aws = Sandbox::default();
    let tags = json!([{"Key": "Env", "Value": "test"}]);
    let wanted = json!({"Name": "app", "Description": "for app", "CreatorRequestId": "r1", "Tags": tags});
    let started = ok(&aws, "CreateHttpNamespace", wanted);
    pass(2).await;
    let done = ok(&aws, "GetOperation", json!({"OperationId": started["OperationId"]}));
    let id = done["Operation"]["Targets"]["NAMESPACE"].as_str().unwrap().to_string();
    (aws, id)
}

#[tokio::test(start_paused = true)]
async fn a_namespace_is_there_once_its_operation_is_done() {
    let aws = Sandbox::default();
    let started = ok(&aws, "CreateHttpNamespace", json!({"Name": "app"}));
    assert_eq!(status(&aws, &started), "SUBMITTED");
    assert_eq!(ok(&aws, "ListNamespaces", json!({}))["Namespaces"], json!([]));
    advance(Duration::from_millis(1500)).await;
    assert_eq!(status(&aws, &started), "PENDING");
    pass(1).await;
    assert_eq!(status(&aws, &started), "SUCCESS");
    assert_eq!(ok(&aws, "ListNamespaces", json!({}))["Namespaces"][0]["Name"], "app");
}

#[tokio::test(start_paused = true)]
async fn a_namespace_comes_back_with_everything_that_was_given() {
    let (aws, id) = with_namespace().await;
    let namespace = ok(&aws, "GetNamespace", json!({"Id": id}))["Namespace"].clone();
    let arn = format!("arn:aws:servicediscovery:{REGION}:123456789012:namespace/{id}");
    assert_eq!(namespace["Arn"], json!(arn));
    assert_eq!(namespace["Type"], "HTTP");
    assert_eq!(namespace["Description"], "for app");
    assert_eq!(namespace["CreatorRequestId"], "r1");
    assert_eq!(namespace["Properties"], json!({"HttpProperties": {"HttpName": "app"}}));
    assert_eq!(namespace["ServiceCount"], 0);
    assert_eq!(ok(&aws, "GetNamespace", json!({"Id": arn}))["Namespace"], namespace);
    let tags = ok(&aws, "ListTagsForResource", json!({"ResourceARN": arn}));
    assert_eq!(tags["Tags"], json!([{"Key": "Env", "Value": "test"}]));
}

#[tokio::test(start_paused = true)]
async fn the_same_request_again_gets_the_same_operation() {
    let aws = Sandbox::default();
    let wanted = json!({"Name": "app", "CreatorRequestId": "r1"});
    let first = ok(&aws, "CreateHttpNamespace", wanted.clone());
    assert_eq!(ok(&aws, "CreateHttpNamespace", wanted.clone()), first);
    pass(2).await;
    assert_eq!(ok(&aws, "CreateHttpNamespace", wanted), first);
}

#[tokio::test(start_paused = true)]
async fn another_request_for_the_same_name_is_refused() {
    let aws = Sandbox::default();
    let wanted = |request: &str| json!({"Name": "app", "CreatorRequestId": request});
    let started = ok(&aws, "CreateHttpNamespace", wanted("r1"));
    let refusal = call(&aws, "CreateHttpNamespace", wanted("r2")).unwrap_err();
    assert_eq!(refusal.code, "DuplicateRequest");
    assert!(refusal.message.contains(started["OperationId"].as_str().unwrap()));
    pass(2).await;
    assert_eq!(refused(&aws, "CreateHttpNamespace", wanted("r2")), "NamespaceAlreadyExists");
}

#[tokio::test(start_paused = true)]
async fn a_private_dns_namespace_takes_a_minute() {
    let aws = Sandbox::default();
    let vpcs = aws.call("ec2", "DescribeVpcs", REGION, &json!({})).unwrap();
    let wanted = json!({"Name": "app.local", "Vpc": vpcs["Vpcs"][0]["VpcId"]});
    let started = ok(&aws, "CreatePrivateDnsNamespace", wanted.clone());
    pass(59).await;
    assert_eq!(status(&aws, &started), "PENDING");
    pass(1).await;
    assert_eq!(status(&aws, &started), "SUCCESS");
    let found = ok(&aws, "ListNamespaces", json!({"Filters": [{"Name": "TYPE", "Values": ["DNS_PRIVATE"]}]}));
    assert_eq!(found["Namespaces"][0]["Properties"]["DnsProperties"]["SOA"], json!({"TTL": 15}));
    assert_eq!(refused(&aws, "CreatePrivateDnsNamespace", wanted), "NamespaceAlreadyExists");

    let change = json!({"Properties": {"DnsProperties": {"SOA": {"TTL": 60}}}});
    let id = found["Namespaces"][0]["Id"].clone();
    ok(&aws, "UpdatePrivateDnsNamespace", json!({"Id": id, "Namespace": change}));
    pass(2).await;
    let namespace = ok(&aws, "GetNamespace", json!({"Id": id}))["Namespace"].clone();
    assert_eq!(namespace["Properties"]["DnsProperties"]["SOA"], json!({"TTL": 60}));
}

#[tokio::test(start_paused = true)]
async fn a_namespace_in_a_vpc_that_does_not_exist_fails_later() {
    let aws = Sandbox::default();
    let started = ok(&aws, "CreatePrivateDnsNamespace", json!({"Name": "app.local", "Vpc": "vpc-gone"}));
    pass(2).await;
    assert_eq!(status(&aws, &started), "FAIL");
    assert_eq!(ok(&aws, "ListNamespaces", json!({}))["Namespaces"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn the_description_changes_in_place() {
    let (aws, id) = with_namespace().await;
    let change = json!({"Id": id, "Namespace": {"Description": "changed"}});
    let started = ok(&aws, "UpdateHttpNamespace", change.clone());
    assert_eq!(refused(&aws, "UpdateHttpNamespace", change.clone()), "DuplicateRequest");
    pass(2).await;
    assert_eq!(status(&aws, &started), "SUCCESS");
    assert_eq!(ok(&aws, "GetNamespace", json!({"Id": id}))["Namespace"]["Description"], "changed");
    assert_eq!(refused(&aws, "UpdatePrivateDnsNamespace", change), "InvalidInput");
}

#[tokio::test(start_paused = true)]
async fn a_namespace_goes_when_it_holds_no_service() {
    let (aws, id) = with_namespace().await;
    aws.edit(|state| {
        let services = &mut state.regions.get_mut(REGION).unwrap().servicediscovery.services;
        services.push(Default::default());
        services[0].namespace = id.clone();
        services[0].doc = json!({"Id": "srv-1", "Name": "api"});
    });
    let of_it = json!({"Filters": [{"Name": "NAMESPACE_ID", "Values": [id]}]});
    assert_eq!(ok(&aws, "ListServices", of_it)["Services"][0]["Name"], "api");
    let of_another = json!({"Filters": [{"Name": "NAMESPACE_ID", "Values": ["ns-other"]}]});
    assert_eq!(ok(&aws, "ListServices", of_another)["Services"], json!([]));
    assert_eq!(refused(&aws, "DeleteNamespace", json!({"Id": id})), "ResourceInUse");

    aws.edit(|state| state.regions.get_mut(REGION).unwrap().servicediscovery.services.clear());
    let started = ok(&aws, "DeleteNamespace", json!({"Id": id}));
    ok(&aws, "GetNamespace", json!({"Id": id}));
    pass(2).await;
    assert_eq!(status(&aws, &started), "SUCCESS");
    assert_eq!(refused(&aws, "GetNamespace", json!({"Id": id})), "NamespaceNotFound");
    assert_eq!(refused(&aws, "DeleteNamespace", json!({"Id": id})), "NamespaceNotFound");
}

#[tokio::test(start_paused = true)]
async fn namespaces_are_found_by_filter_and_page() {
    let (aws, _) = with_namespace().await;
    for name in ["other", "apple"] {
        ok(&aws, "CreateHttpNamespace", json!({"Name": name}));
    }
    pass(2).await;
    let count = |filter: Value| {
        let found = ok(&aws, "ListNamespaces", json!({"Filters": [filter]}));
        found["Namespaces"].as_array().unwrap().len()
    };
    assert_eq!(count(json!({"Name": "NAME", "Values": ["app"]})), 1);
    assert_eq!(count(json!({"Name": "HTTP_NAME", "Values": ["app"], "Condition": "BEGINS_WITH"})), 2);
    assert_eq!(count(json!({"Name": "TYPE", "Values": ["DNS_PUBLIC"]})), 0);
    assert_eq!(count(json!({"Name": "RESOURCE_OWNER", "Values": ["SELF"]})), 3);
    let several = json!({"Filters": [{"Name": "NAME", "Values": ["app", "other"]}]});
    assert_eq!(refused(&aws, "ListNamespaces", several), "InvalidInput");

    let first = ok(&aws, "ListNamespaces", json!({"MaxResults": 2}));
    let rest = ok(&aws, "ListNamespaces", json!({"NextToken": first["NextToken"]}));
    assert_eq!(rest["Namespaces"].as_array().map(Vec::len), Some(1));
    assert!(rest["NextToken"].is_null());
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_and_removed_by_arn() {
    let (aws, id) = with_namespace().await;
    let arn = format!("arn:aws:servicediscovery:{REGION}:123456789012:namespace/{id}");
    ok(&aws, "TagResource", json!({"ResourceARN": arn, "Tags": [{"Key": "Team", "Value": "a"}]}));
    ok(&aws, "UntagResource", json!({"ResourceARN": arn, "TagKeys": ["Env"]}));
    let tags = ok(&aws, "ListTagsForResource", json!({"ResourceARN": arn}));
    assert_eq!(tags["Tags"], json!([{"Key": "Team", "Value": "a"}]));
    let gone = json!({"ResourceARN": format!("{arn}x")});
    assert_eq!(refused(&aws, "ListTagsForResource", gone), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_never_was_is_not_found() {
    let unknown = json!({"OperationId": "none"});
    assert_eq!(refused(&Sandbox::default(), "GetOperation", unknown), "OperationNotFound");
}

#[tokio::test(start_paused = true)]
async fn an_operation_under_way_survives_that_the_state_is_kept_as_text() {
    let aws = Sandbox::default();
    let started = ok(&aws, "CreateHttpNamespace", json!({"Name": "app"}));
    let kept = serde_json::to_string(&aws.state()).unwrap();
    let again = Sandbox::new(serde_json::from_str(&kept).unwrap());
    assert_eq!(again.state(), aws.state());
    pass(2).await;
    assert_eq!(status(&again, &started), "SUCCESS");
}
