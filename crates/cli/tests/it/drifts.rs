use std::path::Path;

use recon::render;
use recon_model::Stack;
use recon_model::load::{self, load};
use recon_model::plan::{Action, Because, Plan};
use serde_json::json;

use super::build::*;

fn stack() -> Stack {
    load(Path::new("tests/it/stack"), &load::Options::default()).unwrap()
}

fn shown(plan: &Plan) -> String {
    let undo = |address: &str| match address {
        "" => "recon apply".to_string(),
        address => format!("recon apply --target {address}"),
    };
    let text = plain(&render::drift(plan, &stack(), &undo, NARROW));
    assert_eq!(too_wide(&text, 80), Vec::<String>::new());
    text
}

#[test]
fn no_drift() {
    snapshot("drift", "none", &shown(&plan(keeps(14))));
}

#[test]
fn every_difference_names_its_line_and_both_ways_out() {
    let policy = |action: &str| {
        json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::uploads/*" }] })
    };
    let mut steps = vec![
        step("ecs.service.api", "test-service-prod", update()).with("desired_count", 4, 2),
        step("ecs.task_definition.api", "test-api-td-prod", update())
            .with("container_definitions[api].image", "registry/api:by-hand", "registry/api:1.9.0")
            .with("container_definitions[api].environment.LOG_LEVEL", "debug", "info")
            .with("container_definitions[api].environment.EXTRA", "1", ()),
        step("ecs.cluster.test", "test-cluster", create()),
        step("iam.role.task", "ecs-task-role", update())
            .with("inline.uploads", policy("s3:*"), policy("s3:GetObject"))
            .with("managed", json!(["arn:aws:iam::aws:policy/AdministratorAccess"]), ())
            .with("description", "by hand", ()),
        step("elb.target_group.blue", "test-tg-01", replace("CREATE_ONLY", "port cannot change"))
            .with("port", 80, 8080)
            .forced("CREATE_ONLY"),
        step("logs.log_group.old", "/ecs/old", delete()),
    ];
    steps.extend(keeps(8));
    let text = shown(&plan(steps));
    assert!(text.contains("stack/taskdef.json:10"), "the container's own line, found by its name: {text}");
    snapshot("drift", "differences", &text);
}

#[test]
fn what_cannot_be_read_forbids_a_green_verdict() {
    let mut plan = plan(vec![
        step(
            "iam.role.task",
            "ecs-task-role",
            blocked("UNREADABLE", "it cannot be read: iam GetRole: AccessDenied"),
        ),
        step("ecs.cluster.test", "test-cluster", Action::Keep),
    ]);
    plan.notices = vec![notice(
        "BLIND",
        None,
        "resources that are no longer declared may be overlooked: tagging GetResources: AccessDenied",
    )];
    snapshot("drift", "unreadable", &shown(&plan));
}

#[test]
fn a_broken_invariant_is_told_without_a_field() {
    let violation =
        Because::new("INVARIANT", "its PRIMARY task set runs another task definition than the service says");
    let mut plan = plan(vec![step("ecs.service.api", "test-service-prod", Action::Update(vec![violation]))]);
    plan.notices = vec![notice(
        "CD-INVARIANT",
        Some("elb.listener.production"),
        "it forwards to a target group that is none of the pair",
    )];
    snapshot("drift", "invariant", &shown(&plan));
}
