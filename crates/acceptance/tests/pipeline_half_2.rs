//! What identities, scaling and keys do beyond taking every value of every field,
//! which the matrix shows, and beyond coming and going, which `ownership` does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_acceptance::{World, head, outline, read, stack};
use serde_json::{Value, json};

const IAM: &str = r#"
    [iam.user.deploy]
    name = "deployer"
    inline.logs = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "logs:GetLogEvents", Resource = "*" }] }

    [iam.policy.push]
    name     = "push"
    document = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "codecommit:GitPush", Resource = "*" }] }

    [iam.group.deploy]
    name    = "deployers"
    members = ["deploy"]
    managed = ["push"]

    [iam.service_credential.git]
    user         = "deploy"
    service_name = "codecommit.amazonaws.com"
"#;

fn call(world: &World, service: &str, operation: &str, input: Value) -> Value {
    world
        .sandbox
        .call(service, operation, "ap-northeast-2", &input)
        .unwrap_or_else(|refusal| panic!("{operation}: {refusal:?}"))
}

fn with(toml: &str, from: &str, to: &str) -> String {
    assert!(toml.contains(from), "{from} is not in the TOML");
    toml.replace(from, to)
}

#[tokio::test(start_paused = true)]
async fn a_policy_may_change_more_often_than_aws_keeps_versions() {
    let world = World::new().await;
    for n in 0..8 {
        let toml = with(IAM, "codecommit:GitPush", &format!("codecommit:Get{n}"));
        world.converge(&stack(&toml)).await;
    }
    let arn = "arn:aws:iam::123456789012:policy/push";
    let versions = call(&world, "iam", "ListPolicyVersions", json!({"PolicyArn": arn}));
    assert_eq!(versions["Versions"].as_array().map(Vec::len), Some(5));
    let oldest = versions["Versions"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
    assert_eq!(oldest["VersionId"], "v4");
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_somebody_else_made_is_left_alone() {
    let world = World::new().await;
    let only_user = "[iam.user.deploy]\nname = \"deployer\"\n";
    world.converge(&stack(only_user)).await;
    let input = json!({"UserName": "deployer", "ServiceName": "codecommit.amazonaws.com"});
    call(&world, "iam", "CreateServiceSpecificCredential", input);
    let planned = world.plan(&stack(IAM)).await;
    assert!(outline(&planned.plan).contains("NOT_OWNED"), "{}", outline(&planned.plan));
    world.converge(&stack(only_user)).await;
    let all = call(&world, "iam", "ListServiceSpecificCredentials", json!({"UserName": "deployer"}));
    assert_eq!(all["ServiceSpecificCredentials"].as_array().map(Vec::len), Some(1));
}

#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn the_password_is_written_for_the_owner_alone_and_over_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    let line = "service_name = \"codecommit.amazonaws.com\"\npassword_file = \"password\"";
    let toml = with(IAM, r#"service_name = "codecommit.amazonaws.com""#, line);
    std::fs::write(folder.path().join("stack.toml"), head("test") + &toml).unwrap();
    let stack = read(folder.path());
    let world = World::new().await;
    world.converge(&stack).await;
    let password = std::fs::read_to_string(&file).unwrap();
    assert!(password.starts_with("sandbox-"), "{password}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    world.destroy(&stack).await;
    let planned = world.plan(&stack).await;
    let report = world.try_apply(&planned).await;
    let error = &report.failed.first().expect("the file is there").error;
    assert!(error.contains("is there already"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), password);
}

const SCALING: &str = r#"
    [ecs.cluster.c]
    name = "c"

    [ecs.task_definition.api]
    family       = "api"
    network_mode = "bridge"
    container_definitions = [{ name = "api", image = "api:1", memory = 128 }]

    [ecs.service.api]
    name            = "api"
    cluster         = "c"
    task_definition = "api"
    launch_type     = "EXTERNAL"
    desired_count   = 1

    [autoscaling.target.api]
    resource     = "api"
    min_capacity = 1
    max_capacity = 4
    scheduled_actions = [{ name = "night", schedule = "cron(0 22 * * ? *)", scalable_target_action = { max_capacity = 2 } }]

    [autoscaling.policy.cpu]
    name   = "cpu"
    target = "api"

    [autoscaling.policy.cpu.target_tracking_scaling_policy_configuration]
    target_value                    = 60
    predefined_metric_specification = { predefined_metric_type = "ECSServiceAverageCPUUtilization" }
"#;

#[tokio::test(start_paused = true)]
async fn a_scaling_policy_that_is_declared_no_more_goes_and_others_stay() {
    let world = World::new().await;
    world.converge(&stack(SCALING)).await;
    let target = json!({
        "ServiceNamespace": "ecs", "ResourceId": "service/c/api", "ScalableDimension": "ecs:service:DesiredCount",
    });
    let mut by_hand = target.clone();
    by_hand["PolicyName"] = json!("by hand");
    by_hand["PolicyType"] = json!("TargetTrackingScaling");
    by_hand["TargetTrackingScalingPolicyConfiguration"] = json!({
        "TargetValue": 50.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageMemoryUtilization"},
    });
    call(&world, "application-autoscaling", "PutScalingPolicy", by_hand);
    let without = SCALING.split("[autoscaling.policy.cpu]").next().unwrap_or_default();
    world.converge(&stack(without)).await;
    let left = call(&world, "application-autoscaling", "DescribeScalingPolicies", target);
    assert_eq!(left["ScalingPolicies"][0]["PolicyName"], "by hand");
    assert_eq!(left["ScalingPolicies"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_scaled_service_has_its_number_of_tasks_from_its_target() {
    let world = World::new().await;
    world.converge(&stack(SCALING)).await;
    let input = json!({"cluster": "c", "service": "api", "desiredCount": 3});
    call(&world, "ecs", "UpdateService", input);
    let planned = world.plan(&stack(SCALING)).await;
    assert!(planned.plan.is_empty(), "{}", outline(&planned.plan));
    // without the target the number is the stack's own again
    let unscaled = SCALING.split("[autoscaling.target.api]").next().unwrap_or_default();
    let planned = world.plan(&stack(unscaled)).await;
    assert!(outline(&planned.plan).contains("desired_count: 3 -> 1"), "{}", outline(&planned.plan));
}

const KEYS: &str = r#"
    [kms.key.builds]
    alias                  = "alias/builds"
    description            = "what the builds leave"
    enable_key_rotation    = true
    pending_window_in_days = 7

    [lookup.kms_alias.other]
    name = "alias/other"
"#;

#[tokio::test(start_paused = true)]
async fn a_key_waits_for_its_end_as_long_as_the_stack_says() {
    let world = World::new().await;
    world.converge(&stack(KEYS)).await;
    let key = call(&world, "kms", "DescribeKey", json!({"KeyId": "alias/builds"}))["KeyMetadata"].clone();
    world.destroy(&stack(KEYS)).await;
    let after = call(&world, "kms", "DescribeKey", json!({"KeyId": key["KeyId"]}))["KeyMetadata"].clone();
    assert_eq!(after["KeyState"], "PendingDeletion");
    let days = (after["DeletionDate"].as_f64().unwrap() - key["CreationDate"].as_f64().unwrap()) / 86_400.0;
    assert!((6.9..7.1).contains(&days), "{days}");
    // and the same stack can be built again while it waits
    world.converge(&stack(KEYS)).await;
}

#[tokio::test(start_paused = true)]
async fn a_lookup_finds_the_key_behind_an_alias() {
    let toml = r#"
        [lookup.kms_alias.shared]
        name = "alias/shared"

        [logs.log_group.api]
        name    = "/api"
        kms_key = "shared"
    "#;
    let world = World::new().await;
    let planned = world.plan(&stack(toml)).await;
    assert!(outline(&planned.plan).contains("LOOKUP"), "{}", outline(&planned.plan));
    let key = call(&world, "kms", "CreateKey", json!({}))["KeyMetadata"].clone();
    call(&world, "kms", "CreateAlias", json!({"AliasName": "alias/shared", "TargetKeyId": key["KeyId"]}));
    world.converge(&stack(toml)).await;
    let groups = call(&world, "logs", "DescribeLogGroups", json!({}));
    assert_eq!(groups["logGroups"][0]["kmsKeyId"], key["Arn"]);
}
