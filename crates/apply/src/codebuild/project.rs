//! `codebuild.project`. Visibility and webhook are calls of their own.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use super::webhook;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("codebuild", "CreateProject");
const UPDATE: WriteOp = WriteOp::new("codebuild", "UpdateProject");
const VISIBILITY: WriteOp = WriteOp::new("codebuild", "UpdateProjectVisibility");
const DELETE: WriteOp = WriteOp::new("codebuild", "DeleteProject");

/// Fields that no call on the project itself takes.
const ELSEWHERE: &[&str] = &["name", "project_visibility", "resource_access_role", "webhook"];

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["tags"] = item.lower_tags();
    let answer = cx.write(CREATE, input).await?;
    let made = exports(&answer["project"]);
    if !item.spec["project_visibility"].is_null() || !item.spec["resource_access_role"].is_null() {
        visibility(cx, item, made.get("arn").map_or("", String::as_str)).await?;
    }
    if !item.spec["webhook"].is_null() {
        webhook::create(cx, item).await?;
    }
    Ok(made)
}

fn exports(project: &Value) -> Exports {
    let mut exports = crate::ecs::exports(project, &[("arn", "arn"), ("name", "name")]);
    exports.extend(crate::ecs::exports(&project["badge"], &[("badge_request_url", "badgeRequestUrl")]));
    exports
}

async fn visibility(cx: &Cx<'_>, item: &Item<'_>, arn: &str) -> Result<(), Failure> {
    let both = ["project_visibility".to_string(), "resource_access_role".to_string()].into();
    let mut input = item.aws_fields(&both, &[]);
    input["projectArn"] = json!(arn);
    cx.write(VISIBILITY, input).await?;
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let item = &item.beside(live);
    let fields = changed.without(ELSEWHERE);
    let mut exports_now = live.exports.clone();
    if !fields.is_empty() || changed.tags {
        let mut input = item.aws_fields(&fields, &nothing(cx));
        input["name"] = json!(item.text("name"));
        if changed.tags {
            input["tags"] = item.lower_tags();
        }
        exports_now = exports(&cx.write(UPDATE, input).await?["project"]);
    }
    if changed.has("project_visibility") || changed.has("resource_access_role") {
        visibility(cx, item, live.export("arn").unwrap_or_default()).await?;
    }
    if changed.has("webhook") {
        webhook::update(cx, item, live).await?;
    }
    Ok(exports_now)
}

/// What AWS takes for "none of it": a member left out would stay as it is.
fn nothing(cx: &Cx<'_>) -> Vec<(&'static str, Value)> {
    vec![
        ("description", json!("")),
        ("source_version", json!("")),
        ("secondary_sources", json!([])),
        ("secondary_source_versions", json!([])),
        ("secondary_artifacts", json!([])),
        ("file_system_locations", json!([])),
        ("vpc_config", json!({})),
        ("build_batch_config", json!({})),
        ("concurrent_build_limit", json!(-1)),
        ("auto_retry_limit", json!(0)),
        ("encryption_key", json!(cx.arn("kms", "alias/aws/s3"))),
        (
            "logs_config",
            json!({"cloud_watch_logs": {"status": "ENABLED"}, "s3_logs": {"status": "DISABLED"}}),
        ),
    ]
}

/// The Git host would go on calling a hook that is left behind.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let name = live.export("name").unwrap_or_default();
    if !live.spec["webhook"].is_null() {
        webhook::delete(cx, name).await?;
    }
    cx.write(DELETE, json!({"name": name})).await?;
    Ok(())
}
