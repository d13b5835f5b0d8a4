//! `kms.key`. The alias, the rotation and the policy are calls of their own; a
//! key does not go at once but waits for its end.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("kms", "CreateKey");
const ALIAS: WriteOp = WriteOp::new("kms", "CreateAlias");
const MOVE_ALIAS: WriteOp = WriteOp::new("kms", "UpdateAlias");
const NO_ALIAS: WriteOp = WriteOp::new("kms", "DeleteAlias");
const DESCRIPTION: WriteOp = WriteOp::new("kms", "UpdateKeyDescription");
const POLICY: WriteOp = WriteOp::new("kms", "PutKeyPolicy");
const ENABLE: WriteOp = WriteOp::new("kms", "EnableKey");
const DISABLE: WriteOp = WriteOp::new("kms", "DisableKey");
const ROTATE: WriteOp = WriteOp::new("kms", "EnableKeyRotation");
const NO_ROTATION: WriteOp = WriteOp::new("kms", "DisableKeyRotation");
const TAG: WriteOp = WriteOp::new("kms", "TagResource");
const UNTAG: WriteOp = WriteOp::new("kms", "UntagResource");
const END: WriteOp = WriteOp::new("kms", "ScheduleKeyDeletion");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["Tags"] = tags(item);
    let key = cx.write(CREATE, input).await?["KeyMetadata"].clone();
    alias(cx, item, &key["Arn"]).await?;
    if item.spec["enable_key_rotation"] == true {
        rotation(cx, item, &key["Arn"]).await?;
    }
    if item.spec["enabled"] == false {
        cx.write(DISABLE, json!({"KeyId": key["Arn"]})).await?;
    }
    let mut exports = crate::ecs::exports(&key, &[("arn", "Arn"), ("id", "KeyId")]);
    exports.insert("alias".into(), item.text("alias").to_string());
    Ok(exports)
}

fn tags(item: &Item<'_>) -> Value {
    item.tags.iter().map(|(key, value)| json!({"TagKey": key, "TagValue": value})).collect()
}

/// An alias that a key left behind when it went is taken over.
async fn alias(cx: &Cx<'_>, item: &Item<'_>, key: &Value) -> Result<(), Failure> {
    let input = json!({"AliasName": item.text("alias"), "TargetKeyId": key});
    match cx.write(ALIAS, input.clone()).await {
        Err(error) if error.is(&["AlreadyExistsException"]) => cx.write(MOVE_ALIAS, input).await?,
        answer => answer?,
    };
    Ok(())
}

async fn rotation(cx: &Cx<'_>, item: &Item<'_>, key: &Value) -> Result<(), Failure> {
    if item.spec["enable_key_rotation"] != true {
        cx.write(NO_ROTATION, json!({"KeyId": key})).await?;
        return Ok(());
    }
    let days = item.spec["rotation_period_in_days"].as_u64().unwrap_or(365);
    cx.write(ROTATE, json!({"KeyId": key, "RotationPeriodInDays": days})).await?;
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let key = json!(live.export("arn"));
    if changed.has("alias") {
        alias(cx, item, &key).await?;
        if let Some(old) = live.export("alias") {
            cx.write_unless(NO_ALIAS, json!({"AliasName": old}), &["NotFoundException"]).await?;
        }
    }
    if changed.has("description") {
        let description = item.text("description");
        cx.write(DESCRIPTION, json!({"KeyId": key, "Description": description})).await?;
    }
    if changed.has("policy") {
        policy(cx, item, &key).await?;
    }
    let on = item.spec["enabled"] != false;
    let rotates = changed.has("enable_key_rotation") || changed.has("rotation_period_in_days");
    // the rotation of a disabled key cannot be set
    if (changed.has("enabled") && on) || (rotates && live.spec["enabled"] == false) {
        cx.write(ENABLE, json!({"KeyId": key})).await?;
    }
    if rotates {
        rotation(cx, item, &key).await?;
    }
    if !on && (changed.has("enabled") || rotates) {
        cx.write(DISABLE, json!({"KeyId": key})).await?;
    }
    if changed.tags {
        cx.write(TAG, json!({"KeyId": key, "Tags": tags(item)})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"KeyId": key, "TagKeys": surplus})).await?;
        }
    }
    let mut exports = live.exports.clone();
    exports.insert("alias".into(), item.text("alias").to_string());
    Ok(exports)
}

/// Left out, it is the policy that AWS gives a key of which nobody said any.
async fn policy(cx: &Cx<'_>, item: &Item<'_>, key: &Value) -> Result<(), Failure> {
    let document = item.kind.kind().creation(&item.spec);
    let usual = json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": format!("arn:{}:iam::{}:root", cx.stack.home.partition, cx.account)},
            "Action": "kms:*",
            "Resource": "*",
        }],
    });
    let policy = document["Policy"].as_str().map_or_else(|| usual.to_string(), str::to_string);
    let mut input = json!({"KeyId": key, "PolicyName": "default", "Policy": policy});
    if !document["BypassPolicyLockoutSafetyCheck"].is_null() {
        input["BypassPolicyLockoutSafetyCheck"] = document["BypassPolicyLockoutSafetyCheck"].clone();
    }
    cx.write(POLICY, input).await?;
    Ok(())
}

/// The alias goes at once, the key after its pending window. Of a key that is
/// declared no more nobody can say how long that is: then it is AWS's longest.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    if let Some(alias) = live.export("alias") {
        cx.write_unless(NO_ALIAS, json!({"AliasName": alias}), &["NotFoundException"]).await?;
    }
    let address = live.owner.as_ref().and_then(|owner| owner.address.parse().ok());
    let resource = address.and_then(|address| cx.stack.resources.get(&address));
    let days = resource
        .and_then(|resource| resource.spec.get("pending_window_in_days")?.value().ok()?.as_u64())
        .unwrap_or(30);
    let input = json!({"KeyId": live.export("arn"), "PendingWindowInDays": days});
    cx.write_unless(END, input, &["NotFoundException", "KMSInvalidStateException"]).await?;
    Ok(())
}
