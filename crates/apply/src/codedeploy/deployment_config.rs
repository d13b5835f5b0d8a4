//! `codedeploy.deployment_config`. AWS has no call that changes one, and no tags:
//! the stack's applications carry a mark for it.

use recon_aws::WriteOp;
use recon_model::{Found, KindId, Reference, holders, mark_key, mark_value};
use serde_json::json;

use super::{TAG, UNTAG};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("codedeploy", "CreateDeploymentConfig");
const DELETE: WriteOp = WriteOp::new("codedeploy", "DeleteDeploymentConfig");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    mark(cx, item).await?;
    // CodeDeploy's own defaults are those of the Server platform
    let fields =
        ["name", "compute_platform", "minimum_healthy_hosts", "traffic_routing_config", "zonal_config"];
    let input = item.aws_fields(&fields.map(str::to_string).into(), &[]);
    cx.write(CREATE, input).await?;
    Ok([("name".to_string(), item.text("name").to_string())].into_iter().collect())
}

/// Nothing in one can change, the plan replaces it; only whose it is can.
pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    if changed.tags {
        mark(cx, item).await?;
    }
    Ok(live.exports.clone())
}

async fn mark(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let Some(key) = mark_key(item.kind, item.text("name")) else { return Ok(()) };
    for target in holders(cx.stack, item.resource) {
        let arn = cx.known(&Reference { target, attribute: "arn".into() });
        let tags = json!([{"Key": key, "Value": mark_value(cx.stack, item.address)}]);
        cx.write(TAG, json!({"ResourceArn": arn, "Tags": tags})).await?;
    }
    Ok(())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let name = live.export("name").unwrap_or_default();
    let gone = ["DeploymentConfigDoesNotExistException"];
    cx.write_unless(DELETE, json!({"deploymentConfigName": name}), &gone).await?;
    let Some(key) = mark_key(KindId::CodedeployDeploymentConfig, name) else { return Ok(()) };
    for arn in live.extra["marked"].as_array().into_iter().flatten() {
        let input = json!({"ResourceArn": arn, "TagKeys": [key]});
        cx.write_unless(UNTAG, input, &["ApplicationDoesNotExistException"]).await?;
    }
    Ok(())
}
