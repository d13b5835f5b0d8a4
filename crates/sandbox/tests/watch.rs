//! Faults that tests ask for, and the record of what was asked and answered.

// helpers are not test functions, yet they fail the test in the same way
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use recon_sandbox::{CallInfo, Fault, Lags, Refusal, Sandbox, When};
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";

fn create(sandbox: &Sandbox, name: &str) -> Result<Value, Refusal> {
    sandbox.call("ecs", "CreateCluster", REGION, &json!({"clusterName": name}))
}

fn clusters(sandbox: &Sandbox) -> usize {
    let answer = sandbox.call("ecs", "ListClusters", REGION, &json!({})).unwrap();
    answer["clusterArns"].as_array().unwrap().len()
}

fn throttled() -> Refusal {
    Refusal::bad("ThrottlingException", "Rate exceeded")
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_has_no_effect() {
    let sandbox = Sandbox::default();
    let hook = |call: &CallInfo<'_>| (call.number == 1).then(|| Fault::Refuse(throttled()));
    sandbox.on_call(Box::new(hook));
    assert_eq!(create(&sandbox, "a"), Err(throttled()));
    assert_eq!(clusters(&sandbox), 0);
    create(&sandbox, "a").unwrap();
    assert_eq!(clusters(&sandbox), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_answer_is_lost_has_had_its_effect() {
    let sandbox = Sandbox::default();
    let lost = Refusal::new(500, "InternalFailure", "gone");
    let fault = Fault::RefuseAfter(lost.clone());
    sandbox.on_call(Box::new(move |call| (call.input["clusterName"] == "a").then(|| fault.clone())));
    assert_eq!(create(&sandbox, "a"), Err(lost));
    create(&sandbox, "b").unwrap();
    assert_eq!(clusters(&sandbox), 2);
}

#[tokio::test(start_paused = true)]
async fn a_hook_sees_the_call_and_may_change_the_account_under_it() {
    let sandbox = Arc::new(Sandbox::default());
    let theirs = Arc::clone(&sandbox);
    sandbox.on_call(Box::new(move |call| {
        if (call.service, call.operation, call.region) == ("ecs", "ListClusters", REGION) {
            theirs.edit(|state| state.regions.clear());
        }
        None
    }));
    create(&sandbox, "a").unwrap();
    assert_eq!(clusters(&sandbox), 0, "somebody else was faster");
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_and_answered_is_kept_only_while_recording() {
    let sandbox = Sandbox::default();
    create(&sandbox, "before").unwrap();
    sandbox.record(true);
    let made = create(&sandbox, "a");
    let refused = sandbox.call("ecs", "DeleteCluster", REGION, &json!({}));
    sandbox.record(false);
    create(&sandbox, "after").unwrap();

    let log = sandbox.log();
    let operations: Vec<&str> = log.iter().map(|logged| logged.operation.as_str()).collect();
    assert_eq!(operations, ["CreateCluster", "DeleteCluster"]);
    assert_eq!((&log[0].service, &log[0].region), (&"ecs".to_string(), &REGION.to_string()));
    assert_eq!(log[0].input, json!({"clusterName": "a"}));
    assert_eq!((&log[0].outcome, &log[1].outcome), (&made, &refused));
    assert!(refused.is_err());
}

#[tokio::test(start_paused = true)]
async fn readers_of_iam_and_of_tags_are_behind_and_catch_up() {
    let sandbox = Sandbox::default();
    let seconds = Duration::from_secs(10);
    sandbox.lag(Lags { iam: seconds, tags: seconds });
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"}}]});
    let role = json!({"RoleName": "r", "AssumeRolePolicyDocument": trust.to_string()});
    sandbox.call("iam", "CreateRole", REGION, &role).unwrap();
    let tags = json!([{"key": "a", "value": "b"}]);
    sandbox.call("ecs", "CreateCluster", REGION, &json!({"clusterName": "c", "tags": tags})).unwrap();
    let seen = || {
        let read = |service: &str, operation: &str, input| sandbox.call(service, operation, REGION, &input);
        let found = read("resourcegroupstaggingapi", "GetResources", json!({})).unwrap();
        let role = read("iam", "GetRole", json!({"RoleName": "r"})).is_ok();
        (role, found["ResourceTagMappingList"].as_array().unwrap().len())
    };
    assert_eq!((clusters(&sandbox), seen()), (1, (false, 0)), "ECS itself is not behind");
    // a writer is not behind either
    assert_eq!(sandbox.call("iam", "CreateRole", REGION, &role).unwrap_err().code, "EntityAlreadyExists");
    tokio::time::advance(seconds).await;
    assert_eq!(seen(), (true, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_and_a_death_tell_before_from_after() {
    for (fault, made) in [
        (Fault::Drop(When::Before), 0),
        (Fault::Drop(When::After), 1),
        (Fault::Hang(When::Before), 0),
        (Fault::Hang(When::After), 1),
        (Fault::Die(When::Before), 0),
        (Fault::Die(When::After), 1),
    ] {
        let sandbox = Sandbox::default();
        let dies = matches!(fault, Fault::Die(_));
        let strikes = fault.clone();
        sandbox.on_call(Box::new(move |call| (call.number == 1).then(|| strikes.clone())));
        assert_eq!(create(&sandbox, "a").unwrap_err().code, "NoAnswer");
        assert_eq!(clusters(&sandbox), made, "{fault:?}");
        let death = tokio::time::timeout(Duration::from_secs(1), sandbox.death()).await;
        assert_eq!(death.is_ok(), dies, "{fault:?}");
    }
}
