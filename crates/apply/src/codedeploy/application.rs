//! `codedeploy.application`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("codedeploy", "CreateApplication");
const DELETE: WriteOp = WriteOp::new("codedeploy", "DeleteApplication");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    // AWS's own default is Server
    input["computePlatform"] = json!(item.spec["compute_platform"].as_str().unwrap_or("ECS"));
    input["tags"] = item.upper_tags();
    cx.write(CREATE, input).await?;
    let name = item.text("name");
    let arn = cx.arn("codedeploy", &format!("application:{name}"));
    Ok([("arn".to_string(), arn), ("name".to_string(), name.to_string())].into())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    super::tags(cx, item, live, changed, item.upper_tags(), None).await?;
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"applicationName": live.export("name")});
    cx.write_unless(DELETE, input, &["ApplicationDoesNotExistException"]).await?;
    Ok(())
}
