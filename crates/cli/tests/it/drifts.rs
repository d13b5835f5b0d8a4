use std::path::Path;

use recon::render;
use recon::seen::Seen;
use recon_model::Stack;
use recon_model::load::{self, load};
use recon_model::plan::{Action, Because, Plan};
use serde_json::json;

use super::build::*;

fn stack() -> Stack {
    load(Path::new("tests/it/stack"), &load::Options::default()).unwrap()
}

pub fn seen(plan: &Plan, before: Option<&Seen>) -> Seen {
    Seen::at("2026-11-23T02:00:00Z".into(), plan, before)
}

fn shown(plan: &Plan) -> String {
    let undo = |address: &str| match address {
        "" => "recon apply".to_string(),
        address => format!("recon apply --target {address}"),
    };
    let text = plain(&render::drift(plan, Some(&stack()), &seen(plan, None), &undo, NARROW));
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

#[test]
fn what_the_run_before_knew_keeps_its_date_and_the_rest_is_new() {
    let count =
        |n: u64| vec![step("ecs.service.api", "test-service-prod", update()).with("desired_count", n, 2)];
    let yesterday = Seen::at("2026-11-22T02:00:00Z".into(), &plan(count(4)), None);
    let document = render::json(&render::DriftDocument { plan: &plan(count(4)), seen: &yesterday });
    let yesterday: Seen = serde_json::from_str(&document).unwrap();
    let mut steps = count(4);
    steps.push(step("ecs.cluster.test", "test-cluster", create()));
    let plan_now = plan(steps);
    let now = seen(&plan_now, Some(&yesterday));
    assert_eq!(now.new_ones(), 1);
    let text = plain(&render::drift(&plan_now, Some(&stack()), &now, &|_| "recon apply".into(), NARROW));
    snapshot("drift", "since", &text);
    snapshot("drift", "since.markdown", &render::markdown::drift(&plan_now, &now, &text));
    // another value in the account is another difference
    let other = plan(count(5));
    assert_eq!(seen(&other, Some(&yesterday)).new_ones(), 1);
}
