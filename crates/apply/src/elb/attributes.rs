//! Attributes of load balancers, target groups and listeners: a call of their
//! own, which takes only what differs.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Map, Value, json};

use crate::cx::{Cx, Failure};
use crate::item::{Changed, Item};

/// Sets what the TOML says.
pub async fn after_create(
    cx: &Cx<'_>,
    item: &Item<'_>,
    op: WriteOp,
    member: &str,
    arn: &str,
) -> Result<(), Failure> {
    set(cx, op, member, arn, item.spec["attributes"].as_object().cloned().unwrap_or_default()).await
}

/// Sets what the plan says differs, and nothing else: AWS has attributes that
/// nobody here has heard of. What the TOML says no more goes back to AWS's default.
pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
    op: WriteOp,
    member: &str,
) -> Result<(), Failure> {
    let keys = changed.paths.iter().filter_map(|path| path.strip_prefix("attributes."));
    let value = |key: &str| match &item.canonical["attributes"][key] {
        Value::Null => json!(""),
        value => value.clone(),
    };
    let differing: Map<String, Value> = keys.map(|key| (key.to_string(), value(key))).collect();
    set(cx, op, member, live.export("arn").unwrap_or_default(), differing).await
}

async fn set(
    cx: &Cx<'_>,
    op: WriteOp,
    member: &str,
    arn: &str,
    values: Map<String, Value>,
) -> Result<(), Failure> {
    if values.is_empty() {
        return Ok(());
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let attributes: Vec<Value> =
        values.iter().map(|(key, value)| json!({"Key": key, "Value": text(value)})).collect();
    // AWS takes twenty at a time
    for chunk in attributes.chunks(20) {
        cx.write(op, json!({ (member): arn, "Attributes": chunk })).await?;
    }
    Ok(())
}
