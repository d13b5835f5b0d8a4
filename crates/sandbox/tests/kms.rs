//! KMS as its clients see it.

#![allow(clippy::unwrap_used)]

mod build_support;

use std::time::Duration;

use build_support::{ACCOUNT, Account, arn};
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(86_400);

fn with_key() -> (Account, Value) {
    let account = Account::of("kms");
    let tags = json!([{"TagKey": "Env", "TagValue": "test"}]);
    let key = account.call("CreateKey", json!({"Description": "artifacts", "Tags": tags}));
    (account, key["KeyMetadata"]["KeyId"].clone())
}

fn state(account: &Account, key: &Value) -> Value {
    account.call("DescribeKey", json!({"KeyId": key}))["KeyMetadata"]["KeyState"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_symmetric_and_enabled_and_ruled_by_the_account() {
    let (account, id) = with_key();
    let account = account.revived();
    let key = account.call("DescribeKey", json!({"KeyId": id}))["KeyMetadata"].clone();
    assert_eq!(key["Description"], json!("artifacts"));
    assert_eq!(key["KeySpec"], json!("SYMMETRIC_DEFAULT"));
    assert_eq!(key["EncryptionAlgorithms"], json!(["SYMMETRIC_DEFAULT"]));
    assert_eq!((&key["Enabled"], &key["KeyState"]), (&json!(true), &json!("Enabled")));
    let policy = account.call("GetKeyPolicy", json!({"KeyId": id}))["Policy"].clone();
    assert!(policy.as_str().unwrap().contains(&format!("arn:aws:iam::{ACCOUNT}:root")));
    let tags = account.call("ListResourceTags", json!({"KeyId": id}));
    assert_eq!(tags["Tags"], json!([{"TagKey": "Env", "TagValue": "test"}]));
    assert_eq!(tags["Truncated"], json!(false));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_found_by_id_and_arn_and_alias() {
    let (account, id) = with_key();
    account.call("CreateAlias", json!({"AliasName": "alias/app", "TargetKeyId": id}));
    let key = arn("kms", &format!("key/{}", id.as_str().unwrap()));
    for name in [key, "alias/app".into(), arn("kms", "alias/app")] {
        assert_eq!(account.call("DescribeKey", json!({"KeyId": name}))["KeyMetadata"]["KeyId"], id);
    }
    let elsewhere = format!("arn:aws:kms:eu-west-1:{ACCOUNT}:alias/app");
    assert_eq!(account.code("DescribeKey", json!({"KeyId": elsewhere})), "NotFoundException");
    assert_eq!(account.code("DisableKey", json!({"KeyId": "alias/app"})), "NotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_key_spec_says_what_the_key_is_for() {
    let account = Account::of("kms");
    assert_eq!(account.code("CreateKey", json!({"KeySpec": "RSA_2048"})), "ValidationException");
    let wrong = json!({"KeySpec": "HMAC_256", "KeyUsage": "SIGN_VERIFY"});
    assert_eq!(account.code("CreateKey", wrong), "ValidationException");
    let key = account.call("CreateKey", json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}));
    assert_eq!(key["KeyMetadata"]["SigningAlgorithms"].as_array().unwrap().len(), 6);
    let id = &key["KeyMetadata"]["KeyId"];
    assert_eq!(account.code("EnableKeyRotation", json!({"KeyId": id})), "UnsupportedOperationException");
}

#[tokio::test(start_paused = true)]
async fn rotation_has_a_period_and_needs_an_enabled_key() {
    let (account, id) = with_key();
    let status = || account.call("GetKeyRotationStatus", json!({"KeyId": id}));
    assert_eq!(status()["KeyRotationEnabled"], json!(false));
    account.call("EnableKeyRotation", json!({"KeyId": id}));
    assert_eq!(status()["RotationPeriodInDays"], json!(365));
    account.call("EnableKeyRotation", json!({"KeyId": id, "RotationPeriodInDays": 90}));
    assert_eq!(status()["RotationPeriodInDays"], json!(90));
    account.call("DisableKeyRotation", json!({"KeyId": id}));
    assert_eq!(status()["KeyRotationEnabled"], json!(false));
    account.call("DisableKey", json!({"KeyId": id}));
    assert_eq!(account.code("EnableKeyRotation", json!({"KeyId": id})), "DisabledException");
    account.call("EnableKey", json!({"KeyId": id}));
    assert_eq!(state(&account, &id), json!("Enabled"));
}

#[tokio::test(start_paused = true)]
async fn a_policy_must_be_json_and_must_not_lock_the_account_out() {
    let (account, id) = with_key();
    let put = |policy: &str, bypass: bool| {
        let mut input = json!({"KeyId": id, "Policy": policy});
        input["BypassPolicyLockoutSafetyCheck"] = json!(bypass);
        input
    };
    let code = "MalformedPolicyDocumentException";
    assert_eq!(account.code("PutKeyPolicy", put("{", false)), code);
    let statement = |principal: &str, action: &str| {
        let principal = json!({"AWS": principal});
        json!({"Statement": [{"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}]})
    };
    let root = format!("arn:aws:iam::{ACCOUNT}:root");
    let reader = statement(&root, "kms:DescribeKey");
    assert_eq!(account.code("PutKeyPolicy", put(&reader.to_string(), false)), code);
    let ghost = statement(&format!("arn:aws:iam::{ACCOUNT}:role/ghost"), "kms:*").to_string();
    assert_eq!(account.code("PutKeyPolicy", put(&ghost, false)), code);
    account.call("PutKeyPolicy", put(&reader.to_string(), true));
    let found = account.call("GetKeyPolicy", json!({"KeyId": id}));
    assert_eq!(serde_json::from_str::<Value>(found["Policy"].as_str().unwrap()).unwrap(), reader);
    let named = json!({"KeyId": id, "PolicyName": "other"});
    assert_eq!(account.code("GetKeyPolicy", named), "NotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_key_is_deleted_only_after_its_window_and_takes_its_aliases_along() {
    let (account, id) = with_key();
    account.call("CreateAlias", json!({"AliasName": "alias/app", "TargetKeyId": id}));
    let soon = json!({"KeyId": id, "PendingWindowInDays": 3});
    assert_eq!(account.code("ScheduleKeyDeletion", soon), "ValidationException");
    let answer = account.call("ScheduleKeyDeletion", json!({"KeyId": id, "PendingWindowInDays": 7}));
    assert_eq!(answer["KeyState"], json!("PendingDeletion"));
    assert!(answer["KeyId"].as_str().unwrap().starts_with("arn:"));
    for operation in ["ScheduleKeyDeletion", "EnableKey", "EnableKeyRotation"] {
        assert_eq!(account.code(operation, json!({"KeyId": id})), "KMSInvalidStateException");
    }
    tokio::time::advance(DAY * 6).await;
    assert_eq!(state(&account, &id), json!("PendingDeletion"));
    tokio::time::advance(DAY).await;
    assert_eq!(account.code("DescribeKey", json!({"KeyId": id})), "NotFoundException");
    assert_eq!(account.call("ListAliases", json!({}))["Aliases"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_deletion_can_be_taken_back_and_leaves_the_key_disabled() {
    let (account, id) = with_key();
    assert_eq!(account.code("CancelKeyDeletion", json!({"KeyId": id})), "KMSInvalidStateException");
    account.call("ScheduleKeyDeletion", json!({"KeyId": id}));
    account.call("CancelKeyDeletion", json!({"KeyId": id}));
    assert_eq!(state(&account, &id), json!("Disabled"));
    tokio::time::advance(DAY * 31).await;
    account.call("EnableKey", json!({"KeyId": id}));
    assert_eq!(state(&account, &id), json!("Enabled"));
}

#[tokio::test(start_paused = true)]
async fn aliases_point_at_keys_and_some_names_are_reserved() {
    let (account, id) = with_key();
    let alias = |name: &str, target: &Value| json!({"AliasName": name, "TargetKeyId": target});
    account.call("CreateAlias", alias("alias/app", &id));
    let refused = [
        ("alias/app", &id, "AlreadyExistsException"),
        ("alias/aws/app", &id, "NotAuthorizedException"),
        ("app", &id, "ValidationException"),
        ("alias/two", &json!("alias/app"), "ValidationException"),
        ("alias/two", &json!("none"), "NotFoundException"),
    ];
    for (name, target, code) in refused {
        assert_eq!(account.code("CreateAlias", alias(name, target)), code, "{name}");
    }
    let other = account.call("CreateKey", json!({}))["KeyMetadata"]["KeyId"].clone();
    account.call("UpdateAlias", alias("alias/app", &other));
    let listed = account.call("ListAliases", json!({"KeyId": other}));
    assert_eq!(listed["Aliases"][0]["TargetKeyId"], other);
    assert_eq!(account.call("ListAliases", json!({"KeyId": id}))["Aliases"], json!([]));
    account.call("DeleteAlias", json!({"AliasName": "alias/app"}));
    assert_eq!(account.code("DeleteAlias", json!({"AliasName": "alias/app"})), "NotFoundException");
}

#[tokio::test(start_paused = true)]
async fn the_keys_that_aws_manages_are_read_only() {
    let account = Account::of("kms");
    account.other("codecommit", "CreateRepository", json!({"repositoryName": "app"}));
    let key = account.call("DescribeKey", json!({"KeyId": "alias/aws/codecommit"}))["KeyMetadata"].clone();
    assert_eq!(key["KeyManager"], json!("AWS"));
    assert_eq!(account.code("DisableKey", json!({"KeyId": key["KeyId"]})), "AccessDeniedException");
}

#[tokio::test(start_paused = true)]
async fn lists_say_when_they_are_truncated() {
    let (account, _) = with_key();
    account.call("CreateKey", json!({}));
    let first = account.call("ListKeys", json!({"Limit": 1}));
    assert_eq!(first["Truncated"], json!(true));
    let second = account.call("ListKeys", json!({"Limit": 1, "Marker": first["NextMarker"]}));
    assert_eq!(second["Truncated"], json!(false));
    assert_ne!(first["Keys"], second["Keys"]);
    assert_eq!(account.code("ListKeys", json!({"Marker": "made-up"})), "InvalidMarkerException");
}

#[tokio::test(start_paused = true)]
async fn tags_have_a_form_of_their_own() {
    let (account, id) = with_key();
    let tags = json!([{"TagKey": "Team", "TagValue": "a"}]);
    account.call("TagResource", json!({"KeyId": id, "Tags": tags}));
    account.call("UntagResource", json!({"KeyId": id, "TagKeys": ["Env"]}));
    assert_eq!(account.call("ListResourceTags", json!({"KeyId": id}))["Tags"], tags);
    let reserved = json!([{"TagKey": "aws:x", "TagValue": ""}]);
    assert_eq!(account.code("TagResource", json!({"KeyId": id, "Tags": reserved})), "TagException");
}
