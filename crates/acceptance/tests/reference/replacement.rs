//! Replacements: what they cost, and how they go without a gap.

use std::collections::BTreeSet;

use recon_acceptance::{Planned, World, address, outline, reference, root, stack};
use recon_diff::Options;
use recon_model::plan::{Action, ReplaceOrder, Step};
use recon_model::{Stack, Tree};
use serde_json::{Value, json};

/// A service with `head` in its table, behind the group `blue`.
fn service(head: &str) -> String {
    let parts = root().join("crates/acceptance/tests/matrix/parts");
    let part = |name: &str| std::fs::read_to_string(parts.join(format!("{name}.toml"))).unwrap();
    format!(
        "{}{}\n[ecs.service.api]\n{head}\ncluster = \"main\"\ntask_definition = \"api\"\n\
         launch_type = \"FARGATE\"\ndesired_count = 2\n\
         network_configuration = {{ awsvpc_configuration = {{ subnets = \"public\" }} }}\n\
         load_balancers = [{{ target_group = \"blue\", container_name = \"api\", container_port = 8080 }}]\n\
         depends_on = [\"elb.listener.production\", \"elb.listener.test\"]\n",
        part("cluster"),
        part("network"),
    )
}

const CODE_DEPLOY: &str = r#"
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
"#;

pub fn under_code_deploy(head: &str) -> Stack {
    stack(&format!("{}{CODE_DEPLOY}", service(&format!("{head}\ndeployment_controller = \"CODE_DEPLOY\""))))
}

fn the_service(planned: &Planned) -> &Step {
    planned.plan.step(&address("ecs.service.api")).unwrap()
}

fn texts(step: &Step) -> Vec<(&str, u64, bool)> {
    step.stages.iter().map(|stage| (stage.text.as_str(), stage.seconds, stage.outage)).collect()
}

#[tokio::test(start_paused = true)]
async fn the_plan_says_how_long_there_is_no_service_by_the_settings_of_both_sides() {
    let world = World::new().await;
    let quick = |toml: String| {
        toml.replace("name = \"blue\"", "name = \"blue\"\nattributes = { \"deregistration_delay.timeout_seconds\" = \"45\" }\nhealth_check_interval_seconds = 10\nhealthy_threshold_count = 3")
            .replace("image = \"api:1\"", "image = \"api:1\", stop_timeout = 20")
    };
    let head = "name = \"api\"\nhealth_check_grace_period_seconds = 90";
    world.converge(&stack(&quick(service(head)))).await;
    let after = quick(service(&format!("{head}\ndeployment_controller = \"CODE_DEPLOY\"")));
    let planned = world.plan(&stack(&format!("{after}{CODE_DEPLOY}"))).await;
    let step = the_service(&planned);
    assert!(
        matches!(step.action, Action::Replace(_, ReplaceOrder::DeleteFirst)),
        "{}",
        outline(&planned.plan)
    );
    assert_eq!(
        texts(step),
        [
            ("the old tasks take no new request and drain: deregistration delay 45 s", 45, true),
            ("the old tasks end: stop timeout 20 s", 20, true),
            ("the new service starts its tasks: grace period 90 s", 90, true),
            ("its targets become healthy: 3 checks, one every 10 s", 30, true),
        ]
    );
    assert_eq!(step.outage(), Some(185));
}

#[tokio::test(start_paused = true)]
async fn from_ecs_to_code_deploy_the_reference_stack_has_an_outage_of_minutes() {
    let world = World::new().await;
    let mut wanted = reference();
    set(&mut wanted, "desired_count", json!(2));
    let mut before = wanted.clone();
    set(&mut before, "deployment_controller", json!({"type": "ECS"}));
    without(&mut before, "codedeploy.deployment_group.api");
    world.converge(&before).await;
    let planned = world.plan(&wanted).await;
    // deregistration 300, stop timeout 30, grace period 200, five checks of 30
    assert_eq!(the_service(&planned).outage(), Some(680), "{}", outline(&planned.plan));
    world.converge(&wanted).await;
}

fn set(stack: &mut Stack, field: &str, value: Value) {
    let service = stack.resources.get_mut(&address("ecs.service.api")).unwrap();
    let Tree::Map(spec) = &mut service.spec else { unreachable!("a document is a map") };
    spec.insert(field.into(), value.into());
}

/// Takes it out, with everything that needs it.
fn without(stack: &mut Stack, gone: &str) {
    let mut gone = BTreeSet::from([address(gone)]);
    while let Some(user) = stack
        .resources
        .values()
        .find(|r| !gone.contains(&r.address) && r.needs().iter().any(|n| gone.contains(n)))
    {
        gone.insert(user.address.clone());
    }
    stack.resources.retain(|address, _| !gone.contains(address));
    stack.outputs.clear();
}

