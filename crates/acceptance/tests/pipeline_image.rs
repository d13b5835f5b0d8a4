//! One file, two readers: what recon registers is what the pipeline deploys,
//! but for the image, which is the pipeline's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_acceptance::{World, stack, touched};
use recon_model::Stack;
use serde_json::{Value, json};

fn api(cpu: &str, level: &str) -> Stack {
    stack(&format!(
        r#"
[ecs.task_definition.api]
family = "api"
cpu = "{cpu}"
memory = "1024"
network_mode = "awsvpc"
requires_compatibilities = ["FARGATE"]
initial_image = "public.ecr.aws/nginx:1"
container_definitions = [
    {{ name = "api", image = "<IMAGE1_NAME>", environment = {{ LEVEL = "{level}" }} }},
]
"#
    ))
}

fn call(world: &World, operation: &str, input: Value) -> Value {
    world.sandbox.call("ecs", operation, "ap-northeast-2", &input).unwrap()
}

fn image(world: &World) -> String {
    let answer = call(world, "DescribeTaskDefinition", json!({"taskDefinition": "api"}));
    answer["taskDefinition"]["containerDefinitions"][0]["image"].as_str().unwrap().to_string()
}

/// A revision as the pipeline registers it: the file with its own image, without tags.
fn pipeline_registers(world: &World, cpu: &str, image: &str) {
    let container =
        json!({"name": "api", "image": image, "environment": [{"name": "LEVEL", "value": "info"}]});
    call(
        world,
        "RegisterTaskDefinition",
        json!({"family": "api", "cpu": cpu, "memory": "1024", "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [container]}),
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_revision_has_the_initial_image() {
    let world = World::new().await;
    world.converge(&api("256", "info")).await;
    assert_eq!(image(&world), "public.ecr.aws/nginx:1");
}

#[tokio::test(start_paused = true)]
async fn an_image_that_the_pipeline_deployed_is_no_drift_and_stays() {
    let world = World::new().await;
    world.converge(&api("256", "info")).await;
    pipeline_registers(&world, "256", "repo/api:42");
    assert!(world.plan(&api("256", "info")).await.plan.is_empty());
    let changed = world.converge(&api("256", "debug")).await;
    assert_eq!(
        touched(&changed.plan),
        ["update ecs.task_definition.api container_definitions[api].environment.LEVEL"]
    );
    assert_eq!(image(&world), "repo/api:42");
}

#[tokio::test(start_paused = true)]
async fn any_other_difference_of_the_newest_revision_is_named() {
    let world = World::new().await;
    world.converge(&api("256", "info")).await;
    pipeline_registers(&world, "512", "repo/api:42");
    let planned = world.plan(&api("256", "info")).await;
    assert_eq!(touched(&planned.plan), ["update ecs.task_definition.api cpu"]);
}
