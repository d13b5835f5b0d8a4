//! `notifications.rule`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::{surplus, wanted};

const CREATE: WriteOp = WriteOp::new("codestar-notifications", "CreateNotificationRule");
const UPDATE: WriteOp = WriteOp::new("codestar-notifications", "UpdateNotificationRule");
const DELETE: WriteOp = WriteOp::new("codestar-notifications", "DeleteNotificationRule");
const TAG: WriteOp = WriteOp::new("codestar-notifications", "TagResource");
const UNTAG: WriteOp = WriteOp::new("codestar-notifications", "UntagResource");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.canonical);
    input["Tags"] = json!(wanted(item));
    let arn = cx.write(CREATE, input).await?["Arn"].as_str().unwrap_or_default().to_string();
    Ok([("arn".to_string(), arn), ("name".to_string(), item.text("name").to_string())].into_iter().collect())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let arn = live.export("arn");
    if changed.any() {
        let document = item.kind.kind().creation(&item.canonical);
        let mut input = json!({"Arn": arn});
        // all of it: a list that is left out would stay as it is
        for member in ["Name", "EventTypeIds", "Targets", "DetailType"] {
            input[member] = document[member].clone();
        }
        input["Status"] = match &document["Status"] {
            Value::Null => json!("ENABLED"),
            status => status.clone(),
        };
        cx.write(UPDATE, input).await?;
    }
    if changed.tags {
        cx.write(TAG, json!({"Arn": arn, "Tags": wanted(item)})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"Arn": arn, "TagKeys": surplus})).await?;
        }
    }
    let mut exports = live.exports.clone();
    exports.insert("name".into(), item.text("name").to_string());
    Ok(exports)
}

/// Deleting twice is no error to AWS.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    cx.write(DELETE, json!({"Arn": live.export("arn")})).await?;
    Ok(())
}
