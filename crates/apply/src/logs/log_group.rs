//! `logs.log_group`. Retention, key and protection are calls of their own.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::{surplus, wanted};

const CREATE: WriteOp = WriteOp::new("logs", "CreateLogGroup");
const RETAIN: WriteOp = WriteOp::new("logs", "PutRetentionPolicy");
const FOR_EVER: WriteOp = WriteOp::new("logs", "DeleteRetentionPolicy");
const KEY: WriteOp = WriteOp::new("logs", "AssociateKmsKey");
const NO_KEY: WriteOp = WriteOp::new("logs", "DisassociateKmsKey");
const PROTECT: WriteOp = WriteOp::new("logs", "PutLogGroupDeletionProtection");
const TAG: WriteOp = WriteOp::new("logs", "TagResource");
const UNTAG: WriteOp = WriteOp::new("logs", "UntagResource");
const DELETE: WriteOp = WriteOp::new("logs", "DeleteLogGroup");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    if let Some(map) = input.as_object_mut() {
        map.remove("retentionInDays");
    }
    input["tags"] = json!(wanted(item));
    cx.write(CREATE, input).await?;
    if !item.spec["retention_in_days"].is_null() {
        retention(cx, item).await?;
    }
    let name = item.text("name");
    let arn = cx.arn("logs", &format!("log-group:{name}"));
    Ok([("arn".to_string(), arn), ("name".to_string(), name.to_string())].into_iter().collect())
}

async fn retention(cx: &Cx<'_>, item: &Item<'_>) -> Result<Value, Failure> {
    let name = item.text("name");
    Ok(match &item.spec["retention_in_days"] {
        Value::Null => cx.write(FOR_EVER, json!({"logGroupName": name})).await?,
        days => cx.write(RETAIN, json!({"logGroupName": name, "retentionInDays": days})).await?,
    })
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let name = item.text("name");
    if changed.has("retention_in_days") {
        retention(cx, item).await?;
    }
    if changed.has("kms_key") {
        match item.spec["kms_key"].as_str() {
            Some(key) => cx.write(KEY, json!({"logGroupName": name, "kmsKeyId": key})).await?,
            None => cx.write(NO_KEY, json!({"logGroupName": name})).await?,
        };
    }
    if changed.has("deletion_protection_enabled") {
        let wanted = item.spec["deletion_protection_enabled"].as_bool().unwrap_or(false);
        cx.write(PROTECT, json!({"logGroupIdentifier": name, "deletionProtectionEnabled": wanted})).await?;
    }
    if changed.tags {
        let arn = live.export("arn");
        cx.write(TAG, json!({"resourceArn": arn, "tags": wanted(item)})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"resourceArn": arn, "tagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"logGroupName": live.export("name")});
    cx.write_unless(DELETE, input, &["ResourceNotFoundException"]).await?;
    Ok(())
}
