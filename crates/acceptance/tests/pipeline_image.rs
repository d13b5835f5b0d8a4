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

/// Two containers of the pipeline's and one that is not.
fn three(sidecar: &str, level: &str) -> Stack {
    stack(&format!(
        r#"
[ecs.task_definition.api]
family = "api"
network_mode = "bridge"
initial_image = "public.ecr.aws/nginx:1"
container_definitions = [
    {{ name = "api", image = "<IMAGE1_NAME>", memory = 128, environment = {{ LEVEL = "{level}" }} }},
    {{ name = "worker", image = "<IMAGE2_NAME>", memory = 128 }},
    {{ name = "logs", image = "{sidecar}", memory = 128 }},
]
"#
    ))
}

fn images(world: &World) -> Vec<String> {
    let answer = call(world, "DescribeTaskDefinition", json!({"taskDefinition": "api"}));
    let containers = answer["taskDefinition"]["containerDefinitions"].as_array().unwrap();
    containers.iter().map(|c| c["image"].as_str().unwrap().to_string()).collect()
}

fn pipeline_registers_three(world: &World, images: [&str; 3], memory: u16) {
    let containers = [
        json!({"name": "api", "image": images[0], "memory": memory, "environment": [{"name": "LEVEL", "value": "info"}]}),
        json!({"name": "worker", "image": images[1], "memory": 128}),
        json!({"name": "logs", "image": images[2], "memory": 128}),
    ];
    let input = json!({"family": "api", "networkMode": "bridge", "containerDefinitions": containers});
    call(world, "RegisterTaskDefinition", input);
}

#[tokio::test(start_paused = true)]
async fn each_placeholder_keeps_the_image_that_the_pipeline_gave_its_container() {
    let world = World::new().await;
    world.converge(&three("fluent:1", "info")).await;
    assert_eq!(images(&world), ["public.ecr.aws/nginx:1", "public.ecr.aws/nginx:1", "fluent:1"]);
    pipeline_registers_three(&world, ["repo/api:42", "repo/worker:7", "fluent:1"], 128);
    assert!(world.plan(&three("fluent:1", "info")).await.plan.is_empty());
    // what the file says itself is its own: here it is changed, and nothing else
    let changed = world.converge(&three("fluent:2", "debug")).await;
    assert_eq!(
        touched(&changed.plan),
        [
            "update ecs.task_definition.api container_definitions[api].environment.LEVEL",
            "update ecs.task_definition.api container_definitions[logs].image",
        ]
    );
    assert_eq!(images(&world), ["repo/api:42", "repo/worker:7", "fluent:2"]);
}

#[tokio::test(start_paused = true)]
async fn an_image_without_a_placeholder_is_the_files_whoever_registered_another() {
    let world = World::new().await;
    world.converge(&three("fluent:1", "info")).await;
    pipeline_registers_three(&world, ["repo/api:42", "repo/worker:7", "fluent:9"], 256);
    let planned = world.plan(&three("fluent:1", "info")).await;
    assert_eq!(
        touched(&planned.plan),
        [
            "update ecs.task_definition.api container_definitions[api].memory",
            "update ecs.task_definition.api container_definitions[logs].image",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_container_that_comes_later_begins_with_the_initial_image() {
    let world = World::new().await;
    world.converge(&api("256", "info")).await;
    pipeline_registers(&world, "256", "repo/api:42");
    let two = stack(
        r#"
[ecs.task_definition.api]
family = "api"
cpu = "256"
memory = "1024"
network_mode = "awsvpc"
requires_compatibilities = ["FARGATE"]
initial_image = "public.ecr.aws/nginx:1"
container_definitions = [
    { name = "api", image = "<IMAGE1_NAME>", environment = { LEVEL = "info" } },
    { name = "worker", image = "<IMAGE2_NAME>" },
]
"#,
    );
    world.converge(&two).await;
    assert_eq!(images(&world), ["repo/api:42", "public.ecr.aws/nginx:1"]);
}
