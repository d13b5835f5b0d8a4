//! Notification rules as their clients see them.

#![allow(clippy::unwrap_used)]

mod build_support;

use build_support::{ACCOUNT, Account, REGION, arn};
use serde_json::{Value, json};

const MERGED: &str = "codecommit-repository-pull-request-merged";

fn with_repository_and_topic() -> Account {
    let account = Account::of("codestar-notifications");
    account.other("codecommit", "CreateRepository", json!({"repositoryName": "app"}));
    account.other("sns", "CreateTopic", json!({"Name": "news"}));
    account
}

fn rule(changes: Value) -> Value {
    let mut input = json!({
        "Name": "merges",
        "EventTypeIds": [MERGED],
        "Resource": arn("codecommit", "app"),
        "Targets": [{"TargetType": "SNS", "TargetAddress": arn("sns", "news")}],
        "DetailType": "FULL",
    });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    input
}

fn with_rule() -> (Account, Value) {
    let account = with_repository_and_topic();
    let made = account.call("CreateNotificationRule", rule(json!({"Tags": {"Env": "test"}})));
    (account, made["Arn"].clone())
}

fn described(account: &Account, arn: &Value) -> Value {
    account.call("DescribeNotificationRule", json!({"Arn": arn}))
}

#[tokio::test(start_paused = true)]
async fn a_new_rule_is_enabled_and_knows_its_events_by_name() {
    let (account, arn) = with_rule();
    let found = described(&account.revived(), &arn);
    assert_eq!((&found["Status"], &found["DetailType"]), (&json!("ENABLED"), &json!("FULL")));
    let event = json!({
        "EventTypeId": MERGED,
        "ServiceName": "CodeCommit",
        "EventTypeName": "Pull request: Merged",
        "ResourceType": "Repository",
    });
    assert_eq!(found["EventTypes"], json!([event]));
    assert_eq!(found["Tags"], json!({"Env": "test"}));
}

#[tokio::test(start_paused = true)]
async fn a_topic_is_reached_only_if_its_policy_lets_the_service_in() {
    let (account, rule) = with_rule();
    let status = || described(&account, &rule)["Targets"][0]["TargetStatus"].clone();
    assert_eq!(status(), json!("UNREACHABLE"));
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"Service": "codestar-notifications.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": arn("sns", "news"),
    });
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let set = json!({"TopicArn": arn("sns", "news"), "AttributeName": "Policy", "AttributeValue": policy});
    account.other("sns", "SetTopicAttributes", set);
    assert_eq!(status(), json!("ACTIVE"));
}

#[tokio::test(start_paused = true)]
async fn rules_that_point_at_nothing_are_refused() {
    let account = with_repository_and_topic();
    let topic = |name: &str| json!([{"TargetType": "SNS", "TargetAddress": arn("sns", name)}]);
    let elsewhere = format!("arn:aws:codecommit:eu-west-1:{ACCOUNT}:app");
    for (changes, code) in [
        (json!({"Targets": topic("gone")}), "ConfigurationException"),
        (json!({"Resource": arn("codecommit", "gone")}), "ConfigurationException"),
        (json!({"Resource": elsewhere}), "ValidationException"),
        (json!({"Resource": arn("ecs", "cluster/x")}), "ValidationException"),
        (json!({"EventTypeIds": ["codecommit-repository-moved"]}), "ValidationException"),
        (json!({"EventTypeIds": ["codebuild-project-build-state-failed"]}), "ValidationException"),
        (json!({"Targets": [{"TargetType": "Pigeon", "TargetAddress": "loft"}]}), "ValidationException"),
    ] {
        assert_eq!(account.code("CreateNotificationRule", rule(changes.clone())), code, "{changes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_once_but_a_token_makes_the_request_repeatable() {
    let account = with_repository_and_topic();
    let request = rule(json!({"ClientRequestToken": "t1"}));
    let first = account.call("CreateNotificationRule", request.clone());
    assert_eq!(account.call("CreateNotificationRule", request), first);
    let other = rule(json!({"ClientRequestToken": "t2"}));
    let refusal = account.refusal("CreateNotificationRule", other);
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "ResourceAlreadyExistsException"));
}

#[tokio::test(start_paused = true)]
async fn an_update_keeps_what_it_does_not_name() {
    let (account, arn) = with_rule();
    account.call("UpdateNotificationRule", json!({"Arn": arn, "Status": "DISABLED"}));
    let found = described(&account, &arn);
    assert_eq!(found["Status"], json!("DISABLED"));
    assert_eq!(found["EventTypes"][0]["EventTypeId"], json!(MERGED));
    let created = "codecommit-repository-branches-and-tags-created";
    let input = json!({"Arn": arn, "Name": "branches", "EventTypeIds": [created], "Targets": []});
    account.call("UpdateNotificationRule", input);
    let found = described(&account, &arn);
    assert_eq!(found["Name"], json!("branches"));
    assert_eq!(found["EventTypes"].as_array().unwrap().len(), 1);
    assert_eq!(found["EventTypes"][0]["EventTypeId"], json!(created));
    assert_eq!(found["Targets"], json!([]));
    let gone = arn.as_str().unwrap().replace("notificationrule/", "notificationrule/x");
    assert_eq!(account.code("UpdateNotificationRule", json!({"Arn": gone})), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn lists_are_filtered_by_resource_and_target() {
    let (account, rule) = with_rule();
    let list = |name: &str, value: String| {
        let filters = json!([{"Name": name, "Value": value}]);
        account.call("ListNotificationRules", json!({"Filters": filters}))["NotificationRules"].clone()
    };
    assert_eq!(list("RESOURCE", arn("codecommit", "app"))[0]["Arn"], rule);
    assert_eq!(list("TARGET_ADDRESS", arn("sns", "news"))[0]["Arn"], rule);
    assert_eq!(list("EVENT_TYPE_ID", MERGED.into())[0]["Arn"], rule);
    assert_eq!(list("RESOURCE", format!("arn:aws:codecommit:{REGION}:{ACCOUNT}:web")), json!([]));
}

#[tokio::test(start_paused = true)]
async fn deleting_twice_is_no_error() {
    let (account, arn) = with_rule();
    for _ in 0..2 {
        assert_eq!(account.call("DeleteNotificationRule", json!({"Arn": arn})), json!({"Arn": arn}));
    }
    let code = account.code("DescribeNotificationRule", json!({"Arn": arn}));
    assert_eq!(code, "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn tags_are_a_map() {
    let (account, arn) = with_rule();
    let tagged = account.call("TagResource", json!({"Arn": arn, "Tags": {"Team": "a"}}));
    assert_eq!(tagged["Tags"], json!({"Env": "test", "Team": "a"}));
    account.call("UntagResource", json!({"Arn": arn, "TagKeys": ["Env"]}));
    assert_eq!(account.call("ListTagsForResource", json!({"Arn": arn}))["Tags"], json!({"Team": "a"}));
}
