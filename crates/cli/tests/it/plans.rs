use recon::Exit;
use recon::render::{self, Look, verdict};
use recon_model::plan::Plan;
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
