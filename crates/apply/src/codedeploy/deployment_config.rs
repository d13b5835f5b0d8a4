//! `codedeploy.deployment_config`. AWS has no call that changes one.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use crate::cx::{Cx, Exports, Failure};
use crate::item::Item;

const CREATE: WriteOp = WriteOp::new("codedeploy", "CreateDeploymentConfig");
const DELETE: WriteOp = WriteOp::new("codedeploy", "DeleteDeploymentConfig");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    // CodeDeploy's own defaults are those of the Server platform
    let fields =
        ["name", "compute_platform", "minimum_healthy_hosts", "traffic_routing_config", "zonal_config"];
    let input = item.aws_fields(&fields.map(str::to_string).into(), &[]);
    cx.write(CREATE, input).await?;
    Ok([("name".to_string(), item.text("name").to_string())].into())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"deploymentConfigName": live.export("name")});
    cx.write_unless(DELETE, input, &["DeploymentConfigDoesNotExistException"]).await?;
    Ok(())
}
