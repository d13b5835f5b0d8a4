//! What is declared, and what AWS answers of it: the same in two spellings.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_diff::changes;
use recon_model::KindId;
use serde_json::{Value, json};

/// The paths that differ, both sides in the kind's own form.
fn differ(kind: KindId, desired: Value, live: Value) -> Vec<String> {
    let form = |mut spec: Value| {
        if let Some(canonical) = kind.kind().canonical {
            canonical(&mut spec);
        }
        spec
    };
    changes(&kind.kind().spec, &form(desired), &form(live), &[]).into_iter().map(|c| c.path).collect()
}

const NOTHING: [&str; 0] = [];

fn pipeline(source: Value, build: Value) -> Value {
    json!({"name": "p", "role": "arn", "stages": [
        {"name": "Source", "actions": [source]},
        {"name": "Build", "actions": [build]},
    ]})
}

#[test]
fn an_actions_type_may_be_said_by_its_provider_alone() {
    let desired = pipeline(
        json!({"name": "S", "provider": "S3", "configuration": {"S3Bucket": "b"}}),
        json!({"name": "B", "action_type_id": {"provider": "CodeBuild"}, "run_order": 1}),
    );
    let id = |c, p| json!({"category": c, "owner": "AWS", "provider": p, "version": "1"});
    let live = pipeline(
        json!({"name": "S", "action_type_id": id("Source", "S3"), "run_order": 1,
               "configuration": {"S3Bucket": "b", "PollForSourceChanges": "true"}}),
        json!({"name": "B", "action_type_id": id("Build", "CodeBuild"), "input_artifacts": []}),
    );
    assert_eq!(differ(KindId::CodepipelinePipeline, desired, live), NOTHING);
}

#[test]
fn another_action_type_is_a_change_of_what_differs_in_it() {
    let side = |category: &str| {
        let id = json!({"category": category, "owner": "AWS", "provider": "CodeBuild", "version": "1"});
        pipeline(json!({"name": "S", "provider": "CodeCommit"}), json!({"name": "B", "action_type_id": id}))
    };
    assert_eq!(
        differ(KindId::CodepipelinePipeline, side("Test"), side("Build")),
        ["stages[1].actions[B].action_type_id.category"]
    );
}

#[test]
fn a_source_that_is_no_longer_polled_is_a_change() {
    let side = |poll: Option<&str>| {
        let mut configuration = json!({"BranchName": "main"});
        if let Some(poll) = poll {
            configuration["PollForSourceChanges"] = json!(poll);
        }
        let source = json!({"name": "S", "provider": "CodeCommit", "configuration": configuration});
        pipeline(source, json!({"name": "B", "provider": "Manual"}))
    };
    let paths = differ(KindId::CodepipelinePipeline, side(Some("false")), side(None));
    assert_eq!(paths, ["stages[0].actions[S].configuration.PollForSourceChanges"]);
}

#[test]
fn stages_have_an_order_and_actions_have_names() {
    let action = |name: &str| json!({"name": name, "provider": "Manual"});
    let spec = |stages: [&str; 2], actions: [&str; 2]| {
        json!({"stages": [
            {"name": stages[0], "actions": [action("x")]},
            {"name": stages[1], "actions": [action(actions[0]), action(actions[1])]},
        ]})
    };
    let kind = KindId::CodepipelinePipeline;
    assert_eq!(differ(kind, spec(["a", "b"], ["x", "y"]), spec(["a", "b"], ["y", "x"])), NOTHING);
    assert!(!differ(kind, spec(["a", "b"], ["x", "y"]), spec(["b", "a"], ["x", "y"])).is_empty());
}

