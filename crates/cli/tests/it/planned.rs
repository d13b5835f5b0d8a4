//! Plans as the engine makes them: TOML in, plan out, in both forms.

use std::fs;

use recon::render;
use recon_acceptance::{World, read};
use recon_model::Stack;
use recon_model::plan::{Calls, Plan};
use recon_sandbox::{Fault, Refusal, Sandbox, State};

use super::build::*;

const TOML: &str = include_str!("planned/stack.toml");

/// The stack with texts replaced.
fn stack(edits: &[(&str, &str)]) -> Stack {
    let mut toml = TOML.to_string();
    for (from, to) in edits {
        assert!(toml.contains(from), "{from} is not in the TOML");
        toml = toml.replace(from, to);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("stack.toml"), toml).unwrap();
    read(folder.path())
}

/// The account in which the stack stands.
async fn standing() -> State {
    let world = World::new().await;
    world.converge(&stack(&[])).await;
    world.sandbox.state()
}

/// The plan that `recon plan` would show in that account.
async fn planned(account: Sandbox, stack: &Stack) -> Plan {
    let world = World::with(account).await;
    let mut plan = world.plan(stack).await.plan;
    let calls = world.session().calls();
    let by_service = calls.services.iter().map(|(service, n)| ((*service).to_string(), *n)).collect();
    plan.calls = Calls { total: calls.total, by_service, timings: None };
    // it hangs on the place of the folder
    plan.id = "00000000".into();
    for notice in &mut plan.notices {
        notice.text.truncate(notice.text.find(" (request id").unwrap_or(notice.text.len()));
    }
    for place in plan.steps.iter_mut().filter_map(|step| step.place.as_mut()) {
        *place = format!("desired/{}", place.rsplit('/').next().unwrap());
    }
    plan
}

fn both(name: &str, plan: &Plan) {
    let human = plain(&render::plan("plan", plan, NARROW));
    assert_eq!(too_wide(&human, 80), Vec::<String>::new());
    snapshot("plan", name, &human);
    snapshot("plan", &format!("{name}.json"), &render::json(plan));
}

#[tokio::test(start_paused = true)]
async fn from_nothing() {
    both("from_nothing", &planned(Sandbox::default(), &stack(&[])).await);
}

#[tokio::test(start_paused = true)]
async fn no_change_is_one_line() {
    let plan = planned(Sandbox::new(standing().await), &stack(&[])).await;
    let human = plain(&render::plan("plan", &plan, NARROW));
    assert_eq!(human.lines().count(), 1, "{human}");
    both("no_change", &plan);
}

#[tokio::test(start_paused = true)]
async fn one_field() {
    let other = stack(&[("desired_count         = 2", "desired_count         = 4")]);
    both("one_field", &planned(Sandbox::new(standing().await), &other).await);
}

/// The target group cannot keep its port, nor the service its controller; what
/// stands on them follows.
#[tokio::test(start_paused = true)]
async fn a_replacement_with_its_cascade() {
    let other = stack(&[
        ("port        = 8080", "port        = 8081"),
        ("registry/api:1.8.2", "registry/api:1.9.0"),
        ("LOG_LEVEL = \"info\"", "LOG_LEVEL = \"debug\""),
        ("hunter2", "correct horse"),
        ("desired_count         = 2", "desired_count         = 2\ndeployment_controller = \"CODE_DEPLOY\""),
    ]);
    let plan = planned(Sandbox::new(standing().await), &other).await;
    both("replacement", &plan);
    assert!(!render::json(&plan).contains("hunter2") && !render::json(&plan).contains("correct horse"));
}

#[tokio::test(start_paused = true)]
async fn a_deletion() {
    let service = TOML.find("[ecs.service.api]").unwrap();
    let group = "[logs.log_group.api]\nname = \"/ecs/api\"\n";
    let other = stack(&[(&TOML[service..], ""), (group, "")]);
    both("deletion", &planned(Sandbox::new(standing().await), &other).await);
}

#[tokio::test(start_paused = true)]
async fn blocked_by_access_denied() {
    let account = Sandbox::new(standing().await);
    account.on_call(Box::new(|call| {
        let denied = "User: arn:aws:iam::123456789012:user/night is not authorized to perform: \
                      iam:GetRole on resource: role ecs-task-role";
        (call.service == "iam").then(|| Fault::Refuse(Refusal::new(403, "AccessDenied", denied)))
    }));
    let other = stack(&[("registry/api:1.8.2", "registry/api:1.9.0")]);
    both("blocked", &planned(account, &other).await);
}

#[tokio::test(start_paused = true)]
async fn not_owned() {
    let account = Sandbox::default();
    for (service, operation, input) in [
        ("logs", "CreateLogGroup", serde_json::json!({"logGroupName": "/ecs/api"})),
        ("ecs", "CreateCluster", serde_json::json!({"clusterName": "test-cluster"})),
    ] {
        account.call(service, operation, "ap-northeast-2", &input).unwrap();
    }
    let cluster = "name = \"test-cluster\"";
    let other = stack(&[(cluster, &format!("{cluster}\nadopt = true"))]);
    both("not_owned", &planned(account, &other).await);
}
