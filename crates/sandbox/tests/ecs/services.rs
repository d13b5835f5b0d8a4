use serde_json::{Value, json};

use crate::world::{World, advance, all_refused, definition, over, service};

#[tokio::test(start_paused = true)]
async fn aws_fills_in_what_a_service_leaves_out() {
    let world = World::new();
    let made = world.create(json!({}));
    let expected = json!({
        "serviceArn": "arn:aws:ecs:ap-northeast-2:123456789012:service/test/web",
        "taskDefinition": "arn:aws:ecs:ap-northeast-2:123456789012:task-definition/app:1",
        "launchType": "EC2",
        "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"},
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": false, "rollback": false},
            "maximumPercent": 200, "minimumHealthyPercent": 100,
            "strategy": "ROLLING", "bakeTimeInMinutes": 0,
        },
        "availabilityZoneRebalancing": "ENABLED",
        "propagateTags": "NONE",
        "enableECSManagedTags": false,
        "enableExecuteCommand": false,
        "loadBalancers": [], "serviceRegistries": [], "placementConstraints": [], "placementStrategy": [],
        "status": "ACTIVE",
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&made[key], value, "{key}");
    }
    assert!(made.get("taskSets").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_service_gets_to_its_desired_count_over_some_seconds() {
    let world = World::new();
    let made = world.create(json!({}));
    assert_eq!((&made["runningCount"], &made["pendingCount"]), (&json!(0), &json!(2)));
    assert_eq!(made["deployments"][0]["rolloutState"], "IN_PROGRESS");
    advance(29).await;
    assert_eq!(world.web()["runningCount"], 0);
    advance(1).await;
    assert_eq!(world.web()["runningCount"], 2);
    assert_eq!(world.web()["deployments"][0]["rolloutState"], "IN_PROGRESS");
    advance(15).await;
    assert_eq!(world.web()["deployments"][0]["rolloutState"], "COMPLETED");
}

#[tokio::test(start_paused = true)]
async fn a_service_of_nothing_is_steady_at_once() {
    let world = World::new();
    let made = world.create(json!({"desiredCount": 0}));
    assert_eq!(made["deployments"][0]["rolloutState"], "COMPLETED");
}

#[tokio::test(start_paused = true)]
async fn another_task_definition_starts_a_deployment_beside_the_one_that_runs() {
    let world = World::new();
    world.create(json!({}));
    advance(60).await;
    world.ecs("RegisterTaskDefinition", definition("app"));
    let updated = world.update(json!({"taskDefinition": "app"}));
    let statuses: Vec<&Value> = (0..2).map(|at| &updated["deployments"][at]["status"]).collect();
    assert_eq!(statuses, ["PRIMARY", "ACTIVE"]);
    assert!(updated["deployments"][0]["taskDefinition"].as_str().unwrap().ends_with("app:2"));
    assert_eq!(updated["runningCount"], 2);
    advance(45).await;
    let steady = world.web();
    assert_eq!(steady["deployments"].as_array().unwrap().len(), 1);
    assert_eq!(steady["runningCount"], 2);
}

#[tokio::test(start_paused = true)]
async fn the_desired_count_moves_without_a_deployment() {
    let world = World::new();
    world.create(json!({}));
    advance(60).await;
    let id = world.web()["deployments"][0]["id"].clone();
    let updated = world.update(json!({"desiredCount": 1, "taskDefinition": "app:1"}));
    assert_eq!((&updated["desiredCount"], &updated["runningCount"]), (&json!(1), &json!(2)));
    advance(10).await;
    assert_eq!(world.web()["runningCount"], 1);
    assert_eq!(world.web()["deployments"][0]["id"], id);
    assert_eq!(world.web()["deployments"][0]["rolloutState"], "COMPLETED");
}

#[tokio::test(start_paused = true)]
async fn a_forced_deployment_needs_no_change() {
    let world = World::new();
    world.create(json!({}));
    advance(60).await;
    let updated = world.update(json!({"forceNewDeployment": true}));
    assert_eq!(updated["deployments"].as_array().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let world = World::new();
    world.create(json!({"deploymentConfiguration": {"maximumPercent": 150}, "propagateTags": "SERVICE"}));
    let updated = world.update(json!({"deploymentConfiguration": {"minimumHealthyPercent": 50}}));
    assert_eq!(updated["deploymentConfiguration"]["maximumPercent"], 150);
    assert_eq!(updated["deploymentConfiguration"]["minimumHealthyPercent"], 50);
    assert_eq!(updated["propagateTags"], "SERVICE");
    assert_eq!(updated["desiredCount"], 2);
}

#[tokio::test(start_paused = true)]
async fn the_same_creation_again_is_the_same_service_and_another_one_is_refused() {
    let world = World::new();
    let token = json!({"clientToken": "once"});
    let first = world.create(token.clone());
    assert_eq!(world.create(token), first);
    let refusal = world.refused("CreateService", service(json!({"desiredCount": 3})));
    assert_eq!(refusal, "InvalidParameterException: Creation of service was not idempotent.");
}

#[tokio::test(start_paused = true)]
async fn a_service_drains_before_it_is_inactive_and_is_forgotten_after_an_hour() {
    let world = World::new();
    world.create(json!({}));
    advance(60).await;
    let delete = |force: bool| {
        world.call("ecs", "DeleteService", json!({"cluster": "test", "service": "web", "force": force}))
    };
    let refusal = delete(false).unwrap_err();
    assert_eq!(refusal.message, "The service cannot be stopped while it is scaled above 0.");
    assert_eq!(delete(true).unwrap()["service"]["status"], "DRAINING");
    assert_eq!(world.ecs("ListServices", json!({"cluster": "test"}))["serviceArns"], json!([]));
    let refusal = world.refused("CreateService", service(json!({})));
    assert_eq!(refusal, "InvalidParameterException: Unable to Start a service that is still Draining.");
    assert!(world.update_refused(json!({"desiredCount": 1})).starts_with("ServiceNotActiveException"));
    advance(60).await;
    assert_eq!(world.web()["status"], "INACTIVE");
    assert_eq!(world.web()["runningCount"], 0);
    assert_eq!(delete(true).unwrap_err().code, "ServiceNotFoundException");
    advance(3600).await;
    let missing = world.ecs("DescribeServices", json!({"cluster": "test", "services": ["web"]}));
    let arn = "arn:aws:ecs:ap-northeast-2:123456789012:service/test/web";
    assert_eq!(missing, json!({"services": [], "failures": [{"arn": arn, "reason": "MISSING"}]}));
}

#[tokio::test(start_paused = true)]
async fn a_service_without_tasks_is_gone_soon_and_its_name_is_free() {
    let world = World::new();
    world.create(json!({"desiredCount": 0}));
    world.ecs("DeleteService", json!({"cluster": "test", "service": "web"}));
    advance(10).await;
    assert_eq!(world.web()["status"], "INACTIVE");
    assert_eq!(world.create(json!({}))["status"], "ACTIVE");
}

#[tokio::test(start_paused = true)]
async fn a_creation_that_aws_refuses_is_refused_in_its_words() {
    let world = World::new();
    let fargate = json!({"launchType": "FARGATE"});
    let daemon = json!({"schedulingStrategy": "DAEMON", "desiredCount": null});
    let balancer = |container: &str, port: u16| {
        let entry = json!({"targetGroupArn": "tg", "containerName": container, "containerPort": port});
        json!({"loadBalancers": [entry]})
    };
    let strategy = |configuration: Value| json!({"deploymentConfiguration": configuration});
    all_refused(
        vec![
            (json!({"cluster": "no"}), "ClusterNotFoundException"),
            (json!({"taskDefinition": "no"}), "ClientException: TaskDefinition not found."),
            (json!({"taskDefinition": null}), "TaskDefinition can not be blank."),
            (json!({"desiredCount": null}), "desiredCount parameter is required"),
            (over(daemon.clone(), json!({"desiredCount": 1})), "not supported for the DAEMON"),
            (over(daemon, fargate.clone()), "daemon scheduling strategy is not supported for the FARGATE"),
            (fargate.clone(), "Task definition does not support launch_type FARGATE."),
            (
                over(fargate.clone(), json!({"placementStrategy": [{"type": "random"}]})),
                "Placement strategies are not supported with FARGATE launch type.",
            ),
            (
                over(fargate, json!({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]})),
                "Specifying both a launch type and capacity provider strategy is not supported",
            ),
            (
                json!({"platformVersion": "1.4.0"}),
                "The platform version must be null when specifying an EC2 launch type",
            ),
            (
                json!({"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}}),
                "Network Configuration is not valid for the given networkMode of this task definition.",
            ),
            (balancer("no", 8080), "The container no does not exist in the task definition."),
            (balancer("web", 80), "The container web did not have a container port 80 defined."),
            (
                json!({"deploymentController": {"type": "CODE_DEPLOY"}}),
                "the service requires an Application Load Balancer or Network Load Balancer",
            ),
            (json!({"healthCheckGracePeriodSeconds": 5}), "Health check grace period is only valid"),
            (strategy(json!({"strategy": "CANARY"})), "canaryConfiguration must be specified"),
            (strategy(json!({"strategy": "LINEAR"})), "linearConfiguration must be specified"),
            (strategy(json!({"minimumHealthyPercent": 101})), "minimumHealthyPercent must be at most 100"),
            (json!({"serviceName": "a b"}), "Invalid service name"),
        ],
        |change| world.refused("CreateService", service(change)),
    );
    assert_eq!(world.ecs("ListServices", json!({"cluster": "test"}))["serviceArns"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_is_refused_by_name() {
    let world = World::new();
    assert!(world.update_refused(json!({})).starts_with("ServiceNotFoundException"));
    let refusal = world.refused("DeleteService", json!({"cluster": "test", "service": "web"}));
    assert_eq!(refusal, "ServiceNotFoundException: Service not found.");
    let eleven: Vec<String> = (0..11).map(|n| n.to_string()).collect();
    let refusal = world.refused("DescribeServices", json!({"cluster": "test", "services": eleven}));
    assert!(refusal.starts_with("InvalidParameterException"), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn services_are_listed_ten_at_a_time() {
    let world = World::new();
    for at in 0..12 {
        world.create(json!({"serviceName": format!("s{at}")}));
    }
    let first = world.ecs("ListServices", json!({"cluster": "test"}));
    assert_eq!(first["serviceArns"].as_array().unwrap().len(), 10);
    let rest = world.ecs("ListServices", json!({"cluster": "test", "nextToken": first["nextToken"]}));
    assert_eq!(rest["serviceArns"].as_array().unwrap().len(), 2);
    let described = world.ecs("DescribeClusters", json!({"clusters": ["test"]}));
    assert_eq!(described["clusters"][0]["activeServicesCount"], 12);
}

#[tokio::test(start_paused = true)]
async fn every_deployment_is_in_the_history() {
    let world = World::new();
    world.create(json!({}));
    let history = |status: Value| {
        let input = json!({"cluster": "test", "service": "web", "status": status});
        world.ecs("ListServiceDeployments", input)["serviceDeployments"].clone()
    };
    assert_eq!(history(json!(["IN_PROGRESS"])).as_array().unwrap().len(), 1);
    world.update(json!({"forceNewDeployment": true}));
    advance(45).await;
    let all = history(json!([]));
    assert_eq!((&all[0]["status"], &all[1]["status"]), (&json!("SUCCESSFUL"), &json!("STOPPED")));
    let arn = &all[0]["serviceDeploymentArn"];
    let full = world.ecs("DescribeServiceDeployments", json!({"serviceDeploymentArns": [arn]}));
    assert_eq!(full["serviceDeployments"][0]["targetServiceRevision"]["runningTaskCount"], 2);
}

#[tokio::test(start_paused = true)]
async fn the_tasks_of_a_service_are_as_many_as_it_runs() {
    let world = World::new();
    world.create(json!({}));
    let tasks =
        || world.ecs("ListTasks", json!({"cluster": "test", "serviceName": "web"}))["taskArns"].clone();
    let before = tasks();
    assert_eq!(before.as_array().unwrap().len(), 2);
    let described = world.ecs("DescribeTasks", json!({"cluster": "test", "tasks": before}));
    assert_eq!(described["tasks"][0]["lastStatus"], "PENDING");
    advance(45).await;
    assert_eq!(tasks(), before);
    let described = world.ecs("DescribeTasks", json!({"cluster": "test", "tasks": [before[0], "none"]}));
    assert_eq!(described["tasks"][0]["lastStatus"], "RUNNING");
    assert_eq!(described["tasks"][0]["containers"][0]["name"], "web");
    assert_eq!(described["failures"][0]["reason"], "MISSING");
}

#[tokio::test(start_paused = true)]
async fn the_state_survives_being_written_down() {
    let world = World::new();
    world.create(json!({"tags": [{"key": "k", "value": "v"}]}));
    let text = serde_json::to_string(&world.aws.state()).unwrap();
    let again = World { aws: recon_sandbox::Sandbox::new(serde_json::from_str(&text).unwrap()) };
    assert_eq!(again.web(), world.web());
    advance(45).await;
    assert_eq!(again.web()["runningCount"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_capacity_provider_strategy_takes_the_place_of_a_launch_type_and_gives_it_back() {
    let world = World::new();
    let strategy = json!([{"capacityProvider": "FARGATE", "weight": 1}]);
    let refused = world.refused("CreateService", service(json!({"capacityProviderStrategy": strategy})));
    assert!(refused.contains("not associated with the cluster"), "{refused}");

    world.aws.edit(|account| {
        let region = account.regions.get_mut(crate::world::REGION).unwrap();
        region.ecs.clusters.get_mut("test").unwrap().document["capacityProviders"] = json!(["own"]);
    });
    world.create(json!({}));
    let moved = world.update(json!({"capacityProviderStrategy": [{"capacityProvider": "own"}]}));
    assert!(moved.get("launchType").is_none());
    assert_eq!(
        moved["capacityProviderStrategy"],
        json!([{"capacityProvider": "own", "weight": 0, "base": 0}])
    );
    let back = world.update(json!({"capacityProviderStrategy": []}));
    assert_eq!(back["launchType"], "EC2");
    assert!(back.get("capacityProviderStrategy").is_none());
}
