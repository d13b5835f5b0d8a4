//! `autoscaling.policy`. One call makes it and changes it. It has no tags: its
//! target carries a mark for it, `recon:policy:NAME`, that says `STACK/LABEL`.

use recon_aws::WriteOp;
use recon_model::{Found, KindId, Reference, holders, mark_key, mark_value};
use serde_json::{Value, json};

use super::{GONE, TAG, UNTAG, creation, identity};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const PUT: WriteOp = WriteOp::new("application-autoscaling", "PutScalingPolicy");
const DELETE: WriteOp = WriteOp::new("application-autoscaling", "DeleteScalingPolicy");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    mark(cx, item).await?;
    let answer = cx.write(PUT, creation(item)).await?;
    let mut exports = crate::ecs::exports(&answer, &[("arn", "PolicyARN")]);
    exports.insert("name".into(), item.text("name").to_string());
    Ok(exports)
}

async fn mark(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let Some(key) = mark_key(item.kind, item.text("name")) else { return Ok(()) };
    for target in holders(cx.stack, item.resource) {
        let arn = cx.known(&Reference { target, attribute: "arn".into() });
        let tags = json!({&key: mark_value(cx.stack, item.address)});
        cx.write(TAG, json!({"ResourceARN": arn, "Tags": tags})).await?;
    }
    Ok(())
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
    if let (Some(key), arn @ Value::String(_)) =
        (mark_key(KindId::AutoscalingPolicy, name), &live.extra["target"])
    {
        cx.write_unless(UNTAG, json!({"ResourceARN": arn, "TagKeys": [key]}), &["ResourceNotFoundException"])
            .await?;
    }
    Ok(())
}
