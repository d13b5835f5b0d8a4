//! `elb.target_group`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use super::attributes;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("elbv2", "CreateTargetGroup");
const MODIFY: WriteOp = WriteOp::new("elbv2", "ModifyTargetGroup");
const ATTRIBUTES: WriteOp = WriteOp::new("elbv2", "ModifyTargetGroupAttributes");
const DELETE: WriteOp = WriteOp::new("elbv2", "DeleteTargetGroup");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let answer = cx.write(CREATE, super::creation(item)).await?;
    let made = exports(&answer["TargetGroups"][0]);
    let arn = made.get("arn").cloned().unwrap_or_default();
    attributes::after_create(cx, item, ATTRIBUTES, "TargetGroupArn", &arn).await?;
    Ok(made)
}

fn exports(group: &Value) -> Exports {
    let mut exports = crate::ecs::exports(group, &[("arn", "TargetGroupArn"), ("name", "TargetGroupName")]);
    if let Some(full) = group["TargetGroupArn"].as_str().and_then(|arn| arn.rsplit(':').next()) {
        exports.insert("full_name".into(), full.to_string());
    }
    exports
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let fields = changed.without(&["attributes"]);
    if !fields.is_empty() {
        let mut input = item.aws_fields(&fields, &[]);
        input["TargetGroupArn"] = json!(live.export("arn"));
        cx.write(MODIFY, input).await?;
    }
    attributes::update(cx, item, live, changed, ATTRIBUTES, "TargetGroupArn").await?;
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    cx.write_unless(DELETE, json!({"TargetGroupArn": live.export("arn")}), &["TargetGroupNotFound"]).await?;
    Ok(())
}
