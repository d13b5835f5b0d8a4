//! How Application Auto Scaling behaves in the sandbox, seen through its calls.

// helpers outside of test functions may fail as loudly as the tests themselves
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";

#[derive(Default)]
struct World(Sandbox);

impl World {
    /// With a service `web` of one task in `test`.
    fn new() -> Self {
        let world = Self::default();
        let ecs = |operation: &str, input: Value| world.0.call("ecs", operation, REGION, &input).unwrap();
        ecs("CreateCluster", json!({"clusterName": "test"}));
        let containers = json!([{"name": "web", "image": "nginx", "memory": 128}]);
        ecs("RegisterTaskDefinition", json!({"family": "app", "containerDefinitions": containers}));
        let service =
            json!({"cluster": "test", "serviceName": "web", "taskDefinition": "app", "desiredCount": 1});
        ecs("CreateService", service);
        world
    }

    /// A call about the target of `web`, with more.
    fn call(&self, operation: &str, more: Value) -> Result<Value, Refusal> {
        let mut input = json!({
            "ServiceNamespace": "ecs", "ResourceId": "service/test/web",
            "ScalableDimension": "ecs:service:DesiredCount",
        });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        self.0.call("application-autoscaling", operation, REGION, &input)
    }

    fn describe(&self, operation: &str) -> Value {
        self.0
            .call("application-autoscaling", operation, REGION, &json!({"ServiceNamespace": "ecs"}))
            .unwrap()
    }

    fn about(&self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.0.call("application-autoscaling", operation, REGION, &input)
    }

    fn desired_count(&self) -> Value {
        let input = json!({"cluster": "test", "services": ["web"]});
        self.0.call("ecs", "DescribeServices", REGION, &input).unwrap()["services"][0]["desiredCount"].clone()
    }
}

#[tokio::test(start_paused = true)]
async fn registering_moves_the_desired_count_into_the_range_and_again_changes_what_is_given() {
    let world = World::new();
    let made = world.call("RegisterScalableTarget", json!({"MinCapacity": 2, "MaxCapacity": 4})).unwrap();
    assert_eq!(world.desired_count(), 2);
    let again = world.call("RegisterScalableTarget", json!({"MaxCapacity": 9})).unwrap();
    assert_eq!(again, made);
    let target = world.describe("DescribeScalableTargets")["ScalableTargets"][0].clone();
    assert_eq!((&target["MinCapacity"], &target["MaxCapacity"]), (&json!(2), &json!(9)));
    assert_eq!(target["SuspendedState"]["ScheduledScalingSuspended"], false);
    let role = target["RoleARN"].as_str().unwrap();
    assert!(role.ends_with("AWSServiceRoleForApplicationAutoScaling_ECSService"), "{role}");
}

#[tokio::test(start_paused = true)]
async fn a_target_needs_a_service_and_a_range() {
    let world = World::new();
    for (input, words) in [
        (json!({"MinCapacity": 1}), "MaxCapacity is required"),
        (json!({"MinCapacity": 3, "MaxCapacity": 2}), "Maximum capacity cannot be less than minimum"),
        (
            json!({"MinCapacity": 1, "MaxCapacity": 2, "ResourceId": "service/test/no"}),
            "ECS service doesn't exist: service/test/no",
        ),
        (json!({"MinCapacity": 1, "MaxCapacity": 2, "ResourceId": "web"}), "Unsupported service namespace"),
    ] {
        let refusal = world.call("RegisterScalableTarget", input).unwrap_err();
        assert_eq!(refusal.code, "ValidationException");
        assert!(refusal.message.contains(words), "{refusal}");
    }
}

fn cpu() -> Value {
    json!({
        "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": 60.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        },
    })
}

