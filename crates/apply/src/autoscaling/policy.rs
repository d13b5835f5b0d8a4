//! `autoscaling.policy`. One call makes it and changes it. It has no tags: its
//! target carries a mark for it, `recon:policy:NAME`, that says `STACK/LABEL`.

use recon_aws::WriteOp;
use recon_model::{Found, Reference};
use serde_json::{Value, json};

use super::{GONE, TAG, UNTAG, creation, identity};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const PUT: WriteOp = WriteOp::new("application-autoscaling", "PutScalingPolicy");
const DELETE: WriteOp = WriteOp::new("application-autoscaling", "DeleteScalingPolicy");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let answer = cx.write(PUT, creation(item)).await?;
    mark(cx, item).await?;
    let mut exports = crate::ecs::exports(&answer, &[("arn", "PolicyARN")]);
    exports.insert("name".into(), item.text("name").to_string());
    Ok(exports)
}

async fn mark(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let references = item.resource.spec.references();
    let target = references.iter().find(|(path, _)| path == "target").map(|(_, r)| r.target.clone());
    let arn = target.and_then(|target| cx.known(&Reference { target, attribute: "arn".into() }));
    if let (Some(arn), Some(key)) = (arn, mark_key(item.text("name"))) {
        let value = format!("{}/{}", cx.stack.name, item.address.label);
        cx.write(TAG, json!({"ResourceARN": arn, "Tags": {key: value}})).await?;
    }
    Ok(())
}

/// What a tag's key can hold, and a policy's name may not: then only the
/// declaration knows it.
fn mark_key(name: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    let key = format!("recon:policy:{name}");
    (key.chars().count() <= 128 && name.chars().all(fits)).then_some(key)
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    if changed.any() {
        cx.write(PUT, creation(item)).await?;
    }
    if changed.tags {
        mark(cx, item).await?;
    }
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let mut input = identity(&live.extra);
    let name = live.export("name").unwrap_or_default();
    input["PolicyName"] = json!(name);
    cx.write_unless(DELETE, input, GONE).await?;
    if let (Some(key), arn @ Value::String(_)) = (mark_key(name), &live.extra["target"]) {
        cx.write_unless(UNTAG, json!({"ResourceARN": arn, "TagKeys": [key]}), &["ResourceNotFoundException"])
            .await?;
    }
    Ok(())
}
