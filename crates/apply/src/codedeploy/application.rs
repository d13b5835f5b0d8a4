//! `codedeploy.application`.

use recon_aws::WriteOp;
use recon_model::{Found, KindId, mark_key, mark_value};
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("codedeploy", "CreateApplication");
const DELETE: WriteOp = WriteOp::new("codedeploy", "DeleteApplication");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    // AWS's own default is Server
    input["computePlatform"] = json!(item.spec["compute_platform"].as_str().unwrap_or("ECS"));
    input["tags"] = tags(cx, item);
    cx.write(CREATE, input).await?;
    let name = item.text("name");
    let arn = cx.arn("codedeploy", &format!("application:{name}"));
    Ok([("arn".to_string(), arn), ("name".to_string(), name.to_string())].into_iter().collect())
}

/// Its own, and the marks of all configs: a new application takes over from the one before.
fn tags(cx: &Cx<'_>, item: &Item<'_>) -> Value {
    let mut tags = item.tags.clone();
    let configs = cx.stack.resources.values().filter(|r| r.kind == KindId::CodedeployDeploymentConfig);
    for config in configs {
        if let Some(key) = mark_key(config.kind, &config.name()) {
            tags.insert(key, mark_value(cx.stack, &config.address));
        }
    }
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"applicationName": live.export("name")});
    cx.write_unless(DELETE, input, &["ApplicationDoesNotExistException"]).await?;
    Ok(())
}
