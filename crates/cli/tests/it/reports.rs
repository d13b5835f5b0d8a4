use recon::render;
use recon::render::report::{Outcome, Run};
use recon_apply::{Done, Failed, Report};
use recon_diff::sequence::What;
use recon_model::plan::Plan;

use super::build::*;

fn a_plan() -> Plan {
    plan(vec![
        step("ecs.cluster.test", "test-cluster", create()),
        step("ecs.service.api", "test-service-prod", replace("SVC-001", "words")),
        step("codedeploy.deployment_group.api", "dg", update()),
    ])
}

fn done(text: &str, what: What) -> Done {
    Done { address: address(text), what, seconds: 1.5, made: 1.5, note: None }
}

fn both(name: &str, outcome: Outcome, report: Option<&Report>) {
    let plan = a_plan();
    let run = Run {
        command: "apply",
        plan: &plan,
        outcome,
        report,
        next: None,
        again: "recon apply --env prod",
        calls: None,
    };
    let human = plain(&run.human(NARROW));
    assert_eq!(too_wide(&human, 80), Vec::<String>::new());
    snapshot("apply", name, &human);
    snapshot("apply", &format!("{name}.json"), &render::json(&run.document()));
}

#[test]
fn all_done() {
    let report = Report {
        done: vec![
            done("ecs.cluster.test", What::Create),
            done("ecs.service.api", What::Delete),
            done("ecs.service.api", What::Create),
            done("codedeploy.deployment_group.api", What::Update),
        ],
        ..Report::default()
    };
    both("done", Outcome::Done, Some(&report));
}

#[test]
fn a_failure_says_what_aws_said_what_is_done_and_what_is_not() {
    let report = Report {
        done: vec![done("ecs.cluster.test", What::Create), done("ecs.service.api", What::Delete)],
        failed: vec![Failed {
            address: address("ecs.service.api"),
            what: What::Create,
            error: "ecs CreateService: InvalidParameterException: The target group with targetGroupArn \
                    arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/test-tg-01/0123456789abcdef \
                    does not have an associated load balancer. (request id 4f2c9e1)"
                .into(),
            hint: Some("forward a listener to it first: depends_on = [\"elb.listener.production\"]".into()),
        }],
        not_started: vec![address("codedeploy.deployment_group.api")],
        stopped: false,
    };
    both("failed", Outcome::Failed, Some(&report));
}

#[test]
fn a_refusal_is_a_document_too() {
    both("refused", Outcome::Refused, None);
}
