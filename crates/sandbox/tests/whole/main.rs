//! The account as one thing: all services together.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

mod world;

use std::collections::BTreeSet;

use recon_sandbox::{Sandbox, State};
use serde_json::{Value, json};
use world::{REGION, World};

/// `service:type` of an ARN; a bucket's, a topic's and their like end with the name at once.
fn kind(arn: &str) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[5].split_once(['/', ':']) {
        Some((kind, _)) => format!("{}:{kind}", parts[2]),
        None => parts[2].to_string(),
    }
}

fn kinds(arns: &[String]) -> BTreeSet<String> {
    arns.iter().map(|arn| kind(arn)).collect()
}

/// What carries tags that the Resource Groups Tagging API sees.
const TAGGED: &[&str] = &[
    "application-autoscaling:scalable-target",
    "cloudwatch:alarm",
    "codebuild:project",
    "codecommit",
    "codedeploy:application",
    "codedeploy:deploymentgroup",
    "codepipeline",
    "codestar-notifications:notificationrule",
    "ecr:repository",
    "ecs:cluster",
    "ecs:service",
    "ecs:task-definition",
    "elasticloadbalancing:listener",
    "elasticloadbalancing:listener-rule",
    "elasticloadbalancing:loadbalancer",
    "elasticloadbalancing:targetgroup",
    "events:rule",
    "kms:key",
    "logs:log-group",
    "s3",
    "servicediscovery:namespace",
    "sns",
];

/// What lives and has no tags there.
const OTHERS: &[&str] = &[
    "codedeploy:deploymentconfig",
    "iam:group",
    "iam:policy",
    "iam:role",
    "iam:user",
    "kms:alias",
    "sns:news",
];

fn resources(world: &World, input: Value) -> Vec<String> {
    let answer = world.call("resourcegroupstaggingapi", "GetResources", input);
    assert_eq!(answer["PaginationToken"], "", "all on one page");
    let list = answer["ResourceTagMappingList"].as_array().unwrap().clone();
    list.iter().map(|mapping| mapping["ResourceARN"].as_str().unwrap().to_string()).collect()
}

fn by_tag() -> Value {
    json!({"TagFilters": [{"Key": "stack", "Values": ["one"]}]})
}

fn set(kinds: &[&str]) -> BTreeSet<String> {
    kinds.iter().map(ToString::to_string).collect()
}

#[tokio::test(start_paused = true)]
async fn a_search_by_tag_sees_every_service_but_iam() {
    let world = World::new().await;
    let found = resources(&world, by_tag());
    assert_eq!(kinds(&found), set(TAGGED));
    for wanted in TAGGED {
        let of_kind = resources(&world, json!({"ResourceTypeFilters": [wanted]}));
        assert!(!of_kind.is_empty() && of_kind.iter().all(|arn| kind(arn) == *wanted), "{wanted}");
    }
    let elsewhere =
        world.aws.call("resourcegroupstaggingapi", "GetResources", "us-east-1", &by_tag()).unwrap();
    assert_eq!(elsewhere["ResourceTagMappingList"], json!([]), "not even the bucket is of that region");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_more_is_not_found_by_its_tags() {
    let world = World::new().await;
    world.call("ecs", "RegisterTaskDefinition", {
        let container = json!({"name": "api", "image": "nginx", "memory": 64});
        let tags = json!([{"key": "stack", "value": "one"}]);
        json!({"family": "old", "containerDefinitions": [container], "tags": tags})
    });
    let definitions = json!({"ResourceTypeFilters": ["ecs:task-definition"]});
    assert_eq!(resources(&world, definitions.clone()).len(), 2);
    world.call("ecs", "DeregisterTaskDefinition", json!({"taskDefinition": "old:1"}));
    assert_eq!(resources(&world, definitions).len(), 1);
    world.destroy().await;
    let left = kinds(&resources(&world, by_tag()));
    assert_eq!(left, set(&["kms:key"]), "a key keeps its tags while it waits for its deletion");
}

#[tokio::test(start_paused = true)]
async fn pages_of_a_search_hold_a_hundred_resources() {
    let world = World::new().await;
    for number in 0..120 {
        let input = json!({"logGroupName": format!("many-{number}"), "tags": {"many": "yes"}});
        world.call("logs", "CreateLogGroup", input);
    }
    let many = json!({"TagFilters": [{"Key": "many"}]});
    let first = world.call("resourcegroupstaggingapi", "GetResources", many.clone());
    assert_eq!(first["ResourceTagMappingList"].as_array().unwrap().len(), 100);
    let mut next = many;
    next["PaginationToken"] = first["PaginationToken"].clone();
    let second = world.call("resourcegroupstaggingapi", "GetResources", next);
    assert_eq!(second["ResourceTagMappingList"].as_array().unwrap().len(), 20);
    assert_eq!(second["PaginationToken"], "");
}

#[tokio::test(start_paused = true)]
async fn a_full_account_survives_being_written_down() {
    let world = World::new().await;
    // moments off the full second
    tokio::time::advance(std::time::Duration::from_millis(1237)).await;
    for number in 0..30 {
        tokio::time::advance(std::time::Duration::from_nanos(7_919_123_457)).await;
        world.call("ecs", "CreateCluster", json!({"clusterName": format!("c{number}")}));
        world.call("ecs", "DeleteCluster", json!({"cluster": format!("c{number}")}));
    }
    let state = world.aws.state();
    let text = serde_json::to_string(&state).unwrap();
    let revived: State = serde_json::from_str(&text).unwrap();
    assert_eq!(revived, state);
    assert_eq!(serde_json::to_string(&revived).unwrap(), text);

    let revived = world.taken_up_as(revived);
    for (service, operation, input) in [
        ("ecs", "DescribeServices", json!({"cluster": "c", "services": ["api"], "include": ["TAGS"]})),
        ("iam", "GetAccountAuthorizationDetails", json!({})),
        ("codepipeline", "GetPipeline", json!({"name": "app"})),
        ("resourcegroupstaggingapi", "GetResources", json!({})),
    ] {
        let answer = world.call(service, operation, input.clone());
        assert_eq!(revived.call(service, operation, input), answer, "{operation}");
    }
    revived.destroy().await;
    assert_eq!(revived.aws.state().remains(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_remains_is_everything_that_lives() {
    let world = World::new().await;
    let remains = world.aws.state().remains();
    assert_eq!(kinds(&remains), set(&[TAGGED, OTHERS].concat()));
    let mut sorted = remains.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(remains, sorted, "in order, and nothing twice");
}

#[tokio::test(start_paused = true)]
async fn an_account_whose_stack_is_destroyed_holds_nothing_but_history() {
    let fresh = Sandbox::default().state();
    assert_eq!(fresh.remains(), [""; 0]);
    let world = World::new().await;
    world.destroy().await;
    let state = world.aws.state();
    assert_eq!(state.remains(), [""; 0]);
    assert_ne!(state.regions[REGION], Default::default(), "the past is still there");
    let past = world.call("ecs", "DescribeTaskDefinition", json!({"taskDefinition": "api:1"}));
    assert_eq!(past["taskDefinition"]["status"], "INACTIVE");
}

#[tokio::test(start_paused = true)]
async fn what_is_only_on_its_way_out_still_remains() {
    let world = World::new().await;
    let service = json!({"cluster": "c", "service": "api", "force": true});
    world.call("ecs", "DeleteService", service);
    let there = |world: &World| {
        let remains = world.aws.state().remains();
        remains.iter().any(|arn| kind(arn) == "ecs:service")
    };
    assert!(there(&world), "its tasks are draining");
    World::pass(700).await;
    assert!(!there(&world));
}