#[tokio::test(start_paused = true)]
async fn a_policy_hangs_on_a_target_and_goes_with_it() {
    let world = World::new();
    assert_eq!(world.call("PutScalingPolicy", cpu()).unwrap_err().code, "ObjectNotFoundException");
    world.call("RegisterScalableTarget", json!({"MinCapacity": 1, "MaxCapacity": 2})).unwrap();
    let made = world.call("PutScalingPolicy", cpu()).unwrap();
    assert_eq!(made["Alarms"].as_array().unwrap().len(), 2);
    assert_eq!(world.call("PutScalingPolicy", cpu()).unwrap(), made);
    let policy = world.describe("DescribeScalingPolicies")["ScalingPolicies"][0].clone();
    assert_eq!(policy["TargetTrackingScalingPolicyConfiguration"]["DisableScaleIn"], false);
    world.call("DeregisterScalableTarget", json!({})).unwrap();
    assert_eq!(world.describe("DescribeScalingPolicies")["ScalingPolicies"], json!([]));
    assert_eq!(
        world.call("DeregisterScalableTarget", json!({})).unwrap_err().code,
        "ObjectNotFoundException"
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_has_the_configuration_of_its_type() {
    let world = World::new();
    world.call("RegisterScalableTarget", json!({"MinCapacity": 1, "MaxCapacity": 2})).unwrap();
    let step = json!({"PolicyName": "s", "PolicyType": "StepScaling"});
    let refusal = world.call("PutScalingPolicy", step).unwrap_err();
    assert!(refusal.message.contains("StepScalingPolicyConfiguration is required"), "{refusal}");
    let untyped = json!({"PolicyName": "s"});
    assert!(world.call("PutScalingPolicy", untyped).unwrap_err().message.contains("PolicyType is required"));
    let delete = json!({"PolicyName": "s"});
    assert_eq!(world.call("DeleteScalingPolicy", delete).unwrap_err().code, "ObjectNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_scheduled_action_keeps_what_is_not_given_but_its_times() {
    let world = World::new();
    world.call("RegisterScalableTarget", json!({"MinCapacity": 1, "MaxCapacity": 2})).unwrap();
    let name = |more: Value| {
        let mut input = json!({"ScheduledActionName": "night"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let action = json!({"MinCapacity": 0});
    let first = name(
        json!({"Schedule": "cron(0 1 * * ? *)", "StartTime": 1_800_000_000, "ScalableTargetAction": action}),
    );
    world.call("PutScheduledAction", first).unwrap();
    world.call("PutScheduledAction", name(json!({"Timezone": "Asia/Seoul"}))).unwrap();
    let kept = world.describe("DescribeScheduledActions")["ScheduledActions"][0].clone();
    assert_eq!((&kept["Schedule"], &kept["Timezone"]), (&json!("cron(0 1 * * ? *)"), &json!("Asia/Seoul")));
    assert!(kept.get("StartTime").is_none());
    let refusal = world.call("PutScheduledAction", name(json!({"Schedule": "daily"}))).unwrap_err();
    assert!(refusal.message.contains("Schedule expressions"), "{refusal}");
    world.call("DeleteScheduledAction", name(json!({}))).unwrap();
    assert_eq!(world.describe("DescribeScheduledActions")["ScheduledActions"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn tags_go_by_the_target_s_arn() {
    let world = World::new();
    let input = json!({"MinCapacity": 1, "MaxCapacity": 2, "Tags": {"a": "1"}});
    let arn = world.call("RegisterScalableTarget", input).unwrap()["ScalableTargetARN"].clone();
    world.about("TagResource", json!({"ResourceARN": arn, "Tags": {"b": "2"}})).unwrap();
    world.about("UntagResource", json!({"ResourceARN": arn, "TagKeys": ["a"]})).unwrap();
    let tags = world.about("ListTagsForResource", json!({"ResourceARN": arn})).unwrap();
    assert_eq!(tags, json!({"Tags": {"b": "2"}}));
    let other = "arn:aws:application-autoscaling:r:123456789012:scalable-target/1";
    let refusal = world.about("ListTagsForResource", json!({"ResourceARN": other})).unwrap_err();
    assert_eq!(refusal.code, "ResourceNotFoundException");
}
