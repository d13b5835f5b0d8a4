//! Log groups as AWS has them.

// helpers are not test functions, yet they fail the test in the same way
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

struct Logs(Sandbox);

impl Logs {
    fn new() -> Self {
        Self(Sandbox::default())
    }

    fn call(&self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.0.call("logs", operation, "ap-northeast-2", &input)
    }

    fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
    }

    fn code(&self, operation: &str, input: Value) -> String {
        self.call(operation, input).expect_err(operation).code
    }

    fn groups(&self, input: Value) -> Vec<Value> {
        self.ok("DescribeLogGroups", input)["logGroups"].as_array().unwrap().clone()
    }

    fn names(&self, input: Value) -> Vec<String> {
        let name = |group: &Value| group["logGroupName"].as_str().unwrap().to_string();
        self.groups(input).iter().map(name).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_group_has_two_arns_and_never_expires_at_first() {
    let logs = Logs::new();
    logs.ok("CreateLogGroup", json!({"logGroupName": "/ecs/api"}));
    let arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/ecs/api";
    assert_eq!(
        logs.groups(json!({})),
        [json!({
            "logGroupName": "/ecs/api", "arn": format!("{arn}:*"), "logGroupArn": arn,
            "creationTime": 1_767_225_600_000_u64, "metricFilterCount": 0, "storedBytes": 0,
            "logGroupClass": "STANDARD", "deletionProtectionEnabled": false,
        })]
    );
    let again = json!({"logGroupName": "/ecs/api"});
    assert_eq!(logs.code("CreateLogGroup", again), "ResourceAlreadyExistsException");
    let reserved = json!({"logGroupName": "aws/api"});
    assert_eq!(logs.code("CreateLogGroup", reserved), "InvalidParameterException");
}

#[tokio::test(start_paused = true)]
async fn retention_takes_only_the_values_that_aws_lists() {
    let logs = Logs::new();
    logs.ok("CreateLogGroup", json!({"logGroupName": "a"}));
    let put = |days: u32| json!({"logGroupName": "a", "retentionInDays": days});
    logs.ok("PutRetentionPolicy", put(14));
    assert_eq!(logs.groups(json!({}))[0]["retentionInDays"], 14);
    assert_eq!(logs.code("PutRetentionPolicy", put(15)), "InvalidParameterException");
    assert_eq!(logs.groups(json!({}))[0]["retentionInDays"], 14);
    logs.ok("DeleteRetentionPolicy", json!({"logGroupName": "a"}));
    assert_eq!(logs.groups(json!({}))[0]["retentionInDays"], Value::Null);
    let missing = json!({"logGroupName": "b", "retentionInDays": 1});
    assert_eq!(logs.code("PutRetentionPolicy", missing), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_protected_log_group_is_not_deleted() {
    let logs = Logs::new();
    logs.ok("CreateLogGroup", json!({"logGroupName": "a", "deletionProtectionEnabled": true}));
    assert_eq!(logs.code("DeleteLogGroup", json!({"logGroupName": "a"})), "ValidationException");
    let arn = logs.groups(json!({}))[0]["logGroupArn"].clone();
    let off = json!({"logGroupIdentifier": arn, "deletionProtectionEnabled": false});
    logs.ok("PutLogGroupDeletionProtection", off);
    logs.ok("DeleteLogGroup", json!({"logGroupName": "a"}));
    assert_eq!(logs.code("DeleteLogGroup", json!({"logGroupName": "a"})), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn log_groups_are_found_by_prefix_pattern_identifier_and_class() {
    let logs = Logs::new();
    for name in ["/ecs/api", "/ecs/web", "/aws/codebuild/api"] {
        logs.ok("CreateLogGroup", json!({"logGroupName": name}));
    }
    logs.ok("CreateLogGroup", json!({"logGroupName": "cold", "logGroupClass": "INFREQUENT_ACCESS"}));
    assert_eq!(logs.names(json!({"logGroupNamePrefix": "/ecs/"})), ["/ecs/api", "/ecs/web"]);
    let by_pattern = logs.groups(json!({"logGroupNamePattern": "api"}));
    assert_eq!(by_pattern.len(), 2);
    assert_eq!(by_pattern[0].as_object().unwrap().len(), 3, "a search by pattern tells less");
    let arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/ecs/web";
    assert_eq!(
        logs.names(json!({"logGroupIdentifiers": ["/ecs/api", arn, "missing"]})),
        ["/ecs/api", "/ecs/web"]
    );
    assert_eq!(logs.names(json!({"logGroupClass": "INFREQUENT_ACCESS"})), ["cold"]);
    let both = json!({"logGroupNamePrefix": "a", "logGroupNamePattern": "a"});
    assert_eq!(logs.code("DescribeLogGroups", both), "InvalidParameterException");
    let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    let many = json!({"logGroupIdentifiers": many});
    assert_eq!(logs.code("DescribeLogGroups", many), "InvalidParameterException");
}

#[tokio::test(start_paused = true)]
async fn log_groups_come_in_pages_of_fifty() {
    let logs = Logs::new();
    for n in 0..51 {
        logs.ok("CreateLogGroup", json!({"logGroupName": format!("group-{n:02}")}));
    }
    let first = logs.ok("DescribeLogGroups", json!({}));
    assert_eq!(first["logGroups"].as_array().unwrap().len(), 50);
    let next = json!({"nextToken": first["nextToken"]});
    assert_eq!(logs.names(next.clone()), ["group-50"]);
    assert_eq!(logs.ok("DescribeLogGroups", next)["nextToken"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn tags_are_read_and_written_by_the_arn_without_a_star() {
    let logs = Logs::new();
    logs.ok("CreateLogGroup", json!({"logGroupName": "a", "tags": {"Env": "test"}}));
    let group = logs.groups(json!({}))[0].clone();
    let arn = &group["logGroupArn"];
    logs.ok("TagResource", json!({"resourceArn": arn, "tags": {"Team": "b"}}));
    logs.ok("UntagResource", json!({"resourceArn": arn, "tagKeys": ["Env"]}));
    let tags = logs.ok("ListTagsForResource", json!({"resourceArn": arn}));
    assert_eq!(tags, json!({"tags": {"Team": "b"}}));
    let starred = json!({"resourceArn": group["arn"]});
    assert_eq!(logs.code("ListTagsForResource", starred), "InvalidParameterException");
    let missing = json!({"resourceArn": "arn:aws:logs:ap-northeast-2:123456789012:log-group:b"});
    assert_eq!(logs.code("ListTagsForResource", missing), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_does_not_exist_is_refused() {
    let logs = Logs::new();
    let key = "arn:aws:kms:ap-northeast-2:123456789012:key/11111111-1111-1111-1111-111111111111";
    let create = json!({"logGroupName": "a", "kmsKeyId": key});
    assert_eq!(logs.code("CreateLogGroup", create), "InvalidParameterException");
    assert!(logs.groups(json!({})).is_empty());
    logs.ok("CreateLogGroup", json!({"logGroupName": "a"}));
    let associate = json!({"logGroupName": "a", "kmsKeyId": key});
    assert_eq!(logs.code("AssociateKmsKey", associate), "InvalidParameterException");
    logs.ok("DisassociateKmsKey", json!({"logGroupName": "a"}));
    assert_eq!(logs.code("DisassociateKmsKey", json!({})), "InvalidParameterException");
}
