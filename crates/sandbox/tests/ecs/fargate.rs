use serde_json::{Value, json};

use crate::world::{World, advance, all_refused, on_fargate, over};

#[tokio::test(start_paused = true)]
async fn a_fargate_service_has_a_platform_and_a_network_in_aws_s_form() {
    let world = World::new();
    let behind = world.put_up("application");
    let made = world.create(behind.service(json!({})));
    assert_eq!((&made["platformVersion"], &made["platformFamily"]), (&json!("LATEST"), &json!("Linux")));
    assert_eq!(made["deployments"][0]["platformVersion"], "1.4.0");
    assert_eq!(made["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"], "DISABLED");
    assert_eq!(made["healthCheckGracePeriodSeconds"], 0);
}

#[tokio::test(start_paused = true)]
async fn networks_and_target_groups_that_do_not_fit_are_refused() {
    let world = World::new();
    let behind = world.put_up("application");
    let vpc = |subnets: Value, groups: Value| {
        let vpc = json!({"subnets": subnets, "securityGroups": groups});
        json!({"networkConfiguration": {"awsvpcConfiguration": vpc}})
    };
    let behind_group = |arn: &str| json!({"loadBalancers": [behind.balancer(arn)]});
    let seventeen = vec![behind.subnets[0].clone(); 17];
    all_refused(
        vec![
            (
                json!({"networkConfiguration": null}),
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            ),
            (vpc(json!([]), json!([])), "subnets can not be empty"),
            (vpc(json!(["subnet-0"]), json!([])), "The subnet ID 'subnet-0' does not exist"),
            (vpc(json!(behind.subnets), json!(["sg-0"])), "The security group 'sg-0' does not exist"),
            (vpc(json!(seventeen), json!([])), "at most 16"),
            (behind_group(&behind.loose), "does not have an associated load balancer"),
            (behind_group("arn:aws:elasticloadbalancing:r:1:targetgroup/no/1"), "does not exist"),
            (json!({"platformVersion": "1.1.0"}), "PlatformUnknownException"),
            (
                json!({"taskDefinition": "app", "launchType": "EC2", "networkConfiguration": null}),
                "has target type ip, which is incompatible with the bridge network mode",
            ),
        ],
        |change| world.refused("CreateService", behind.service(change)),
    );
}

#[tokio::test(start_paused = true)]
async fn a_strategy_that_moves_traffic_needs_a_second_target_group_and_a_rule() {
    let world = World::new();
    let behind = world.put_up("application");
    let advanced = |more: Value| {
        let least = json!({
            "alternateTargetGroupArn": behind.green, "productionListenerRule": behind.listener,
            "roleArn": "arn:aws:iam::999999999999:role/infrastructure",
        });
        let balancer =
            over(behind.balancer(&behind.blue), json!({"advancedConfiguration": over(least, more)}));
        let strategy = json!({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5});
        json!({"loadBalancers": [balancer], "deploymentConfiguration": strategy})
    };
    all_refused(
        vec![
            (advanced(json!({"alternateTargetGroupArn": null})), "alternateTargetGroupArn must be specified"),
            (
                advanced(json!({"alternateTargetGroupArn": behind.loose})),
                "does not have an associated load balancer",
            ),
            (advanced(json!({"productionListenerRule": "arn:no"})), "The listener rule arn:no"),
            (advanced(json!({"roleArn": "arn:aws:iam::123456789012:role/nobody"})), "Unable to assume role"),
        ],
        |change| world.refused("CreateService", behind.service(change)),
    );
    world.create(behind.service(advanced(json!({}))));
    advance(45).await;
    world.update(json!({"forceNewDeployment": true}));
    advance(45).await;
    assert_eq!(world.web()["deployments"][0]["rolloutState"], "IN_PROGRESS");
    advance(300).await;
    assert_eq!(world.web()["deployments"][0]["rolloutState"], "COMPLETED");
}

#[tokio::test(start_paused = true)]
async fn traffic_behind_a_network_load_balancer_does_not_move_in_steps() {
    let world = World::new();
    let behind = world.put_up("network");
    let advanced = json!({
        "alternateTargetGroupArn": behind.green, "productionListenerRule": behind.listener,
        "roleArn": "arn:aws:iam::999999999999:role/infrastructure",
    });
    let balancer = over(behind.balancer(&behind.blue), json!({"advancedConfiguration": advanced}));
    let change = json!({
        "loadBalancers": [balancer],
        "deploymentConfiguration": {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 10.0}},
    });
    let refusal = world.refused("CreateService", behind.service(change));
    assert!(refusal.contains("CANARY deployment strategy is not supported"), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn a_role_that_tasks_may_assume_is_taken_by_its_name() {
    let world = World::new();
    let role = |name: &str, service: &str| {
        let statement = json!({
            "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service},
        });
        let trust = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust});
        world.call("iam", "CreateRole", input).unwrap();
    };
    role("tasks", "ecs-tasks.amazonaws.com");
    role("builds", "codebuild.amazonaws.com");
    let with = |role: &str| over(on_fargate("api"), json!({"executionRoleArn": role}));
    let made = world.ecs("RegisterTaskDefinition", with("tasks"));
    assert_eq!(made["taskDefinition"]["executionRoleArn"], "arn:aws:iam::123456789012:role/tasks");
    let refusal = world.refused("RegisterTaskDefinition", with("builds"));
    assert_eq!(refusal, "ClientException: Role is not valid.");
}
