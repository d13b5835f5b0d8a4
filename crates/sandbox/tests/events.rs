//! EventBridge as its callers see it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";
const PIPELINE: &str = "arn:aws:codepipeline:ap-northeast-2:123456789012:app";
const RULE_ARN: &str = "arn:aws:events:ap-northeast-2:123456789012:rule/push";
const ROLE: &str = "arn:aws:iam::123456789012:role/cwe";

fn call(aws: &Sandbox, operation: &str, input: Value) -> Result<Value, Refusal> {
    aws.call("events", operation, REGION, &input)
}

fn ok(aws: &Sandbox, operation: &str, input: Value) -> Value {
    call(aws, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
}

fn refused(aws: &Sandbox, operation: &str, input: Value) -> (String, String) {
    let refusal = call(aws, operation, input).expect_err(operation);
    (refusal.code, refusal.message)
}

fn with_rule() -> Sandbox {
    let aws = Sandbox::default();
    let tags = json!([{"Key": "Env", "Value": "test"}]);
    let pattern = r#"{"source": ["aws.codecommit"]}"#;
    let rule = json!({"Name": "push", "EventPattern": pattern, "Description": "starts app", "Tags": tags});
    assert_eq!(ok(&aws, "PutRule", rule)["RuleArn"], RULE_ARN);
    aws
}

fn target(id: &str) -> Value {
    json!({"Id": id, "Arn": PIPELINE, "RoleArn": ROLE})
}

#[tokio::test(start_paused = true)]
async fn a_rule_comes_back_with_the_pattern_as_sent_and_the_defaults() {
    let aws = with_rule();
    let rule = ok(&aws, "DescribeRule", json!({"Name": "push"}));
    assert_eq!(
        rule,
        json!({
            "Name": "push", "Arn": RULE_ARN, "State": "ENABLED", "EventBusName": "default",
            "EventPattern": r#"{"source": ["aws.codecommit"]}"#, "Description": "starts app",
            "CreatedBy": "123456789012",
        })
    );
}

#[tokio::test(start_paused = true)]
async fn putting_a_rule_again_replaces_everything_but_targets_and_tags() {
    let aws = with_rule();
    ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": [target("a")]}));
    let tags = json!([{"Key": "Env", "Value": "other"}]);
    ok(&aws, "PutRule", json!({"Name": "push", "ScheduleExpression": "rate(1 hour)", "Tags": tags}));

    let rule = ok(&aws, "DescribeRule", json!({"Name": "push"}));
    assert!(rule["EventPattern"].is_null() && rule["Description"].is_null());
    let tags = ok(&aws, "ListTagsForResource", json!({"ResourceARN": RULE_ARN}));
    assert_eq!(tags["Tags"], json!([{"Key": "Env", "Value": "test"}]));
    assert_eq!(ok(&aws, "ListTargetsByRule", json!({"Rule": "push"}))["Targets"], json!([target("a")]));
}

#[tokio::test(start_paused = true)]
async fn a_rule_without_pattern_and_schedule_is_refused() {
    let (code, message) = refused(&Sandbox::default(), "PutRule", json!({"Name": "push"}));
    assert_eq!(code, "ValidationException");
    assert_eq!(message, "Parameter(s) EventPattern or ScheduleExpression must be specified.");
}

#[tokio::test(start_paused = true)]
async fn a_pattern_must_be_json_whose_leaves_are_arrays() {
    let aws = Sandbox::default();
    for pattern in ["nonsense", "[]", "{}", r#"{"source": "aws.codecommit"}"#, r#"{"detail": {"a": []}}"#] {
        let (code, _) = refused(&aws, "PutRule", json!({"Name": "push", "EventPattern": pattern}));
        assert_eq!(code, "InvalidEventPatternException", "{pattern}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_schedule_must_be_a_rate_or_a_cron_expression() {
    let aws = Sandbox::default();
    let rule = |schedule| json!({"Name": "push", "ScheduleExpression": schedule});
    for schedule in ["rate(5 minute)", "rate(1 minutes)", "rate(0 days)", "cron(0 12 * * ?)", "daily"] {
        assert_eq!(refused(&aws, "PutRule", rule(schedule)).0, "ValidationException", "{schedule}");
    }
    for schedule in ["rate(5 minutes)", "rate(1 day)", "cron(0 12 * * ? *)"] {
        ok(&aws, "PutRule", rule(schedule));
    }
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_target_needs_a_role() {
    let aws = with_rule();
    let bare = json!({"Rule": "push", "Targets": [{"Id": "a", "Arn": PIPELINE}]});
    let (code, message) = refused(&aws, "PutTargets", bare);
    assert_eq!(code, "ValidationException");
    assert_eq!(message, format!("RoleArn is required for target {PIPELINE}."));
}

#[tokio::test(start_paused = true)]
async fn a_target_is_replaced_by_its_id() {
    let aws = with_rule();
    let mut changed = target("a");
    changed["Input"] = json!("{\"x\": 1}");
    ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": [target("a"), target("b")]}));
    ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": [changed]}));
    let targets = ok(&aws, "ListTargetsByRule", json!({"Rule": "push"}));
    assert_eq!(targets["Targets"], json!([changed, target("b")]));
}

#[tokio::test(start_paused = true)]
async fn entries_that_fail_are_counted_while_the_others_pass() {
    let aws = with_rule();
    let targets = json!([{"Id": "bad", "Arn": "app"}, target("good")]);
    let answer = ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": targets}));
    assert_eq!(answer["FailedEntryCount"], 1);
    assert_eq!(answer["FailedEntries"][0]["TargetId"], "bad");

    let answer = ok(&aws, "RemoveTargets", json!({"Rule": "push", "Ids": ["good", "gone"]}));
    assert_eq!(answer["FailedEntryCount"], 1);
    assert_eq!(answer["FailedEntries"][0]["ErrorCode"], "ResourceNotFoundException");
    assert_eq!(ok(&aws, "ListTargetsByRule", json!({"Rule": "push"})), json!({"Targets": []}));
}

#[tokio::test(start_paused = true)]
async fn a_rule_takes_five_targets_and_a_call_ten_entries() {
    let aws = with_rule();
    let many = |n: usize| (0..n).map(|i| target(&i.to_string())).collect::<Value>();
    for n in [6, 11] {
        let (code, _) = refused(&aws, "PutTargets", json!({"Rule": "push", "Targets": many(n)}));
        assert_eq!(code, "LimitExceededException");
    }
    ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": many(5)}));
}

#[tokio::test(start_paused = true)]
async fn a_rule_with_targets_cannot_be_deleted_and_a_missing_one_can() {
    let aws = with_rule();
    ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": [target("a")]}));
    let (code, message) = refused(&aws, "DeleteRule", json!({"Name": "push"}));
    assert_eq!(code, "ValidationException");
    assert_eq!(message, "Rule can't be deleted since it has targets.");

    ok(&aws, "RemoveTargets", json!({"Rule": "push", "Ids": ["a"]}));
    ok(&aws, "DeleteRule", json!({"Name": "push"}));
    ok(&aws, "DeleteRule", json!({"Name": "push"}));
    let (code, message) = refused(&aws, "DescribeRule", json!({"Name": "push"}));
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(message, "Rule push does not exist on EventBus default.");
}

#[tokio::test(start_paused = true)]
async fn the_rules_that_start_a_pipeline_are_found_by_its_arn() {
    let aws = with_rule();
    ok(&aws, "PutTargets", json!({"Rule": "push", "Targets": [target("a")]}));
    let names = ok(&aws, "ListRuleNamesByTarget", json!({"TargetArn": PIPELINE}));
    assert_eq!(names, json!({"RuleNames": ["push"]}));
}

#[tokio::test(start_paused = true)]
async fn rules_are_listed_by_prefix_and_page() {
    let aws = with_rule();
    for name in ["app-1", "app-2", "app-3"] {
        ok(&aws, "PutRule", json!({"Name": name, "ScheduleExpression": "rate(1 day)", "State": "DISABLED"}));
    }
    let first = ok(&aws, "ListRules", json!({"NamePrefix": "app-", "Limit": 2}));
    let rest = ok(&aws, "ListRules", json!({"NamePrefix": "app-", "NextToken": first["NextToken"]}));
    assert_eq!(first["Rules"].as_array().map(Vec::len), Some(2));
    assert_eq!(rest["Rules"][0]["Name"], "app-3");
    assert!(rest["NextToken"].is_null());
    assert_eq!(refused(&aws, "ListRules", json!({"NextToken": "x"})).0, "ValidationException");
}

#[tokio::test(start_paused = true)]
async fn a_rule_is_switched_off_and_on() {
    let aws = with_rule();
    ok(&aws, "DisableRule", json!({"Name": "push"}));
    assert_eq!(ok(&aws, "DescribeRule", json!({"Name": "push"}))["State"], "DISABLED");
    ok(&aws, "EnableRule", json!({"Name": "push"}));
    assert_eq!(ok(&aws, "DescribeRule", json!({"Name": "push"}))["State"], "ENABLED");
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_and_removed_by_arn() {
    let aws = with_rule();
    let more = json!({"ResourceARN": RULE_ARN, "Tags": [{"Key": "Team", "Value": "a"}]});
    ok(&aws, "TagResource", more);
    ok(&aws, "UntagResource", json!({"ResourceARN": RULE_ARN, "TagKeys": ["Env"]}));
    let tags = ok(&aws, "ListTagsForResource", json!({"ResourceARN": RULE_ARN}));
    assert_eq!(tags["Tags"], json!([{"Key": "Team", "Value": "a"}]));
    let (code, _) = refused(&aws, "ListTagsForResource", json!({"ResourceARN": format!("{RULE_ARN}x")}));
    assert_eq!(code, "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_aws_manages_is_left_alone() {
    let aws = with_rule();
    aws.edit(|state| {
        let rules = &mut state.regions.get_mut(REGION).unwrap().events.rules;
        rules.get_mut("push").unwrap().doc["ManagedBy"] = json!("codestar-notifications.amazonaws.com");
    });
    for operation in ["DeleteRule", "DisableRule"] {
        assert_eq!(refused(&aws, operation, json!({"Name": "push"})).0, "ManagedRuleException");
    }
    ok(&aws, "DeleteRule", json!({"Name": "push", "Force": true}));
}

#[tokio::test(start_paused = true)]
async fn only_the_default_bus_exists() {
    let aws = with_rule();
    let (code, message) = refused(&aws, "DescribeRule", json!({"Name": "push", "EventBusName": "other"}));
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ResourceNotFoundException", "Event bus other does not exist.")
    );
    ok(&aws, "DescribeRule", json!({"Name": "push", "EventBusName": "default"}));
}
