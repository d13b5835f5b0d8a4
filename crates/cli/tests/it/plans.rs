use recon::Exit;
use recon::render::{self, Look, verdict};
use recon_model::plan::{Action, Because, Plan};
use serde_json::{Value, json};

use super::build::*;

/// Both forms as snapshots; the human one fits into 80 columns.
fn both(name: &str, plan: &Plan) {
    let human = plain(&render::plan("plan", plan, NARROW));
    assert_eq!(too_wide(&human, 80), Vec::<String>::new());
    snapshot("plan", name, &human);
    snapshot("plan", &format!("{name}.json"), &render::json(plan));
}

fn policy(actions: &[&str]) -> Value {
    json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "Uploads", "Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::uploads/*" }
    ] })
}

#[test]
fn from_nothing() {
    both(
        "from_nothing",
        &plan(vec![
            step("ecs.cluster.test", "test-cluster", create())
                .with("name", (), "test-cluster")
                .with("settings.containerInsights", (), "disabled")
                .with("tags.Env", (), "test"),
            step("iam.role.task", "ecs-task-role", create())
                .with("name", (), "ecs-task-role")
                .with("trust", (), json!({ "services": ["ecs-tasks.amazonaws.com"] }))
                .with("inline.uploads", (), policy(&["s3:GetObject", "s3:PutObject"])),
            step("ecs.service.api", "test-service-prod", create())
                .with("name", (), "test-service-prod")
                .with("cluster", (), "(known after ecs.cluster.test)")
                .with("load_balancers[0].container_name", (), "api")
                .with("load_balancers[0].container_port", (), 8080)
                .with(
                    "network_configuration.awsvpc_configuration.subnets",
                    (),
                    json!(["subnet-099ac9b81701c3187", "subnet-0b8b2e9a10c185359"]),
                )
                .with("network_configuration.awsvpc_configuration.assign_public_ip", (), "DISABLED"),
            step("codedeploy.deployment_group.api", "DgpECS-test-cluster-test-service-prod", create())
                .with(
                    "blue_green_deployment_configuration.terminate_blue_instances_on_deployment_success.action",
                    (),
                    "TERMINATE",
                )
                .with(
                    "blue_green_deployment_configuration.terminate_blue_instances_on_deployment_success.termination_wait_time_in_minutes",
                    (),
                    60,
                )
                .with("blue_green_deployment_configuration.deployment_ready_option.action_on_timeout", (), "CONTINUE_DEPLOYMENT"),
        ]),
    );
}

#[test]
fn no_change_is_one_line() {
    let plan = plan(keeps(17));
    let human = plain(&render::plan("plan", &plan, NARROW));
    assert_eq!(human.lines().count(), 1, "{human}");
    both("no_change", &plan);
}

#[test]
fn one_field() {
    let mut steps = vec![step("ecs.service.api", "test-service-prod", update()).with("desired_count", 4, 2)];
    steps.extend(keeps(17));
    both("one_field", &plan(steps));
}

#[test]
fn a_replacement_with_its_cascade() {
    let cascade = Because::new("CASCADE", "ecs.service.api is replaced, so it is bound to the new one");
    both(
        "replacement",
        &plan(vec![
            step(
                "ecs.service.api",
                "test-service-prod",
                replace(
                    "SVC-001",
                    "the deployment controller of a service cannot change from ECS to CODE_DEPLOY, so the \
                     service is replaced",
                ),
            )
            .with("deployment_controller.type", "ECS", "CODE_DEPLOY")
            .forced("SVC-001")
            .with(
                "task_definition",
                "arn:aws:ecs:ap-northeast-2:123456789012:task-definition/test-api-td-prod:87",
                "(known after ecs.task_definition.api)",
            ),
            step("ecs.task_definition.api", "test-api-td-prod", update())
                .with("container_definitions[api].image", "registry/api:1.8.2", "registry/api:1.9.0")
                .with("container_definitions[api].environment.LOG_LEVEL", "info", "debug")
                .with("container_definitions[api].environment.DB_PASSWORD", "(hidden)", "(hidden)"),
            step(
                "codedeploy.deployment_group.api",
                "DgpECS-test-cluster-test-service-prod",
                Action::Update(vec![cascade]),
            ),
            step("elb.target_group.blue", "test-tg-01", replace("CREATE_ONLY", "port cannot change"))
                .with("port", 8080, 8081)
                .forced("CREATE_ONLY"),
        ]),
    );
}

#[test]
fn a_deletion() {
    both(
        "deletion",
        &plan(vec![
            step("codebuild.project.old", "old-build", delete()),
            step("logs.log_group.old", "/ecs/old", delete()),
        ]),
    );
}

#[test]
fn blocked_by_access_denied() {
    let denied = "it cannot be read: iam GetRole: AccessDenied: User: arn:aws:iam::123456789012:user/night is \
                  not authorized to perform: iam:GetRole on resource: role ecs-task-role (request id 4f2c)";
    both(
        "blocked",
        &plan(vec![
            step("iam.role.task", "ecs-task-role", blocked("UNREADABLE", denied)),
            step(
                "ecs.task_definition.api",
                "test-api-td-prod",
                blocked("BLOCKED_NEED", "it needs iam.role.task, which is blocked"),
            ),
            step(
                "elb.load_balancer.api",
                "api",
                blocked("LOOKUP", "lookup.subnets.public finds nothing: no subnet matches"),
            ),
        ]),
    );
}

#[test]
fn not_owned() {
    both(
        "not_owned",
        &plan(vec![
            step(
                "logs.log_group.api",
                "/ecs/api",
                blocked(
                    "NOT_OWNED",
                    "it exists and no stack owns it: take it over with `adopt = true`, or choose another name",
                ),
            ),
            step(
                "ecs.cluster.api",
                "api",
                Action::Adopt(vec![Because::new("ADOPT", "the stack takes it over")]),
            )
            .with("tags.Env", (), "test"),
        ]),
    );
}

