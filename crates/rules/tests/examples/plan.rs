//! Rules that are the plan's own: a change that AWS has no call for is a
//! replacement, and one that it has a call for is none.

use std::collections::BTreeSet;

use recon_model::KindId;
use recon_rules::{By, rules};
use serde_json::{Value, json};

/// Does another value in this field force a replacement?
fn replaces(kind: &str, field: &str, live: &Value, desired: &Value) -> bool {
    let kind = KindId::named(kind).unwrap().kind();
    let fixed = kind.spec.at(field).unwrap().create_only.is_some();
    let forced = kind.forces.and_then(|forces| forces(field, desired, live)).is_some();
    fixed || forced
}

/// One change, by the rule that is about it.
struct Case {
    rule: &'static str,
    kind: &'static str,
    /// The field whose change replaces, and one whose change does not.
    wrong: (&'static str, Value, Value),
    right: (&'static str, Value, Value),
}

fn cases() -> Vec<Case> {
    let service = |controller: &str| json!({ "deployment_controller": { "type": controller } });
    let in_place = json!({ "deployment_controller": { "type": "ECS" }, "controller_change": "in_place" });
    let balancer = |groups: Value| json!({ "type": "network", "security_groups": groups });
    let any = || (Value::Null, Value::Null);
    let plain = |rule, kind, wrong, right| {
        let ((a, b), (c, d)) = (any(), any());
        Case { rule, kind, wrong: (wrong, a, b), right: (right, c, d) }
    };
    vec![
        Case {
            rule: "SVC-001",
            kind: "ecs.service",
            wrong: ("deployment_controller", service("ECS"), service("CODE_DEPLOY")),
            right: ("deployment_controller", service("CODE_DEPLOY"), in_place),
        },
        Case {
            rule: "SVC-008",
            kind: "ecs.service",
            wrong: ("service_registries", service("CODE_DEPLOY"), service("CODE_DEPLOY")),
            right: ("service_registries", service("ECS"), service("ECS")),
        },
        Case {
            rule: "LB-017",
            kind: "elb.load_balancer",
            wrong: ("security_groups", balancer(json!([])), balancer(json!(["sg-1"]))),
            right: ("security_groups", balancer(json!(["sg-1"])), balancer(json!(["sg-1", "sg-2"]))),
        },
        plain("LB-018", "elb.target_group", "port", "health_check_path"),
        plain("LB-018", "elb.target_group", "protocol", "attributes"),
        plain("LB-018", "elb.target_group", "target_type", "health_check_port"),
        plain("LB-018", "elb.target_group", "vpc", "healthy_threshold_count"),
        plain("LB-019", "elb.load_balancer", "scheme", "subnets"),
        plain("LB-019", "elb.load_balancer", "type", "attributes"),
        plain("MISC-003", "ecr.repository", "encryption_configuration", "image_tag_mutability"),
    ]
}

#[test]
fn what_aws_has_no_call_for_is_replaced_and_nothing_else() {
    for case in cases() {
        let (field, live, desired) = &case.wrong;
        assert!(replaces(case.kind, field, live, desired), "{}: {field} replaces", case.rule);
        let (field, live, desired) = &case.right;
        assert!(!replaces(case.kind, field, live, desired), "{}: {field} does not", case.rule);
    }
}

#[test]
fn every_rule_of_the_plan_has_a_case() {
    let told: BTreeSet<&str> = cases().iter().map(|case| case.rule).collect();
    let of_plan: BTreeSet<&str> =
        rules().filter(|rule| matches!(rule.by, By::Plan)).map(|rule| rule.id).collect();
    // SVC-001 and SVC-008 may be the account's as well
    assert!(of_plan.is_subset(&told), "{of_plan:?} {told:?}");
}
