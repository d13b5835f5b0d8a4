use serde_json::{Value, json};

use crate::world::{World, advance, all_refused};

fn external() -> World {
    let world = World::new();
    let made = world.create(json!({"deploymentController": {"type": "EXTERNAL"}, "taskDefinition": null}));
    assert_eq!((&made["deployments"], &made["taskSets"]), (&json!([]), &json!([])));
    world
}

fn task_set(world: &World, more: Value) -> Value {
    let least = json!({"cluster": "test", "service": "web", "taskDefinition": "app"});
    world.ecs("CreateTaskSet", crate::world::over(least, more))["taskSet"].clone()
}

#[tokio::test(start_paused = true)]
async fn task_sets_run_their_share_of_the_desired_count_rounded_up() {
    let world = external();
    let set = task_set(&world, json!({"scale": {"value": 60.0, "unit": "PERCENT"}, "externalId": "x"}));
    assert_eq!((&set["status"], &set["externalId"]), (&json!("ACTIVE"), &json!("x")));
    assert_eq!((&set["computedDesiredCount"], &set["stabilityStatus"]), (&json!(2), &json!("STABILIZING")));
    advance(30).await;
    let sets = world.web()["taskSets"].clone();
    assert_eq!((&sets[0]["runningCount"], &sets[0]["stabilityStatus"]), (&json!(2), &json!("STEADY_STATE")));
    let empty = task_set(&world, json!({}));
    assert_eq!((&empty["scale"]["value"], &empty["stabilityStatus"]), (&json!(0.0), &json!("STEADY_STATE")));
}

#[tokio::test(start_paused = true)]
async fn a_primary_task_set_lends_the_service_its_settings() {
    let world = external();
    let set = task_set(&world, json!({"scale": {"value": 100.0}}));
    assert!(world.web().get("taskDefinition").is_none());
    let input = json!({"cluster": "test", "service": "web", "primaryTaskSet": set["taskSetArn"]});
    assert_eq!(world.ecs("UpdateServicePrimaryTaskSet", input)["taskSet"]["status"], "PRIMARY");
    assert_eq!(world.web()["taskDefinition"], set["taskDefinition"]);
    let other = json!({"cluster": "test", "service": "web", "primaryTaskSet": "ecs-svc/1"});
    assert!(world.refused("UpdateServicePrimaryTaskSet", other).starts_with("TaskSetNotFoundException"));
}

#[tokio::test(start_paused = true)]
async fn a_task_set_is_scaled_down_before_it_is_deleted_unless_forced() {
    let world = external();
    let set = task_set(&world, json!({"scale": {"value": 100.0}}));
    let named = |more: Value| {
        crate::world::over(json!({"cluster": "test", "service": "web", "taskSet": set["id"]}), more)
    };
    assert!(world.refused("DeleteTaskSet", named(json!({}))).contains("scaled above 0"));
    let scaled = world.ecs("UpdateTaskSet", named(json!({"scale": {"value": 0.0}})));
    assert_eq!(scaled["taskSet"]["computedDesiredCount"], 0);
    assert_eq!(world.ecs("DeleteTaskSet", named(json!({})))["taskSet"]["status"], "DRAINING");
    advance(60).await;
    let left =
        world.ecs("DescribeTaskSets", json!({"cluster": "test", "service": "web", "taskSets": [set["id"]]}));
    assert_eq!((&left["taskSets"], &left["failures"][0]["reason"]), (&json!([]), &json!("MISSING")));
}

#[tokio::test(start_paused = true)]
async fn an_update_of_an_external_service_must_not_name_what_task_sets_decide() {
    let world = external();
    all_refused(
        vec![
            (
                json!({"taskDefinition": "app"}),
                "Unable to update task definition on services with a EXTERNAL",
            ),
            (json!({"forceNewDeployment": true}), "Cannot force a new deployment"),
        ],
        |change| world.update_refused(change),
    );
    assert_eq!(world.update(json!({"desiredCount": 3}))["desiredCount"], 3);
}

#[tokio::test(start_paused = true)]
async fn task_sets_belong_to_external_services_only() {
    let world = World::new();
    world.create(json!({}));
    let input = json!({"cluster": "test", "service": "web", "taskDefinition": "app"});
    assert!(world.refused("CreateTaskSet", input).starts_with("InvalidParameterException"));
    let input = json!({"cluster": "test", "service": "web"});
    assert!(world.refused("DescribeTaskSets", input).starts_with("UnsupportedFeatureException"));
}

#[tokio::test(start_paused = true)]
async fn from_ecs_to_external_the_tasks_stay_behind_as_a_task_set_until_it_is_deleted() {
    let world = World::new();
    world.create(json!({}));
    let change = json!({"deploymentController": {"type": "EXTERNAL"}});
    assert!(world.update_refused(change.clone()).contains("during an ongoing service deployment"));
    advance(60).await;
    let changed = world.update(change);
    assert_eq!(changed["deploymentController"]["type"], "EXTERNAL");
    assert_eq!(changed["deployments"].as_array().unwrap().len(), 1);
    let sets =
        world.ecs("DescribeTaskSets", json!({"cluster": "test", "service": "web"}))["taskSets"].clone();
    assert_eq!(sets[0]["status"], "ACTIVE");
    world.ecs("DeleteTaskSet", json!({"cluster": "test", "service": "web", "taskSet": sets[0]["id"]}));
    assert_eq!((&world.web()["deployments"], &world.web()["runningCount"]), (&json!([]), &json!(0)));
}

#[tokio::test(start_paused = true)]
async fn what_only_the_ecs_controller_has_stands_in_the_way_of_leaving_it() {
    let world = World::new();
    let breaker = |enable: bool| json!({"deploymentCircuitBreaker": {"enable": enable, "rollback": enable}});
    world.create(json!({"desiredCount": 0, "deploymentConfiguration": breaker(true)}));
    let change = json!({"deploymentController": {"type": "EXTERNAL"}});
    assert!(world.update_refused(change.clone()).contains("circuit breaker"));
    world.update(json!({"deploymentConfiguration": breaker(false)}));
    assert_eq!(world.update(change)["deploymentController"]["type"], "EXTERNAL");
}

#[tokio::test(start_paused = true)]
async fn no_controller_changes_into_code_deploy() {
    let world = World::new();
    world.create(json!({"desiredCount": 0}));
    let change = json!({"deploymentController": {"type": "CODE_DEPLOY"}});
    assert!(world.update_refused(change.clone()).contains("from ECS to CODE_DEPLOY"));
    let world = external();
    assert!(world.update_refused(change).contains("from EXTERNAL to CODE_DEPLOY"));
}

#[tokio::test(start_paused = true)]
async fn from_external_to_ecs_a_deployment_takes_over() {
    let world = external();
    let change = json!({"deploymentController": {"type": "ECS"}, "taskDefinition": "app"});
    let changed = world.update(change);
    assert_eq!(changed["deployments"][0]["status"], "PRIMARY");
    assert_eq!(changed["deploymentConfiguration"]["strategy"], "ROLLING");
    assert!(changed.get("taskSets").is_none());
}
