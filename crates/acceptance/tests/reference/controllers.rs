//! A service gets another deployment controller: TOML in, plan out.

use recon_acceptance::{World, address, outline, stack, touched};
use recon_model::plan::{Action, Step};

const AROUND: &str =
    concat!(include_str!("../matrix/parts/cluster.toml"), include_str!("../matrix/parts/network.toml"));

/// A service, complete for each of the three controllers.
fn service(controller: &str, more: &str) -> String {
    let controlled = format!(
        "{AROUND}\n[ecs.service.api]\nname = \"api\"\ncluster = \"main\"\ndesired_count = 1\n\
         deployment_controller = \"{controller}\"\n{more}\n"
    );
    // the rest belongs to the task sets of an EXTERNAL one; a launch type no update could give it later
    match controller {
        "EXTERNAL" => controlled,
        _ => {
            controlled
                + "task_definition = \"api\"\ncapacity_provider_strategy = [{ capacity_provider = \"FARGATE\", weight = 1 }]\n\
                   network_configuration = { awsvpc_configuration = { subnets = \"public\", security_groups = \"default\" } }\n\
                   load_balancers = [{ target_group = \"blue\", container_name = \"api\", container_port = 8080 }]\n"
        }
    }
}

/// With the application and the group that deploy it.
fn under_code_deploy(more: &str) -> String {
    service("CODE_DEPLOY", more)
        + r#"
        [iam.role.deploy]
        name = "deploy"
        trust = { services = ["codedeploy.amazonaws.com"] }
        managed = ["AWSCodeDeployRoleForECS"]

        [codedeploy.application.api]
        name = "api"

        [codedeploy.deployment_group.api]
        name = "api"
        application = "api"
        service_role = "deploy"
        ecs_services = [{ cluster = "main", service = "api" }]
        load_balancer_info = { target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] } }] }
        "#
}

/// The service's step in the plan between two TOMLs, which then is carried out whole.
async fn step_between(from: &str, to: &str) -> Step {
    let world = World::new().await;
    world.converge(&stack(from)).await;
    let planned = world.plan(&stack(to)).await;
    let step = planned.plan.step(&address("ecs.service.api")).unwrap().clone();
    world.converge(&stack(to)).await;
    step
}

fn reason(step: &Step) -> String {
    let because = step.action.because().first().map(|because| (because.code.as_str(), because.text.clone()));
    let Some(("SVC-001", text)) = because else { panic!("{:?} carries no SVC-001", step.action) };
    text
}

const REPLACED: [(&str, &str); 2] = [("ECS", "CODE_DEPLOY"), ("EXTERNAL", "CODE_DEPLOY")];
const POSSIBLE: [(&str, &str); 4] =
    [("CODE_DEPLOY", "ECS"), ("CODE_DEPLOY", "EXTERNAL"), ("ECS", "EXTERNAL"), ("EXTERNAL", "ECS")];

#[tokio::test(start_paused = true)]
async fn ecs_to_code_deploy_replaces_the_service_and_builds_its_deployment() {
    let world = World::new().await;
    world.converge(&stack(&service("ECS", ""))).await;
    let planned = world.plan(&stack(&under_code_deploy(""))).await;
    let step = planned.plan.step(&address("ecs.service.api")).unwrap();
    assert!(matches!(step.action, Action::Replace(..)), "{}", outline(&planned.plan));
    assert_eq!(
        reason(step),
        "the deployment controller of a service cannot change from ECS to CODE_DEPLOY, so the service is replaced"
    );
    let forced: Vec<_> =
        step.fields.iter().filter_map(|f| Some((f.path.as_str(), f.forces.as_deref()?))).collect();
    assert_eq!(forced, [("deployment_controller.type", "SVC-001")]);
    // nothing else is touched, but what deploys it from now on
    let mut steps: Vec<String> = touched(&planned.plan)
        .iter()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    steps.dedup();
    steps.sort();
    assert_eq!(
        steps,
        [
            "create codedeploy.application.api",
            "create codedeploy.deployment_group.api",
            "create iam.role.deploy",
            "replace ecs.service.api",
        ]
    );
    world.converge(&stack(&under_code_deploy(""))).await;
    let answer = world
        .sandbox
        .call(
            "ecs",
            "DescribeServices",
            "ap-northeast-2",
            &serde_json::json!({"cluster": "main", "services": ["api"]}),
        )
        .unwrap();
    assert_eq!(answer["services"][0]["deploymentController"]["type"], "CODE_DEPLOY");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_controller_replaces_unless_the_service_says_otherwise() {
    for (from, to) in REPLACED.into_iter().chain(POSSIBLE) {
        let step = step_between(&service(from, ""), &service(to, "")).await;
        assert!(matches!(step.action, Action::Replace(..)), "{from} to {to}: {:?}", step.action);
        let text = reason(&step);
        assert!(text.contains(&format!("from {from} to {to}, so the service is replaced")), "{text}");
        let offered = text.contains("`controller_change = \"in_place\"` would change it in place");
        assert_eq!(offered, POSSIBLE.contains(&(from, to)), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn where_aws_can_the_service_may_ask_for_a_change_in_place() {
    let in_place = "controller_change = \"in_place\"";
    for (from, to) in POSSIBLE {
        let step = step_between(&service(from, ""), &service(to, in_place)).await;
        assert!(matches!(step.action, Action::Update(_)), "{from} to {to}: {:?}", step.action);
        assert!(
            step.fields.iter().any(|field| field.path == "deployment_controller.type"),
            "{:?}",
            step.fields
        );
    }
}

#[tokio::test(start_paused = true)]
async fn where_aws_cannot_asking_does_not_help_and_is_answered() {
    let in_place = "controller_change = \"in_place\"";
    for (from, to) in REPLACED {
        let step = step_between(&service(from, ""), &service(to, in_place)).await;
        assert!(matches!(step.action, Action::Replace(..)), "{from} to {to}: {:?}", step.action);
        let text = reason(&step);
        assert!(text.ends_with("; AWS knows no change in place between these two"), "{text}");
    }
}

/// DescribeServices shows what the PRIMARY task set runs, as if it were the service's own.
#[tokio::test(start_paused = true)]
async fn the_task_sets_of_an_external_service_are_nobodys_drift() {
    let world = World::new().await;
    world.converge(&stack(&service("EXTERNAL", ""))).await;
    let call = |operation: &str, input: serde_json::Value| {
        world.sandbox.call("ecs", operation, "ap-northeast-2", &input).unwrap()
    };
    let described = world.sandbox.call("ec2", "DescribeSubnets", "ap-northeast-2", &serde_json::json!({}));
    let subnet = described.unwrap()["Subnets"][0]["SubnetId"].clone();
    let network = serde_json::json!({"awsvpcConfiguration": {"subnets": [subnet]}});
    let set = call(
        "CreateTaskSet",
        serde_json::json!({
            "cluster": "main", "service": "api", "taskDefinition": "api", "launchType": "FARGATE",
            "networkConfiguration": network,
        }),
    );
    let primary = serde_json::json!({
        "cluster": "main", "service": "api", "primaryTaskSet": set["taskSet"]["taskSetArn"],
    });
    call("UpdateServicePrimaryTaskSet", primary);
    let shown = call("DescribeServices", serde_json::json!({"cluster": "main", "services": ["api"]}));
    assert!(shown["services"][0]["networkConfiguration"].is_object(), "{shown}");
    let planned = world.plan(&stack(&service("EXTERNAL", ""))).await;
    assert!(planned.plan.is_empty(), "{}", outline(&planned.plan));
}
