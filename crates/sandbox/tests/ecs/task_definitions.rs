use serde_json::{Value, json};

use crate::world::{World, advance, all_refused, definition, over};

fn register(world: &World, input: Value) -> Value {
    world.ecs("RegisterTaskDefinition", input)["taskDefinition"].clone()
}

/// A definition for Fargate, which nothing else has to be there for.
fn fargate(more: Value) -> Value {
    let least = json!({
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
    });
    over(over(definition("f"), least), more)
}

fn container(more: Value) -> Value {
    let least = json!({"name": "web", "image": "nginx", "memory": 128});
    json!([over(least, more)])
}

#[tokio::test(start_paused = true)]
async fn every_registration_is_a_new_revision_and_none_comes_twice() {
    let world = World::default();
    assert_eq!(register(&world, definition("a"))["revision"], 1);
    let second = register(&world, definition("a"));
    assert_eq!(second["taskDefinitionArn"], "arn:aws:ecs:ap-northeast-2:123456789012:task-definition/a:2");
    world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "a:2"}));
    world.ecs("DeleteTaskDefinitions", json!({"taskDefinitions": ["a:2"]}));
    advance(60).await;
    assert_eq!(register(&world, definition("a"))["revision"], 3);
}

#[tokio::test(start_paused = true)]
async fn a_family_means_its_latest_active_revision() {
    let world = World::default();
    register(&world, definition("a"));
    register(&world, definition("a"));
    world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "a:2"}));
    let describe = |name: &str| world.call("ecs", "DescribeTaskDefinition", json!({"taskDefinition": name}));
    assert_eq!(describe("a").unwrap()["taskDefinition"]["revision"], 1);
    assert_eq!(describe("a:2").unwrap()["taskDefinition"]["status"], "INACTIVE");
    world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "a:1"}));
    for name in ["a", "b", "a:9"] {
        let refusal = describe(name).unwrap_err();
        assert_eq!(refusal.to_string(), "ClientException: Unable to describe task definition.");
    }
}

#[tokio::test(start_paused = true)]
async fn aws_fills_in_what_a_definition_leaves_out() {
    let world = World::default();
    let containers = json!([{
        "name": "web", "image": "nginx", "memory": 64,
        "portMappings": [{"containerPort": 80}],
        "healthCheck": {"command": ["CMD", "true"]},
        "environment": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}],
    }]);
    let input = json!({"family": "a", "containerDefinitions": containers, "volumes": [{"name": "v"}]});
    let made = register(&world, input);
    assert_eq!(
        made["containerDefinitions"],
        json!([{
            "name": "web", "image": "nginx", "memory": 64, "cpu": 0, "essential": true,
            "portMappings": [{"containerPort": 80, "hostPort": 0, "protocol": "tcp"}],
            "healthCheck": {"command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3},
            "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
            "mountPoints": [], "volumesFrom": [], "systemControls": [],
        }])
    );
    assert_eq!(made["networkMode"], "bridge");
    assert_eq!(made["volumes"], json!([{"name": "v", "host": {}}]));
    assert_eq!(made["placementConstraints"], json!([]));
    assert_eq!(made["compatibilities"], json!(["EC2", "EXTERNAL"]));
    assert_eq!(made["status"], "ACTIVE");
}

