//! CloudWatch alarms as their clients see them.

#![allow(clippy::unwrap_used)]

mod build_support;

use std::time::Duration;

use build_support::{Account, arn};
use serde_json::{Value, json};

fn alarm(changes: Value) -> Value {
    let mut input = json!({
        "AlarmName": "5xx",
        "Namespace": "AWS/ApplicationELB",
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 3,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    });
    input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    input
}

fn with_alarm() -> Account {
    let account = Account::of("cloudwatch");
    account.call("PutMetricAlarm", alarm(json!({"Tags": [{"Key": "Env", "Value": "test"}]})));
    account
}

fn found(account: &Account) -> Value {
    account.call("DescribeAlarms", json!({"AlarmNames": ["5xx"]}))["MetricAlarms"][0].clone()
}

#[tokio::test(start_paused = true)]
async fn a_new_alarm_acts_and_has_no_data_yet() {
    let found = found(&with_alarm().revived());
    assert_eq!(found["AlarmArn"], json!(arn("cloudwatch", "alarm:5xx")));
    assert_eq!(found["ActionsEnabled"], json!(true));
    assert_eq!(found["StateValue"], json!("INSUFFICIENT_DATA"));
    for list in ["OKActions", "AlarmActions", "InsufficientDataActions", "Dimensions"] {
        assert_eq!(found[list], json!([]), "{list}");
    }
    assert_eq!(found["Threshold"], json!(1.0));
    assert!(found.get("Tags").is_none());
}

#[tokio::test(start_paused = true)]
async fn putting_again_replaces_everything_but_state_and_tags() {
    let account = with_alarm();
    let first = alarm(json!({"AlarmDescription": "errors", "TreatMissingData": "notBreaching"}));
    account.call("PutMetricAlarm", first);
    account.sandbox.edit(|state| {
        let cloudwatch = &mut state.regions.get_mut(build_support::REGION).unwrap().cloudwatch;
        cloudwatch.alarms.get_mut("5xx").unwrap().description["StateValue"] = json!("ALARM");
    });
    let before = found(&account);
    tokio::time::advance(Duration::from_secs(60)).await;
    account.call("PutMetricAlarm", alarm(json!({"Tags": [{"Key": "Env", "Value": "prod"}]})));
    let after = found(&account);
    assert!(after.get("AlarmDescription").is_none() && after.get("TreatMissingData").is_none());
    assert_eq!(after["StateValue"], json!("ALARM"));
    assert_eq!(after["StateUpdatedTimestamp"], before["StateUpdatedTimestamp"]);
    let changed = "AlarmConfigurationUpdatedTimestamp";
    assert_eq!(after[changed].as_f64().unwrap() - before[changed].as_f64().unwrap(), 60.0);
    let tags = account.call("ListTagsForResource", json!({"ResourceARN": arn("cloudwatch", "alarm:5xx")}));
    assert_eq!(tags["Tags"], json!([{"Key": "Env", "Value": "test"}]));
}

#[tokio::test(start_paused = true)]
async fn alarms_that_make_no_sense_are_refused() {
    let account = Account::of("cloudwatch");
    let elsewhere = "arn:aws:sns:eu-west-1:123456789012:news";
    for (changes, code) in [
        (json!({"MetricName": null}), "MissingParameter"),
        (json!({"Statistic": null}), "MissingParameter"),
        (json!({"Threshold": null}), "MissingParameter"),
        (json!({"EvaluationPeriods": null}), "MissingParameter"),
        (json!({"ExtendedStatistic": "p99"}), "InvalidParameterCombination"),
        (json!({"Period": 45}), "ValidationError"),
        (json!({"EvaluationPeriods": 2000}), "ValidationError"),
        (json!({"DatapointsToAlarm": 4}), "ValidationError"),
        (json!({"TreatMissingData": "guess"}), "ValidationError"),
        (json!({"AlarmActions": [elsewhere]}), "ValidationError"),
        (json!({"AlarmActions": ["news"]}), "ValidationError"),
    ] {
        assert_eq!(account.code("PutMetricAlarm", alarm(changes.clone())), code, "{changes}");
    }
    assert_eq!(account.call("DescribeAlarms", json!({}))["MetricAlarms"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_on_an_expression_returns_data_exactly_once() {
    let account = Account::of("cloudwatch");
    let put = |returned: bool| {
        let metric = json!({"Namespace": "N", "MetricName": "M"});
        let stat = json!({"Metric": metric, "Period": 60, "Stat": "Sum"});
        json!({
            "AlarmName": "rate",
            "Metrics": [
                {"Id": "e", "Expression": "m * 2"},
                {"Id": "m", "MetricStat": stat, "ReturnData": returned},
            ],
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold",
        })
    };
    assert_eq!(account.code("PutMetricAlarm", put(true)), "ValidationError");
    account.call("PutMetricAlarm", put(false));
    let found = account.call("DescribeAlarms", json!({"AlarmNamePrefix": "ra"}));
    assert_eq!(found["MetricAlarms"][0]["Metrics"], put(false)["Metrics"]);
}

#[tokio::test(start_paused = true)]
async fn descriptions_are_filtered_and_paged() {
    let account = with_alarm();
    account.call("PutMetricAlarm", alarm(json!({"AlarmName": "4xx", "AlarmActions": [arn("sns", "news")]})));
    let names = |input: Value| {
        let answer = account.call("DescribeAlarms", input);
        let names: Vec<Value> =
            answer["MetricAlarms"].as_array().unwrap().iter().map(|a| a["AlarmName"].clone()).collect();
        (names, answer["NextToken"].clone())
    };
    let (first, token) = names(json!({"MaxRecords": 1}));
    assert_eq!(first, [json!("4xx")]);
    assert_eq!(names(json!({"MaxRecords": 1, "NextToken": token})), (vec![json!("5xx")], Value::Null));
    assert_eq!(names(json!({"ActionPrefix": "arn:aws:sns"})).0, [json!("4xx")]);
    assert_eq!(names(json!({"StateValue": "ALARM"})).0, [json!(null); 0]);
    assert_eq!(names(json!({"AlarmTypes": ["CompositeAlarm"]})).0, [json!(null); 0]);
    assert_eq!(account.code("DescribeAlarms", json!({"NextToken": "made-up"})), "InvalidNextToken");
}

#[tokio::test(start_paused = true)]
async fn alarms_are_deleted_all_or_none() {
    let account = with_alarm();
    let refusal = account.refusal("DeleteAlarms", json!({"AlarmNames": ["5xx", "gone"]}));
    assert_eq!((refusal.status, refusal.code.as_str()), (404, "ResourceNotFound"));
    assert_eq!(found(&account)["AlarmName"], json!("5xx"));
    account.call("DeleteAlarms", json!({"AlarmNames": ["5xx"]}));
    assert_eq!(found(&account), Value::Null);
}

#[tokio::test(start_paused = true)]
async fn tags_are_a_list_of_pairs() {
    let account = with_alarm();
    let resource = arn("cloudwatch", "alarm:5xx");
    let tags = json!([{"Key": "Team", "Value": "a"}]);
    account.call("TagResource", json!({"ResourceARN": resource, "Tags": tags}));
    account.call("UntagResource", json!({"ResourceARN": resource, "TagKeys": ["Env"]}));
    assert_eq!(account.call("ListTagsForResource", json!({"ResourceARN": resource}))["Tags"], tags);
    let gone = json!({"ResourceARN": arn("cloudwatch", "alarm:gone")});
    assert_eq!(account.code("ListTagsForResource", gone), "ResourceNotFoundException");
}