#[test]
fn the_variables_of_a_build_action_are_compared_by_what_they_say() {
    let side = |text: &str| {
        let build =
            json!({"name": "B", "provider": "CodeBuild", "configuration": {"EnvironmentVariables": text}});
        pipeline(json!({"name": "S", "provider": "CodeCommit"}), build)
    };
    let desired = side(r#"[{"name":"B","value":"2"}, {"name":"A","value":"1","type":"PLAINTEXT"}]"#);
    let live =
        side(r#"[{"name":"A","value":"1","type":"PLAINTEXT"},{"name":"B","value":"2","type":"PLAINTEXT"}]"#);
    assert_eq!(differ(KindId::CodepipelinePipeline, desired, live), NOTHING);
}

#[test]
fn a_project_is_what_aws_makes_of_it() {
    let desired = json!({"name": "b", "source": {"type": "CODEPIPELINE", "buildspec": "buildspec.yml"},
        "artifacts": {"type": "CODEPIPELINE"}, "service_role": "arn",
        "environment": {"type": "LINUX_CONTAINER", "image": "i", "compute_type": "BUILD_GENERAL1_SMALL",
            "environment_variables": [{"name": "B", "value": "2"}, {"name": "A", "value": "1"}]}});
    let live = json!({"name": "b",
        "source": {"type": "CODEPIPELINE", "buildspec": "buildspec.yml", "insecure_ssl": false},
        "artifacts": {"type": "CODEPIPELINE", "name": "b", "packaging": "NONE", "encryption_disabled": false},
        "cache": {"type": "NO_CACHE"}, "service_role": "arn", "timeout_in_minutes": 60,
        "queued_timeout_in_minutes": 480, "badge_enabled": false, "project_visibility": "PRIVATE",
        "encryption_key": "arn:aws:kms:eu-west-1:123456789012:alias/aws/s3",
        "logs_config": {"cloud_watch_logs": {"status": "ENABLED"}, "s3_logs": {"status": "DISABLED"}},
        "environment": {"type": "LINUX_CONTAINER", "image": "i", "compute_type": "BUILD_GENERAL1_SMALL",
            "privileged_mode": false, "image_pull_credentials_type": "CODEBUILD",
            "environment_variables": [{"name": "A", "value": "1", "type": "PLAINTEXT"},
                {"name": "B", "value": "2", "type": "PLAINTEXT"}]}});
    assert_eq!(differ(KindId::CodebuildProject, desired.clone(), live.clone()), NOTHING);
    let mut changed = live;
    changed["logs_config"]["cloud_watch_logs"]["status"] = json!("DISABLED");
    assert_eq!(differ(KindId::CodebuildProject, desired, changed), ["logs_config.cloud_watch_logs.status"]);
}

#[test]
fn a_bucket_has_what_s3_gives_every_bucket_and_an_opened_one_differs() {
    let live = |block: bool| {
        json!({"name": "b", "object_ownership": "BucketOwnerEnforced",
            "public_access_block": {"block_public_acls": block, "ignore_public_acls": block,
                "block_public_policy": block, "restrict_public_buckets": block},
            "encryption": {"rules": [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"},
                "bucket_key_enabled": false}]},
            "lifecycle": {"transition_default_minimum_object_size": "all_storage_classes_128K", "rules": [
                {"id": "made-by-aws", "status": "Enabled", "filter": {"prefix": ""},
                    "expiration": {"days": 30}}]}})
    };
    let desired =
        json!({"name": "b", "lifecycle": {"rules": [{"status": "Enabled", "expiration": {"days": 30}}]}});
    assert_eq!(differ(KindId::S3Bucket, desired.clone(), live(true)), NOTHING);
    assert_eq!(differ(KindId::S3Bucket, desired, live(false)).len(), 4);
}

#[test]
fn the_policies_that_aws_writes_by_itself_are_those_of_nobody() {
    let root = json!({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [{
        "Sid": "Enable IAM User Permissions", "Effect": "Allow", "Resource": "*", "Action": "kms:*",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}]});
    let key = |policy: &Value| json!({"alias": "alias/a", "enabled": true, "policy": policy});
    assert_eq!(differ(KindId::KmsKey, json!({"alias": "alias/a"}), key(&root)), NOTHING);
    let mut open = root;
    open["Statement"][0]["Principal"]["AWS"] = json!("*");
    assert_eq!(differ(KindId::KmsKey, json!({"alias": "alias/a"}), key(&open)), ["policy"]);

    let topic = json!({"name": "t", "attributes": {"display_name": "", "signature_version": "1",
        "policy": {"Id": "__default_policy_ID", "Statement": []}}});
    assert_eq!(differ(KindId::SnsTopic, json!({"name": "t"}), topic), NOTHING);
}

#[test]
fn a_scaling_policy_is_of_the_type_of_what_it_says() {
    let tracking = json!({"target_value": 50.0});
    let desired = json!({"name": "p", "target": "service/c/s",
        "target_tracking_scaling_policy_configuration": tracking});
    let live = json!({"name": "p", "target": "service/c/s", "policy_type": "TargetTrackingScaling",
        "service_namespace": "ecs", "scalable_dimension": "ecs:service:DesiredCount",
        "target_tracking_scaling_policy_configuration": {"target_value": 50, "disable_scale_in": false}});
    assert_eq!(differ(KindId::AutoscalingPolicy, desired, live), NOTHING);
}

#[test]
fn a_rule_and_its_pattern_are_the_same_in_every_order() {
    let desired = json!({"name": "r", "event_pattern": {"source": ["a", "b"]},
        "targets": [{"id": "x", "target": "arn:x"}, {"id": "y", "target": "arn:y"}]});
    let live = json!({"name": "r", "event_bus_name": "default", "state": "ENABLED",
        "event_pattern": "{\"source\":[\"b\",\"a\"]}",
        "targets": [{"id": "y", "target": "arn:y"}, {"id": "x", "target": "arn:x"}]});
    assert_eq!(differ(KindId::EventsRule, desired, live), NOTHING);
}