#[tokio::test(start_paused = true)]
async fn sizes_in_words_come_back_in_units() {
    let world = World::default();
    let made = register(&world, fargate(json!({"cpu": ".25 vCPU", "memory": "0.5 GB"})));
    assert_eq!((&made["cpu"], &made["memory"]), (&json!("256"), &json!("512")));
    assert_eq!(made["compatibilities"], json!(["EC2", "FARGATE"]));
    assert_eq!(made["containerDefinitions"][0]["portMappings"][0]["hostPort"], 8080);
    let refusal = world.refused("RegisterTaskDefinition", fargate(json!({"cpu": "much"})));
    assert!(refusal.contains("Invalid 'cpu' setting for task."), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn fargate_refuses_what_it_does_not_run() {
    let world = World::default();
    let ecr = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/a:1";
    let logs = |driver: &str, options: Value| {
        let configuration = json!({"logDriver": driver, "options": options});
        json!({"containerDefinitions": container(json!({"logConfiguration": configuration}))})
    };
    let awslogs = json!({"awslogs-group": "g", "awslogs-region": "r"});
    all_refused(
        vec![
            (json!({"memory": "768"}), "No Fargate configuration exists for given values."),
            (json!({"cpu": "512", "memory": "512"}), "No Fargate configuration exists for given values."),
            (json!({"cpu": null}), "Fargate requires that 'cpu' be defined at the task level"),
            (json!({"memory": null}), "Fargate requires that 'memory' be defined at the task level"),
            (json!({"networkMode": "bridge"}), "Fargate only supports network mode 'awsvpc'."),
            (json!({"networkMode": null}), "Fargate only supports network mode 'awsvpc'."),
            (json!({"volumes": [{"name": "v", "host": {"sourcePath": "/"}}]}), "do not support sourcePath"),
            (
                json!({"containerDefinitions": container(json!({"privileged": true}))}),
                "do not support privileged",
            ),
            (
                json!({"containerDefinitions": container(json!({"image": ecr}))}),
                "Fargate requires task definition to have execution role ARN to support ECR images.",
            ),
            (logs("syslog", json!({})), "do not support log driver syslog"),
            (logs("awslogs", awslogs), "Log driver awslogs requires options: awslogs-stream-prefix"),
        ],
        |change| {
            let refusal = world.refused("RegisterTaskDefinition", fargate(change));
            assert!(refusal.starts_with("ClientException: "), "{refusal}");
            refusal
        },
    );
    register(&world, fargate(json!({})));
}

#[tokio::test(start_paused = true)]
async fn definitions_that_contradict_themselves_are_refused() {
    let world = World::default();
    let containers = |change: Value| json!({"containerDefinitions": container(change)});
    let twice = json!([{"name": "a", "image": "i", "memory": 4}, {"name": "a", "image": "i", "memory": 4}]);
    let waits = json!([
        {"name": "a", "image": "i", "memory": 4, "dependsOn": [{"containerName": "b", "condition": "START"}]},
        {"name": "b", "image": "i", "memory": 4, "dependsOn": [{"containerName": "a", "condition": "START"}]},
    ]);
    let secret = json!([{"name": "S", "valueFrom": "s"}]);
    all_refused(
        vec![
            (json!({"containerDefinitions": []}), "Container list cannot be empty."),
            (containers(json!({"name": null})), "Container.name should not be null or empty."),
            (containers(json!({"image": null})), "Container.image should not be null or empty."),
            (containers(json!({"essential": false})), "at least one essential container"),
            (containers(json!({"memory": null})), "At least one of 'memory' or 'memoryReservation'"),
            (containers(json!({"memoryReservation": 256})), "must be greater than 'memoryReservation'"),
            (containers(json!({"secrets": secret})), "you must also specify a value for 'executionRoleArn'"),
            (
                containers(json!({"logConfiguration": {"logDriver": "awslogs"}})),
                "Log driver awslogs requires options: awslogs-group",
            ),
            (
                containers(json!({"mountPoints": [{"sourceVolume": "v", "containerPath": "/"}]})),
                "Unknown volume 'v'.",
            ),
            (
                containers(json!({"healthCheck": {"command": ["CMD", "x"], "interval": 4}})),
                "interval must be between 5 and 300",
            ),
            (
                over(
                    containers(json!({"portMappings": [{"containerPort": 1, "hostPort": 2}]})),
                    json!({"networkMode": "host"}),
                ),
                "host ports and container ports in port mappings must match",
            ),
            (json!({"containerDefinitions": twice}), "must be unique"),
            (json!({"containerDefinitions": waits}), "cycle"),
            (json!({"ephemeralStorage": {"sizeInGiB": 20}}), "between 21 GiB and 200 GiB"),
            (json!({"cpu": "256", "containerDefinitions": container(json!({"cpu": 512}))}), "'cpu'"),
            (json!({"memory": "64"}), "greater than task memory"),
        ],
        |change| world.refused("RegisterTaskDefinition", over(definition("a"), change)),
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_of_this_account_must_exist_and_one_of_another_account_is_taken_on_trust() {
    let world = World::default();
    let own = over(definition("a"), json!({"taskRoleArn": "nobody"}));
    assert_eq!(world.refused("RegisterTaskDefinition", own), "ClientException: Role is not valid.");
    let foreign = "arn:aws:iam::999999999999:role/somebody";
    let made = register(&world, over(definition("a"), json!({"taskRoleArn": foreign})));
    assert_eq!(made["taskRoleArn"], foreign);
}

#[tokio::test(start_paused = true)]
async fn a_deletion_takes_ten_that_are_inactive_and_a_moment() {
    let world = World::default();
    register(&world, definition("a"));
    let delete = || world.ecs("DeleteTaskDefinitions", json!({"taskDefinitions": ["a:1"]}));
    assert!(delete()["failures"][0]["reason"].as_str().unwrap().contains("still in ACTIVE status"));
    world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "a:1"}));
    assert!(world.refused("DeregisterTaskDefinition", json!({"taskDefinition": "a:1"})).contains("inactive"));
    assert_eq!(delete()["taskDefinitions"][0]["status"], "DELETE_IN_PROGRESS");
    let listed = world.ecs("ListTaskDefinitions", json!({"status": "DELETE_IN_PROGRESS"}));
    assert_eq!(listed["taskDefinitionArns"].as_array().unwrap().len(), 1);
    advance(60).await;
    let refusal = world.refused("DescribeTaskDefinition", json!({"taskDefinition": "a:1"}));
    assert!(refusal.contains("Unable to describe task definition."));
    let eleven: Vec<String> = (1..=11).map(|n| format!("a:{n}")).collect();
    let refusal = world.refused("DeleteTaskDefinitions", json!({"taskDefinitions": eleven}));
    assert!(refusal.starts_with("InvalidParameterException"), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn lists_go_by_family_status_and_order() {
    let world = World::default();
    for family in ["a", "a", "ab"] {
        register(&world, definition(family));
    }
    world.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "ab:1"}));
    let arns = |input: Value| {
        let answer = world.ecs("ListTaskDefinitions", input)["taskDefinitionArns"].clone();
        let last = |arn: &Value| arn.as_str().unwrap().rsplit('/').next().unwrap().to_string();
        answer.as_array().unwrap().iter().map(last).collect::<Vec<_>>()
    };
    assert_eq!(arns(json!({"familyPrefix": "a", "sort": "DESC"})), ["a:2", "a:1"]);
    assert_eq!(arns(json!({"status": "INACTIVE"})), ["ab:1"]);
    let families =
        |status: &str| world.ecs("ListTaskDefinitionFamilies", json!({"status": status}))["families"].clone();
    assert_eq!(families("ACTIVE"), json!(["a"]));
    assert_eq!(families("ALL"), json!(["a", "ab"]));
}

#[tokio::test(start_paused = true)]
async fn tags_are_answered_beside_the_definition_and_only_where_asked_for() {
    let world = World::default();
    let tags = json!([{"key": "k", "value": "v"}]);
    let made = world.ecs("RegisterTaskDefinition", over(definition("a"), json!({"tags": tags})));
    assert_eq!(made["tags"], tags);
    let plain = world.ecs("DescribeTaskDefinition", json!({"taskDefinition": "a"}));
    assert!(plain.get("tags").is_none());
    let with = world.ecs("DescribeTaskDefinition", json!({"taskDefinition": "a", "include": ["TAGS"]}));
    assert_eq!(with["tags"], tags);
}
