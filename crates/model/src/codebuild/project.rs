//! `codebuild.project`: facts in AWS's API reference, CreateProject,
//! UpdateProjectVisibility and CreateWebhook.

use serde_json::{Map, Value, json};

use crate::kind::Kind;
use crate::targets::{KMS_KEY, LOG_GROUP, ROLE, SECURITY_GROUP, SUBNET, VPC};

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "codebuild.project",
        "codebuild",
        "CreateProjectInput",
        "Where the source comes from, what builds it, and where the result goes.",
    );
    webhook(logs(environment(sources(kind))))
        .cfn("AWS::CodeBuild::Project")
        .exports(&["arn", "name", "badge_request_url"])
        .create_only(&["name"])
        .refers("service_role", ROLE)
        .default("timeout_in_minutes", 60)
        .default("queued_timeout_in_minutes", 480)
        .refers("encryption_key", KMS_KEY)
        .normal("encryption_key", key_of_s3)
        .default("badge_enabled", false)
        .rename("vpc_config.vpc_id", "vpc")
        .refers("vpc_config.vpc", VPC)
        .refers("vpc_config.subnets", SUBNET)
        .rename("vpc_config.security_group_ids", "security_groups")
        .refers("vpc_config.security_groups", SECURITY_GROUP)
        .matched_by("file_system_locations", "identifier")
        .refers("build_batch_config.service_role", ROLE)
        .default("build_batch_config.combine_artifacts", false)
        .take("Project", "projectVisibility", "project_visibility")
        .doc(
            "project_visibility",
            "Whether builds, their logs and artifacts are there for everybody to read.",
        )
        .default("project_visibility", "PRIVATE")
        .take("Project", "resourceAccessRole", "resource_access_role")
        .refers("resource_access_role", ROLE)
        // no call takes it away again; without public builds it means nothing
        .unmanaged(&["resource_access_role"])
        .canonical(canonical)
}

fn sources(kind: Kind) -> Kind {
    ["source", "secondary_sources"]
        .iter()
        .fold(kind, |kind, source| {
            let at = |path: &str| format!("{source}.{path}");
            kind.default(&at("insecure_ssl"), false)
                .default(&at("report_build_status"), false)
                .default(&at("git_submodules_config.fetch_submodules"), false)
                .shorthand(&at("git_submodules_config"), "fetch_submodules")
        })
        .matched_by("secondary_sources", "source_identifier")
        .matched_by("secondary_source_versions", "source_identifier")
        .matched_by("secondary_artifacts", "artifact_identifier")
        .shorthand("artifacts", "type")
        .shorthand("cache", "type")
        .default("cache.type", "NO_CACHE")
}

fn environment(kind: Kind) -> Kind {
    let at = |path: &str| format!("environment.{path}");
    kind.default(&at("privileged_mode"), false)
        .default(&at("image_pull_credentials_type"), "CODEBUILD")
        .default(&at("environment_variables.type"), "PLAINTEXT")
        .shorthand(&at("fleet"), "fleet_arn")
        .leave_out_inside(&[("environment.docker_server.status", "AWS says it, nobody sets it")])
        .rename(&at("docker_server.security_group_ids"), "security_groups")
        .refers(&at("docker_server.security_groups"), SECURITY_GROUP)
}

fn logs(kind: Kind) -> Kind {
    kind.default("logs_config.cloud_watch_logs.status", "ENABLED")
        .rename("logs_config.cloud_watch_logs.group_name", "group")
        .refers("logs_config.cloud_watch_logs.group", LOG_GROUP)
        .default("logs_config.s3_logs.status", "DISABLED")
        .default("logs_config.s3_logs.encryption_disabled", false)
}

/// The hook that a Git host calls. Its secret is AWS's own, and is not read.
fn webhook(kind: Kind) -> Kind {
    kind.take("Project", "webhook", "webhook")
        .doc("webhook", "Build when a Git host says that something happened.")
        .leave_out_inside(&[
            ("webhook.url", "AWS says it, nobody sets it"),
            ("webhook.payload_url", "AWS says it, nobody sets it"),
            ("webhook.secret", "AWS makes it, and it is read by nobody"),
            ("webhook.last_modified_secret", "AWS says it, nobody sets it"),
            ("webhook.status", "AWS says it, nobody sets it"),
            ("webhook.status_message", "AWS says it, nobody sets it"),
        ])
        .default("webhook.manual_creation", false)
        .default("webhook.filter_groups.exclude_matched_pattern", false)
        .unmanaged(&["webhook.pull_request_build_policy"])
}

/// The key that AWS takes where none is named.
fn key_of_s3(value: &Value) -> Value {
    match value.as_str() {
        Some(key) if key.ends_with("alias/aws/s3") => Value::Null,
        _ => value.clone(),
    }
}

fn canonical(spec: &mut Value) {
    let name = spec["name"].clone();
    let Some(map) = spec.as_object_mut() else { return };
    map.entry("cache").or_insert_with(|| json!({"type": "NO_CACHE"}));
    // a webhook that says nothing is one all the same
    if let Some(webhook) = map.get_mut("webhook").and_then(Value::as_object_mut) {
        webhook.entry("build_type").or_insert_with(|| json!("BUILD"));
    }
    if let Some(artifacts) = map.get_mut("artifacts").and_then(Value::as_object_mut) {
        fill_artifacts(artifacts, &name);
    }
    for artifacts in map.get_mut("secondary_artifacts").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(artifacts) = artifacts.as_object_mut() {
            fill_artifacts(artifacts, &name);
        }
    }
}

/// CodePipeline decides for itself; what AWS answers beside the type means nothing then.
fn fill_artifacts(artifacts: &mut Map<String, Value>, project: &Value) {
    if artifacts.get("type").is_some_and(|ty| ty == "S3") {
        artifacts.entry("name").or_insert_with(|| project.clone());
        artifacts.entry("packaging").or_insert_with(|| json!("NONE"));
        artifacts.entry("namespace_type").or_insert_with(|| json!("NONE"));
    } else {
        artifacts.retain(|member, _| member == "type" || member == "artifact_identifier");
    }
}