#[test]
fn policies_documents_and_texts() {
    let pattern = |branch: &str| json!({ "source": ["aws.codecommit"], "detail": { "event": ["referenceUpdated"], "referenceName": [branch] } });
    both(
        "documents",
        &plan(vec![
            step("iam.role.task", "ecs-task-role", update())
                .with(
                    "inline.uploads",
                    policy(&["s3:GetObject", "s3:DeleteObject"]),
                    policy(&["s3:GetObject", "s3:PutObject"]),
                )
                .with("inline.old", policy(&["s3:ListBucket"]), ())
                .with(
                    "managed",
                    json!(["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
                    json!(["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AdministratorAccess"]),
                ),
            step("events.rule.source", "source", update()).with("event_pattern", pattern("master"), pattern("main")),
            step("codebuild.project.api", "api", update()).with(
                "source.buildspec",
                "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n",
                "version: 0.2\nphases:\n  build:\n    commands:\n      - make test\n      - make\n",
            ),
            step("ecs.service.api", "api", update()).with(
                "load_balancers[1]",
                (),
                json!({ "container_name": "api", "container_port": 8080, "target_group": "(known after elb.target_group.blue)" }),
            ),
        ]),
    );
}

#[test]
fn notices_stand_before_the_steps() {
    let mut plan = plan(keeps(3));
    plan.notices = vec![
        notice(
            "CD-INVARIANT",
            Some("elb.listener.production"),
            "it forwards to a target group that is none of the pair of codedeploy.deployment_group.api",
        ),
        notice(
            "TARGET",
            None,
            "limited by --target to ecs.service.api and what it needs; everything else was left out",
        ),
    ];
    both("notices", &plan);
}

#[test]
fn what_is_hidden_or_wrong_is_never_a_green_line() {
    let last = |notice| {
        let plan = Plan { notices: vec![notice], ..plan(keeps(2)) };
        plain(&render::plan("plan", &plan, NARROW)).lines().last().unwrap().to_string()
    };
    assert!(last(notice("BLIND", None, "x")).starts_with("No changes in what could be read. "));
    assert!(last(notice("CD-INVARIANT", None, "x")).starts_with("Nothing to do, but not all is well. "));
    assert!(last(notice("TARGET", None, "x")).starts_with("No changes. "));
}

#[test]
fn long_lists_are_cut_and_full_shows_them_whole() {
    let text = |word: &str| (0..40).map(|i| format!("{word} {i}\n")).collect::<String>();
    let plan = plan(vec![step("codebuild.project.api", "api", update()).with(
        "source.buildspec",
        text("old"),
        text("new"),
    )]);
    let short = plain(&render::plan("plan", &plan, NARROW));
    assert!(short.contains("(64 lines more, --full shows all)"), "{short}");
    let full = plain(&render::plan("plan", &plan, Look { width: 80, full: true }));
    assert!(full.contains("- old 39") && full.contains("+ new 39") && !full.contains("--full"), "{full}");
}

#[test]
fn nothing_from_aws_or_a_user_reaches_the_terminal_unescaped() {
    let evil = "\u{1b}[2J\u{1b}]0;owned\u{7}\r\u{202e}";
    let mut plan = plan(vec![
        step("ecs.cluster.x", evil, create()).with(&format!("tags.{evil}"), (), evil),
        step("ecs.service.x", evil, blocked("UNREADABLE", evil)).with(evil, evil, json!({ evil: [evil] })),
        step("iam.role.x", evil, update()).with("inline.p", (), policy(&[evil])).with("d", evil, "a\nb"),
    ]);
    plan.stack = evil.into();
    plan.notices = vec![notice("BLIND", None, evil)];
    for text in [render::plan("plan", &plan, NARROW), render::plan("plan", &plan, NARROW.full(true))] {
        // only colours are left, and those begin with `ESC [` and end with `m`
        let text = plain(&text);
        let bad = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
        assert_eq!(text.chars().find(bad), None, "{text:?}");
        assert!(text.contains("\\u{1b}[2J"), "the text is there, escaped: {text}");
    }
}

#[test]
fn the_json_of_a_plan_reads_back_as_the_same_plan() {
    let plan = plan(vec![
        step("ecs.service.api", "api", replace("SVC-001", "words")).with("a", 1, 2).forced("SVC-001"),
        step("codebuild.project.old", "old", delete()),
    ]);
    let back: Plan = serde_json::from_str(&render::json(&plan)).unwrap();
    assert_eq!(back, plan);
}

#[test]
fn the_verdict_is_clean_only_when_everything_was_read_and_nothing_differs() {
    let with = |notices| Plan { notices, ..plan(keeps(2)) };
    assert_eq!(verdict(&with(vec![])), Exit::Clean);
    assert_eq!(verdict(&with(vec![notice("TARGET", None, "x")])), Exit::Clean);
    assert_eq!(verdict(&with(vec![notice("CD-INVARIANT", None, "x")])), Exit::Changes);
    assert_eq!(verdict(&with(vec![notice("BLIND", None, "x")])), Exit::Error);
    assert_eq!(verdict(&plan(vec![step("ecs.cluster.x", "x", update())])), Exit::Changes);
    assert_eq!(verdict(&plan(vec![step("ecs.cluster.x", "x", blocked("NOT_OWNED", "x"))])), Exit::Changes);
    for code in ["UNREADABLE", "LOOKUP"] {
        assert_eq!(verdict(&plan(vec![step("ecs.cluster.x", "x", blocked(code, "x"))])), Exit::Error);
    }
}