#[tokio::test(start_paused = true)]
async fn an_idle_service_has_no_outage() {
    let world = World::new().await;
    let none = |stack: Stack| {
        let mut stack = stack;
        set(&mut stack, "desired_count", json!(0));
        stack
    };
    world.converge(&none(stack(&service("name = \"api\"")))).await;
    let planned = world.plan(&none(under_code_deploy("name = \"api\""))).await;
    assert_eq!(the_service(&planned).outage(), None);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_goes_on_with_the_count_that_somebody_else_had_set() {
    let world = World::new().await;
    let open = |toml: String| stack(&toml.replace("desired_count = 2\n", ""));
    world.converge(&stack(&service("name = \"api\""))).await;
    let after =
        format!("{}{CODE_DEPLOY}", service("name = \"api\"\ndeployment_controller = \"CODE_DEPLOY\""));
    world.converge(&open(after)).await;
    let again = world.plan(&under_code_deploy("name = \"api\"")).await;
    assert!(again.plan.is_empty(), "{}", outline(&again.plan));
}

#[tokio::test(start_paused = true)]
async fn create_first_under_one_name_is_refused_with_what_to_do() {
    let world = World::new().await;
    world.converge(&stack(&service("name = \"api\""))).await;
    let planned = world.plan(&under_code_deploy("name = \"api\"\nreplace = \"create_first\"")).await;
    let Action::Blocked(because) = &the_service(&planned).action else {
        panic!("{}", outline(&planned.plan))
    };
    assert_eq!(because.first.code, "CREATE_FIRST");
    assert!(because.first.text.contains("`name_prefix`"), "{}", because.first.text);
}

#[tokio::test(start_paused = true)]
async fn with_a_name_prefix_the_traffic_is_turned_over_and_never_stops() {
    let world = World::new().await;
    world.converge(&stack(&service("name_prefix = \"api-\""))).await;
    let wanted = under_code_deploy("name_prefix = \"api-\"");
    let planned = world.plan(&wanted).await;
    let step = the_service(&planned);
    assert!(
        matches!(step.action, Action::Replace(_, ReplaceOrder::CreateFirst)),
        "{}",
        outline(&planned.plan)
    );
    assert_eq!(step.outage(), None);
    assert_eq!(
        texts(step),
        [
            (
                "elb.listener.production: by weight, 100 % to elb.target_group.blue, 0 % to elb.target_group.green",
                5,
                false
            ),
            ("beside the old service the new one starts its tasks: about 60 s", 60, false),
            ("its targets become healthy: 5 checks, one every 30 s", 150, false),
            ("elb.listener.production: all traffic to elb.target_group.green", 5, false),
            ("the old tasks take no new request and drain: deregistration delay 300 s", 300, false),
            ("the old tasks end: stop timeout 30 s", 30, false),
        ]
    );
    world.sandbox.record(true);
    world.apply(&wanted).await;
    let calls: Vec<String> = world.sandbox.log().iter().filter_map(turning).collect();
    assert_eq!(
        calls,
        ["weights blue 100 green 0", "create behind green", "weights green 1", "delete"],
        "in this order"
    );
    let again = world.plan(&wanted).await;
    assert!(again.plan.is_empty(), "{}", outline(&again.plan));

    // and back over the same bridge
    let options = Options { replace: vec![address("ecs.service.api")], ..Options::default() };
    let planned = world.plan_with(&wanted, &options).await;
    let report = world.try_apply(&planned).await;
    assert!(report.is_whole(), "{report:#?}");
    let again = world.plan(&wanted).await;
    assert!(again.plan.is_empty(), "{}", outline(&again.plan));
    world.destroy(&wanted).await;
}

/// A call that moves the service or its traffic, in few words.
fn turning(call: &recon_sandbox::Logged) -> Option<String> {
    let group = |arn: &Value| arn.as_str().unwrap().split('/').nth(1).unwrap().to_string();
    Some(match call.operation.as_str() {
        "ModifyListener" => {
            let action = &call.input["DefaultActions"][0];
            match action["ForwardConfig"]["TargetGroups"].as_array() {
                Some(groups) => {
                    let each = groups
                        .iter()
                        .map(|one| format!(" {} {}", group(&one["TargetGroupArn"]), one["Weight"]));
                    format!("weights{}", each.collect::<String>())
                }
                None => format!("forward to {}", group(&action["TargetGroupArn"])),
            }
        }
        "CreateService" => {
            format!("create behind {}", group(&call.input["loadBalancers"][0]["targetGroupArn"]))
        }
        "DeleteService" => "delete".into(),
        _ => return None,
    })
}

#[tokio::test(start_paused = true)]
async fn what_the_bridge_stands_on_must_hold_still() {
    let world = World::new().await;
    world.converge(&stack(&service("name_prefix = \"api-\""))).await;
    let wanted = format!(
        "{}{CODE_DEPLOY}",
        service(
            "name_prefix = \"api-\"\nreplace = \"create_first\"\ndeployment_controller = \"CODE_DEPLOY\""
        )
    );
    let wanted = stack(&wanted.replace(
        "load_balancer = \"lb\"\nport = 80\n",
        "load_balancer = \"lb\"\nport = 80\ntags = { a = \"b\" }\n",
    ));
    let planned = world.plan(&wanted).await;
    let Action::Blocked(because) = &the_service(&planned).action else {
        panic!("{}", outline(&planned.plan))
    };
    assert_eq!(because.first.code, "BRIDGE");
    assert!(because.first.text.contains("--target elb.listener.production"), "{}", because.first.text);
}

#[tokio::test(start_paused = true)]
async fn a_target_group_with_a_prefix_is_made_before_its_predecessor_ends() {
    let world = World::new().await;
    let wanted = |port: u16| {
        let toml = service("name = \"api\"").replace("name = \"blue\"", "name_prefix = \"blue-\"");
        stack(&toml.replacen(
            "port = 8080\n\n[elb.target_group.green]",
            &format!("port = {port}\n\n[elb.target_group.green]"),
            1,
        ))
    };
    world.converge(&wanted(8080)).await;
    let planned = world.plan(&wanted(8081)).await;
    let step = planned.plan.step(&address("elb.target_group.blue")).unwrap();
    assert!(
        matches!(step.action, Action::Replace(_, ReplaceOrder::CreateFirst)),
        "{}",
        outline(&planned.plan)
    );
    world.converge(&wanted(8081)).await;
    world.converge(&wanted(8082)).await;
    world.destroy(&wanted(8082)).await;
}

#[test]
fn a_prefix_is_for_some_kinds_and_not_beside_a_name() {
    for (toml, words) in [
        (
            "[ecs.service.api]\nname = \"a\"\nname_prefix = \"a-\"\ncluster = \"c\"\n[ecs.cluster.c]\nname = \"c\"\n",
            "exclude each other",
        ),
        (
            "[iam.role.r]\nname_prefix = \"a-\"\ntrust = { services = [\"ecs.amazonaws.com\"] }\n",
            "cannot be named by a prefix",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let head = "[stack]\nname = \"t\"\nregion = \"eu-central-1\"\naccount = \"123456789012\"\n";
        std::fs::write(folder.path().join("s.toml"), format!("{head}{toml}")).unwrap();
        let failed = recon_model::load::load(folder.path(), &Default::default()).unwrap_err();
        assert!(failed.problems.iter().any(|p| p.message.contains(words)), "{:?}", failed.problems);
    }
}

/// Whatever becomes of a run that replaces, the next one leaves what an undisturbed one leaves.
mod struck {
    use super::*;
    use crate::disturbed::Target;

    fn prefixed(controller: &str, more: &str) -> Stack {
        let toml =
            service(&format!("name_prefix = \"api-\"\ndeployment_controller = \"{controller}\"\n{more}"));
        stack(&if controller == "CODE_DEPLOY" { format!("{toml}{CODE_DEPLOY}") } else { toml })
    }

    /// Over the bridge from ECS to CodeDeploy.
    #[test]
    fn a_service_that_is_made_first_over_the_bridge() {
        Target::between(prefixed("ECS", ""), prefixed("CODE_DEPLOY", "")).strike_every_change();
    }

    /// Over the bridge from one service of CodeDeploy's to another.
    #[test]
    fn a_service_of_code_deploy_that_is_made_first() {
        let managed = prefixed("CODE_DEPLOY", "enable_execute_command = true");
        Target::between(prefixed("CODE_DEPLOY", ""), managed).strike_every_change();
    }

    /// No bridge: two services stand behind one target group.
    #[test]
    fn a_service_that_is_made_first_beside_the_old_one() {
        Target::between(prefixed("CODE_DEPLOY", ""), prefixed("ECS", "")).strike_every_change();
    }

    #[test]
    fn a_service_that_ends_first() {
        let one = stack(&service("name = \"api\""));
        Target::between(one, under_code_deploy("name = \"api\"")).strike_every_change();
    }

    #[test]
    fn a_target_group_with_a_prefix() {
        let prefixed = |port: u16| {
            let toml = service("name = \"api\"").replace("name = \"blue\"", "name_prefix = \"blue-\"");
            stack(&toml.replacen(
                "port = 8080\n\n[elb.target_group.green]",
                &format!("port = {port}\n\n[elb.target_group.green]"),
                1,
            ))
        };
        Target::between(prefixed(8080), prefixed(8081)).strike_every_change();
    }

    #[test]
    fn a_load_balancer_with_all_that_stands_on_it() {
        let one = service("name = \"api\"");
        let other =
            one.replace("[elb.load_balancer.lb]\n", "[elb.load_balancer.lb]\nscheme = \"internal\"\n");
        assert_ne!(one, other);
        Target::between(stack(&one), stack(&other)).strike_every_change();
    }
}
