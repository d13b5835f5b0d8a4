//! Identities, namespaces, topics, notifications, scaling, alarms and keys: built,
//! changed from both sides, replaced, removed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_acceptance::{World, outline, stack, touched};
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

/// Builds, ends everything, and finds the account as it was.
async fn comes_and_goes(toml: &str) {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    world.converge(&stack(toml)).await;
    assert_ne!(world.sandbox.state().remains(), before);
    world.destroy(&stack(toml)).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

/// With everything taken out of the TOML, the account is as it was.
async fn goes_when_removed(toml: &str) {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    world.converge(&stack(toml)).await;
    world.converge(&stack("")).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

/// From one TOML to the other, the plan touches exactly that.
async fn changes(from: &str, to: &str, expected: &[&str]) {
    let world = World::new().await;
    world.converge(&stack(from)).await;
    let planned = world.plan(&stack(to)).await;
    assert_eq!(touched(&planned.plan), expected, "{}", outline(&planned.plan));
    world.converge(&stack(to)).await;
}

fn with(toml: &str, from: &str, to: &str) -> String {
    assert!(toml.contains(from), "{from} is not in the TOML");
    toml.replace(from, to)
}

#[tokio::test(start_paused = true)]
async fn identities_come_and_go() {
    comes_and_goes(IAM).await;
    goes_when_removed(IAM).await;
}

#[tokio::test(start_paused = true)]
async fn every_identity_changes_in_place_in_what_may_change() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("codecommit:GitPush", "codecommit:GitPull", &["update iam.policy.push document"]),
        ("logs:GetLogEvents", "logs:FilterLogEvents", &["update iam.user.deploy inline.logs"]),
        (r#"members = ["deploy"]"#, "", &["update iam.group.deploy members"]),
        (r#"managed = ["push"]"#, "", &["update iam.group.deploy managed"]),
        (
            r#"name = "deployer""#,
            "name = \"deployer\"\ntags = { a = \"b\" }",
            &["update iam.user.deploy tags.a"],
        ),
        (r#"name = "deployer""#, "name = \"deployer\"\npath = \"/ci/\"", &["update iam.user.deploy path"]),
        (
            r#"name    = "deployers""#,
            "name = \"deployers\"\npath = \"/ci/\"",
            &["update iam.group.deploy path"],
        ),
        (
            r#"service_name = "codecommit.amazonaws.com""#,
            "service_name = \"codecommit.amazonaws.com\"\nstatus = \"Inactive\"",
            &["update iam.service_credential.git status"],
        ),
    ];
    for (from, to, expected) in cases {
        changes(IAM, &with(IAM, from, to), expected).await;
        // and back: a field taken out is as if it had never been said
        let world = World::new().await;
        world.converge(&stack(&with(IAM, from, to))).await;
        world.converge(&stack(IAM)).await;
    }
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
async fn what_happens_to_identities_behind_recons_back_is_seen_and_set_right() {
    let world = World::new().await;
    world.converge(&stack(IAM)).await;
    call(&world, "iam", "RemoveUserFromGroup", json!({"GroupName": "deployers", "UserName": "deployer"}));
    call(&world, "iam", "DeleteUserPolicy", json!({"UserName": "deployer", "PolicyName": "logs"}));
    let planned = world.plan(&stack(IAM)).await;
    assert_eq!(
        touched(&planned.plan),
        ["update iam.user.deploy inline.logs", "update iam.group.deploy members"],
        "{}",
        outline(&planned.plan)
    );
    world.converge(&stack(IAM)).await;
}

#[tokio::test(start_paused = true)]
async fn an_identity_of_another_name_is_another_one() {
    let world = World::new().await;
    world.converge(&stack(IAM)).await;
    for (from, to) in [
        (r#""deployer""#, r#""robot""#),
        (r#"name     = "push""#, r#"name = "pusher""#),
        (r#""deployers""#, r#""robots""#),
    ] {
        let toml = with(IAM, from, to);
        let planned = world.plan(&stack(&toml)).await;
        assert!(outline(&planned.plan).contains("replace"), "{}", outline(&planned.plan));
        world.converge(&stack(&toml)).await;
        world.converge(&stack(IAM)).await;
    }
    let users = call(&world, "iam", "ListUsers", json!({}));
    assert_eq!(users["Users"].as_array().map(Vec::len), Some(1), "{users}");
    let groups = call(&world, "iam", "ListGroups", json!({}));
    assert_eq!(groups["Groups"].as_array().map(Vec::len), Some(1), "{groups}");
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
    let line = format!("service_name = \"codecommit.amazonaws.com\"\npassword_file = \"{}\"", file.display());
    let toml = with(IAM, r#"service_name = "codecommit.amazonaws.com""#, &line);
    let world = World::new().await;
    world.converge(&stack(&toml)).await;
    let password = std::fs::read_to_string(&file).unwrap();
    assert!(password.starts_with("sandbox-"), "{password}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    world.destroy(&stack(&toml)).await;
    let planned = world.plan(&stack(&toml)).await;
    let report = world.try_apply(&planned).await;
    let error = &report.failed.first().expect("the file is there").error;
    assert!(error.contains("is there already"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), password);
}

const NAMESPACES: &str = r#"
    [servicediscovery.namespace.http]
    name        = "shop"
    description = "by API"

    [servicediscovery.namespace.dns]
    name       = "shop.internal"
    type       = "DNS_PRIVATE"
    vpc        = "default"
    properties = { dns_properties = { soa = { ttl = 30 } } }
"#;

#[tokio::test(start_paused = true)]
async fn namespaces_come_and_go() {
    comes_and_goes(NAMESPACES).await;
    goes_when_removed(NAMESPACES).await;
}

#[tokio::test(start_paused = true)]
async fn a_namespace_changes_in_place_but_for_its_type_and_name() {
    let to = with(NAMESPACES, "by API", "by Cloud Map");
    changes(NAMESPACES, &to, &["update servicediscovery.namespace.http description"]).await;
    let to = with(NAMESPACES, "ttl = 30", "ttl = 60");
    let path = "update servicediscovery.namespace.dns properties.dns_properties.soa.ttl";
    changes(NAMESPACES, &to, &[path]).await;
    let to = with(NAMESPACES, r#""shop""#, r#""market""#);
    changes(NAMESPACES, &to, &["replace servicediscovery.namespace.http name"]).await;
    let other = "name = \"shop\"\ntype = \"DNS_PRIVATE\"\nvpc = \"default\"";
    let to = with(NAMESPACES, r#"name        = "shop""#, other);
    changes(NAMESPACES, &to, &["replace servicediscovery.namespace.http type"]).await;
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
async fn scaling_comes_and_goes() {
    comes_and_goes(SCALING).await;
    goes_when_removed(SCALING).await;
}

#[tokio::test(start_paused = true)]
async fn scaling_changes_in_place() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("max_capacity = 4", "max_capacity = 8", &["update autoscaling.target.api max_capacity"]),
        (
            "max_capacity = 4",
            "max_capacity = 4\nsuspended_state = { dynamic_scaling_in_suspended = true }",
            &["update autoscaling.target.api suspended_state.dynamic_scaling_in_suspended"],
        ),
        (
            "cron(0 22 * * ? *)",
            "cron(0 23 * * ? *)",
            &["update autoscaling.target.api scheduled_actions[night].schedule"],
        ),
        (
            "min_capacity = 1",
            "min_capacity = 1\ntags = { a = \"b\" }",
            &["update autoscaling.target.api tags.a"],
        ),
        (
            "target_value                    = 60",
            "target_value = 70",
            &["update autoscaling.policy.cpu target_tracking_scaling_policy_configuration.target_value"],
        ),
        (r#""cpu""#, r#""processor""#, &["replace autoscaling.policy.cpu name"]),
    ];
    for (from, to, expected) in cases {
        changes(SCALING, &with(SCALING, from, to), expected).await;
        let world = World::new().await;
        world.converge(&stack(&with(SCALING, from, to))).await;
        world.converge(&stack(SCALING)).await;
    }
}

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

const NOTICES: &str = r#"
    [sns.topic.ops]
    name          = "ops"
    subscriptions = [
        { protocol = "sqs", endpoint = "arn:aws:sqs:ap-northeast-2:123456789012:ops" },
        { protocol = "email", endpoint = "ops@example.com" },
    ]

    [codedeploy.application.api]
    name = "api"

    [notifications.rule.api]
    name           = "api"
    resource       = "codedeploy.application.api"
    detail_type    = "FULL"
    targets        = ["ops"]
    event_type_ids = ["codedeploy-application-deployment-failed"]

    [cloudwatch.alarm.high]
    name                = "high"
    namespace           = "AWS/ECS"
    metric_name         = "CPUUtilization"
    dimensions          = { ClusterName = "c" }
    statistic           = "Average"
    period              = 60
    evaluation_periods  = 3
    threshold           = 80
    comparison_operator = "GreaterThanThreshold"
    alarm_actions       = ["ops"]
"#;

#[tokio::test(start_paused = true)]
async fn topics_rules_and_alarms_come_and_go() {
    comes_and_goes(NOTICES).await;
    goes_when_removed(NOTICES).await;
}

#[tokio::test(start_paused = true)]
async fn topics_rules_and_alarms_change_in_place() {
    let policy = r#"attributes.policy = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "codestar-notifications.amazonaws.com" }, Action = "SNS:Publish", Resource = "*" }] }"#;
    let named = |line: &str| format!("name          = \"ops\"\n{line}");
    let ops = r#"name          = "ops""#;
    let sqs = "endpoint = \"arn:aws:sqs:ap-northeast-2:123456789012:ops\"";
    let raw = format!("{sqs}, attributes = {{ raw_message_delivery = true }}");
    let filter = format!("{sqs}, attributes = {{ filter_policy = {{ kind = [\"a\"] }} }}");
    let at = "subscriptions[arn:aws:sqs:ap-northeast-2:123456789012:ops].attributes";
    let mail = r#"{ protocol = "email", endpoint = "ops@example.com" },"#;
    let phone = r#"{ protocol = "sms", endpoint = "+4915112345" }, { protocol = "email", endpoint = "ops@example.com" },"#;
    let cases: &[(&str, &str, &[&str])] = &[
        (ops, &named("attributes.display_name = \"Ops\""), &["update sns.topic.ops attributes.display_name"]),
        (
            ops,
            &named("attributes.signature_version = \"2\""),
            &["update sns.topic.ops attributes.signature_version"],
        ),
        (ops, &named(policy), &["update sns.topic.ops attributes.policy"]),
        (ops, &named("tags = { a = \"b\" }"), &["update sns.topic.ops tags.a"]),
        (sqs, &raw, &[&format!("update sns.topic.ops {at}.raw_message_delivery")]),
        (mail, phone, &["update sns.topic.ops subscriptions[+4915112345]"]),
        ("FULL", "BASIC", &["update notifications.rule.api detail_type"]),
        ("deployment-failed", "deployment-started", &["update notifications.rule.api event_type_ids"]),
        ("\"FULL\"", "\"FULL\"\nstatus = \"DISABLED\"", &["update notifications.rule.api status"]),
        ("\"FULL\"", "\"FULL\"\ntags = { a = \"b\" }", &["update notifications.rule.api tags.a"]),
        ("threshold           = 80", "threshold = 90", &["update cloudwatch.alarm.high threshold"]),
        (r#"alarm_actions       = ["ops"]"#, "", &["update cloudwatch.alarm.high alarm_actions"]),
        ("\"high\"", "\"high\"\nactions_enabled = false", &["update cloudwatch.alarm.high actions_enabled"]),
        ("\"high\"", "\"high\"\ntags = { a = \"b\" }", &["update cloudwatch.alarm.high tags.a"]),
        ("\"high\"", "\"higher\"", &["replace cloudwatch.alarm.high name"]),
    ];
    for (from, to, expected) in cases {
        changes(NOTICES, &with(NOTICES, from, to), expected).await;
        let world = World::new().await;
        world.converge(&stack(&with(NOTICES, from, to))).await;
        world.converge(&stack(NOTICES)).await;
    }
    let world = World::new().await;
    world.converge(&stack(&with(NOTICES, sqs, &filter))).await;
    world.converge(&stack(NOTICES)).await;
}

#[tokio::test(start_paused = true)]
async fn a_rule_of_another_name_is_the_same_rule_and_one_of_another_resource_is_not() {
    let world = World::new().await;
    world.converge(&stack(NOTICES)).await;
    let renamed = with(
        NOTICES,
        "[notifications.rule.api]\n    name           = \"api\"",
        "[notifications.rule.api]\nname = \"web\"",
    );
    let planned = world.plan(&stack(&renamed)).await;
    assert_eq!(touched(&planned.plan), ["update notifications.rule.api name"]);
    world.converge(&stack(&renamed)).await;
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
async fn keys_come_and_go() {
    comes_and_goes(KEYS).await;
    goes_when_removed(KEYS).await;
}

#[tokio::test(start_paused = true)]
async fn a_key_changes_in_place_but_for_what_it_is() {
    let rotation = "enable_key_rotation    = true";
    let policy = r#"alias = "alias/builds"
        policy = { Version = "2012-10-17", Statement = [{ Sid = "all", Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" }] }"#;
    let alias = r#"alias                  = "alias/builds""#;
    let cases: &[(&str, &str, &[&str])] = &[
        ("what the builds leave", "artifacts", &["update kms.key.builds description"]),
        (rotation, "", &["update kms.key.builds enable_key_rotation"]),
        (
            rotation,
            "enable_key_rotation = true\nrotation_period_in_days = 90",
            &["update kms.key.builds rotation_period_in_days"],
        ),
        (rotation, "enable_key_rotation = true\nenabled = false", &["update kms.key.builds enabled"]),
        (rotation, "enable_key_rotation = true\ntags = { a = \"b\" }", &["update kms.key.builds tags.a"]),
        (alias, "alias = \"alias/made\"", &["update kms.key.builds alias"]),
        (alias, policy, &["update kms.key.builds policy"]),
        (
            rotation,
            "enable_key_rotation = true\nmulti_region = true",
            &["replace kms.key.builds multi_region"],
        ),
    ];
    for (from, to, expected) in cases {
        changes(KEYS, &with(KEYS, from, to), expected).await;
        let world = World::new().await;
        world.converge(&stack(&with(KEYS, from, to))).await;
        world.converge(&stack(KEYS)).await;
    }
}

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

#[tokio::test(start_paused = true)]
async fn the_example_with_scaling_and_alarms_is_built_and_destroyed() {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    let stack = recon_acceptance::read(&recon_acceptance::root().join("examples/c-nlb"));
    world.converge(&stack).await;
    world.destroy(&stack).await;
    assert_eq!(world.sandbox.state().remains(), before);
}
