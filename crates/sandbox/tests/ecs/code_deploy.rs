use serde_json::{Value, json};

use crate::world::{Behind, REGION, World, advance, all_refused, on_fargate, over};

fn deployed_by_code_deploy() -> (World, Behind, Value) {
    let world = World::new();
    let behind = world.put_up("application");
    let made = world.create(behind.service(json!({"deploymentController": {"type": "CODE_DEPLOY"}})));
    (world, behind, made)
}

#[tokio::test(start_paused = true)]
async fn a_code_deploy_service_has_a_primary_task_set_and_no_deployments() {
    let (world, behind, made) = deployed_by_code_deploy();
    assert_eq!(made["deployments"], json!([]));
    assert_eq!(made["deploymentConfiguration"], json!({"maximumPercent": 200, "minimumHealthyPercent": 100}));
    let set = &made["taskSets"][0];
    assert_eq!((&set["status"], &set["stabilityStatus"]), (&json!("PRIMARY"), &json!("STABILIZING")));
    assert_eq!((&set["computedDesiredCount"], &set["scale"]["value"]), (&json!(2), &json!(100.0)));
    assert_eq!(set["loadBalancers"], json!([behind.balancer(&behind.blue)]));
    advance(30).await;
    let web = world.web();
    assert_eq!(
        (&web["runningCount"], &web["taskSets"][0]["stabilityStatus"]),
        (&json!(2), &json!("STEADY_STATE"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_code_deploy_service_of_nothing_is_steady_at_once() {
    let world = World::new();
    let behind = world.put_up("application");
    let more = json!({"deploymentController": {"type": "CODE_DEPLOY"}, "desiredCount": 0});
    let made = world.create(behind.service(more));
    assert_eq!(made["taskSets"][0]["stabilityStatus"], "STEADY_STATE");
}

#[tokio::test(start_paused = true)]
async fn what_only_the_ecs_controller_does_is_refused_to_code_deploy() {
    let world = World::new();
    let behind = world.put_up("application");
    let breaker = json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true}});
    let two = json!([behind.balancer(&behind.blue), behind.balancer(&behind.green)]);
    all_refused(
        vec![
            (json!({"deploymentConfiguration": breaker}), "circuit breaker is not supported"),
            (
                json!({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}),
                "BLUE_GREEN deployment strategy",
            ),
            (json!({"loadBalancers": two}), "Multiple target groups are not supported"),
            (json!({"loadBalancers": []}), "requires an Application Load Balancer or Network Load Balancer"),
        ],
        |change| {
            let more = over(json!({"deploymentController": {"type": "CODE_DEPLOY"}}), change);
            world.refused("CreateService", behind.service(more))
        },
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_must_not_even_name_what_code_deploy_deploys() {
    let (world, _, made) = deployed_by_code_deploy();
    let same = |key: &str| json!({key: made[key]});
    let remedy = "on services with a CODE_DEPLOY deployment controller. \
                  Use AWS CodeDeploy to trigger a new deployment.";
    for (change, what) in [
        (same("taskDefinition"), "Unable to update task definition"),
        (same("networkConfiguration"), "Unable to update network parameters"),
        (same("loadBalancers"), "Unable to update load balancers"),
        (same("platformVersion"), "Unable to update platform version"),
        (same("serviceRegistries"), "Unable to update service registries"),
        (json!({"volumeConfigurations": []}), "Unable to update volume configurations"),
        (json!({"serviceConnectConfiguration": {"enabled": false}}), "Unable to update service connect"),
        (json!({"forceNewDeployment": false}), "Cannot force a new deployment"),
    ] {
        let refusal = world.update_refused(change);
        assert!(refusal.contains(what) && refusal.ends_with(remedy), "{refusal}");
    }
    let allowed = json!({
        "desiredCount": 3, "healthCheckGracePeriodSeconds": 9, "propagateTags": "SERVICE",
        "enableECSManagedTags": true, "deploymentConfiguration": {"maximumPercent": 150},
    });
    let updated = world.update(allowed);
    assert_eq!((&updated["desiredCount"], &updated["healthCheckGracePeriodSeconds"]), (&json!(3), &json!(9)));
    assert_eq!(updated["taskSets"][0]["computedDesiredCount"], 3);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_puts_a_new_primary_behind_the_other_target_group() {
    let (world, behind, made) = deployed_by_code_deploy();
    advance(60).await;
    world.ecs("RegisterTaskDefinition", on_fargate("api"));
    let now = world.aws.state().clock;
    world.aws.edit(|account| {
        let recon_sandbox::State { regions, ids, .. } = account;
        let ecs = &mut regions.get_mut(REGION).unwrap().ecs;
        ecs.deploy("test", "web", "api", Some(&behind.green), ids, now).unwrap();
    });
    let web = world.web();
    let statuses: Vec<&Value> = (0..2).map(|at| &web["taskSets"][at]["status"]).collect();
    assert_eq!(statuses, ["PRIMARY", "DRAINING"]);
    assert_eq!(web["loadBalancers"][0]["targetGroupArn"], behind.green.as_str());
    assert!(web["taskDefinition"].as_str().unwrap().ends_with("api:2"));
    advance(60).await;
    let web = world.web();
    assert_eq!(web["taskSets"].as_array().unwrap().len(), 1);
    assert_eq!(web["taskSets"][0]["stabilityStatus"], "STEADY_STATE");
    assert_ne!(web["taskSets"][0]["id"], made["taskSets"][0]["id"]);
    assert_eq!(web["runningCount"], 2);
}

#[tokio::test(start_paused = true)]
async fn from_code_deploy_to_ecs_what_ran_makes_room_for_a_deployment() {
    let (world, _, _) = deployed_by_code_deploy();
    let change = json!({"deploymentController": {"type": "ECS"}, "taskDefinition": "api"});
    assert!(world.update_refused(change.clone()).contains("during an ongoing service deployment"));
    advance(30).await;
    let changed = world.update(change);
    assert_eq!(changed["deploymentController"]["type"], "ECS");
    assert!(changed.get("taskSets").is_none());
    let deployments = &changed["deployments"];
    assert_eq!((&deployments[0]["status"], &deployments[1]["status"]), (&json!("PRIMARY"), &json!("ACTIVE")));
    advance(45).await;
    let web = world.web();
    assert_eq!((&web["deployments"].as_array().unwrap().len(), &web["runningCount"]), (&1, &json!(2)));
}
