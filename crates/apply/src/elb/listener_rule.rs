//! `elb.listener_rule`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("elbv2", "CreateRule");
const MODIFY: WriteOp = WriteOp::new("elbv2", "ModifyRule");
const PRIORITY: WriteOp = WriteOp::new("elbv2", "SetRulePriorities");
const DELETE: WriteOp = WriteOp::new("elbv2", "DeleteRule");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = super::creation(item);
    super::number_actions(&mut input, "Actions");
    let answer = cx.write(CREATE, input).await?;
    Ok(crate::ecs::exports(&answer["Rules"][0], &[("arn", "RuleArn"), ("name", "Priority")]))
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let arn = live.export("arn");
    if changed.has("priority") {
        let priorities = json!([{"RuleArn": arn, "Priority": item.spec["priority"]}]);
        cx.write(PRIORITY, json!({"RulePriorities": priorities})).await?;
    }
    let fields = changed.without(&["priority", "listener"]);
    if !fields.is_empty() {
        let mut input = item.aws_fields(&fields, &[]);
        super::number_actions(&mut input, "Actions");
        if changed.has("transforms") && input["Transforms"].is_null() {
            input["ResetTransforms"] = json!(true);
        }
        input["RuleArn"] = json!(arn);
        cx.write(MODIFY, input).await?;
    }
    super::tags(cx, item, live, changed).await?;
    let mut exports = live.exports.clone();
    exports.insert("name".into(), item.spec["priority"].to_string());
    Ok(exports)
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    cx.write_unless(DELETE, json!({"RuleArn": live.export("arn")}), &["RuleNotFound"]).await?;
    Ok(())
}
