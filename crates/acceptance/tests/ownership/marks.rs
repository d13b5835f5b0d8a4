//! Kinds without tags: what carries a mark for them.

use std::fs;

use recon_acceptance::{World, address, outline, stack, touched};
use recon_model::load::{self, load};
use recon_sandbox::{Fault, Refusal};
use serde_json::json;

use crate::call;

const CONFIG: &str = r#"
    [codedeploy.deployment_config.careful]
    name = "careful"
    traffic_routing_config = { type = "TimeBasedCanary", time_based_canary = { canary_percentage = 10, canary_interval = 5 } }
"#;

fn application(name: &str) -> String {
    format!("[codedeploy.application.{name}]\nname = \"{name}\"\n")
}

#[tokio::test(start_paused = true)]
async fn a_config_outlives_the_application_that_carried_its_mark() {
    let world = World::new().await;
    world.converge(&stack(&(application("a") + CONFIG))).await;
    let planned = world.converge(&stack(&(application("b") + CONFIG))).await;
    let mut lines = touched(&planned.plan);
    lines.retain(|line| !line.starts_with("create"));
    assert_eq!(lines, ["delete codedeploy.application.a"], "{}", outline(&planned.plan));
    world.converge(&stack(&application("b"))).await;
    assert_eq!(world.sandbox.state().remains().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_apply_that_is_broken_off_leaves_nothing_that_is_nobodys() {
    let policy = r#"
        [ecs.cluster.c]
        name = "c"
        [ecs.task_definition.api]
        family = "api"
        network_mode = "bridge"
        container_definitions = [{ name = "api", image = "api:1", memory = 128 }]
        [ecs.service.api]
        name = "api"
        cluster = "c"
        task_definition = "api"
        launch_type = "EXTERNAL"
        desired_count = 1
        [autoscaling.target.t]
        resource = "api"
        min_capacity = 1
        max_capacity = 4
        [autoscaling.policy.cpu]
        name = "cpu"
        target = "t"
        target_tracking_scaling_policy_configuration = { target_value = 60, predefined_metric_specification = { predefined_metric_type = "ECSServiceAverageCPUUtilization" } }
    "#;
    let group = "[iam.user.u]\nname = \"u\"\n[iam.group.g]\nname = \"g\"\nmembers = [\"u\"]\n";
    let config = application("a") + CONFIG;
    let cases =
        [(config.as_str(), "CreateDeploymentConfig"), (policy, "PutScalingPolicy"), (group, "CreateGroup")];
    for (toml, operation) in cases {
        let world = World::new().await;
        world.sandbox.on_call(Box::new(move |call| {
            let lost = call.operation == operation;
            lost.then(|| Fault::RefuseAfter(Refusal::bad("ValidationException", "lost on the way")))
        }));
        let planned = world.plan(&stack(toml)).await;
        // whether this run reads again and goes on by itself, or the next one does
        world.try_apply(&planned).await;
        world.sandbox.on_call(Box::new(|_| None));
        world.converge(&stack(toml)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_group_that_loses_its_last_member_is_still_the_stacks() {
    let world = World::new().await;
    let users = "[iam.user.a]\nname = \"a\"\n[iam.user.b]\nname = \"b\"\n";
    let group =
        |members: &str| stack(&format!("{users}[iam.group.g]\nname = \"g\"\nmembers = [{members}]\n"));
    world.converge(&group("\"b\"")).await;
    call(&world, "iam", "RemoveUserFromGroup", json!({"GroupName": "g", "UserName": "b"}));
    let planned = world.converge(&group("\"b\"")).await;
    assert_eq!(touched(&planned.plan), ["update iam.group.g members"]);
    world.converge(&group("")).await;
    world.converge(&group("\"a\"")).await;
    world.converge(&stack(users)).await;
    let groups = call(&world, "iam", "ListGroups", json!({}));
    assert_eq!(groups["Groups"].as_array().map(Vec::len), Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_group_is_known_by_its_mark_where_the_dump_of_iam_is_forbidden() {
    let denied = |world: &World| {
        world.sandbox.on_call(Box::new(|call| {
            let dump = call.operation == "GetAccountAuthorizationDetails";
            dump.then(|| Fault::Refuse(Refusal::new(403, "AccessDenied", "not yours to see")))
        }));
    };
    let role = "[iam.role.r]\nname = \"r\"\ntrust = { services = [\"ecs-tasks.amazonaws.com\"] }\n";
    let user = "[iam.user.u]\nname = \"u\"\n";
    for toml in [
        format!("{role}[iam.group.g]\nname = \"g\"\n"),
        format!("{user}[iam.group.g]\nname = \"g\"\n"),
        format!("{user}[iam.group.g]\nname = \"g\"\nmembers = [\"u\"]\n"),
    ] {
        let world = World::new().await;
        world.converge(&stack(&toml)).await;
        denied(&world);
        let planned = world.plan(&stack(&toml)).await;
        assert!(planned.plan.is_empty(), "{}", outline(&planned.plan));
    }
}

/// What is wrong with the TOML.
fn problems(toml: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let head = "[stack]\nname = \"test\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n";
    fs::write(folder.path().join("stack.toml"), format!("{head}{toml}")).unwrap();
    match load(folder.path(), &load::Options::default()) {
        Ok(_) => Vec::new(),
        Err(failed) => failed
            .problems
            .iter()
            .map(|problem| format!("{}; {}", problem.message, problem.help.clone().unwrap_or_default()))
            .collect(),
    }
}

#[test]
fn what_nothing_could_ever_mark_is_said_before_anything_is_done() {
    let group = "[iam.group.g]\nname = \"g\"\n";
    for (toml, holder) in [(CONFIG, "a codedeploy.application"), (group, "an iam.user or an iam.role")] {
        let all = problems(toml);
        assert!(all.len() == 1 && all[0].contains(holder) && all[0].contains("adopt = true"), "{all:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn adopt_is_the_word_for_what_nothing_could_mark() {
    let world = World::new().await;
    let config = stack(&CONFIG.replace("name =", "adopt = true\nname ="));
    world.converge(&config).await;
    world.destroy(&config).await;
    assert_eq!(world.sandbox.state().remains(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn a_config_of_a_stack_of_another_application_is_the_other_stacks() {
    let world = World::new().await;
    world.converge(&recon_acceptance::stack_named("first", &(application("a") + CONFIG))).await;
    let second = recon_acceptance::stack_named("second", &(application("b") + CONFIG));
    let planned = world.plan(&second).await;
    let step = planned.plan.step(&address("codedeploy.deployment_config.careful")).unwrap();
    assert_eq!(step.action.because()[0].code, "OWNED_BY_OTHER", "{}", outline(&planned.plan));
}
