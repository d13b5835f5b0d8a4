//! `cloudwatch.alarm`. One call makes it and replaces all of it.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const PUT: WriteOp = WriteOp::new("cloudwatch", "PutMetricAlarm");
const DELETE: WriteOp = WriteOp::new("cloudwatch", "DeleteAlarms");
const TAG: WriteOp = WriteOp::new("cloudwatch", "TagResource");
const UNTAG: WriteOp = WriteOp::new("cloudwatch", "UntagResource");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["Tags"] = item.upper_tags();
    cx.write(PUT, input).await?;
    let name = item.text("name");
    let arn = cx.arn("cloudwatch", &format!("alarm:{name}"));
    Ok([("arn".to_string(), arn), ("name".to_string(), name.to_string())].into_iter().collect())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    if changed.any() {
        let mut input = item.kind.kind().creation(&item.spec);
        if let Some(members) = input.as_object_mut() {
            // of an alarm that is there, this call ignores them
            members.remove("Tags");
        }
        without_empty_lists(&mut input);
        cx.write(PUT, input).await?;
    }
    if changed.tags {
        let arn = live.export("arn");
        cx.write(TAG, json!({"ResourceARN": arn, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"ResourceARN": arn, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

/// The call writes the whole alarm: what is empty is left out, and AWS takes no empty list of tag keys.
fn without_empty_lists(input: &mut Value) {
    if let Some(members) = input.as_object_mut() {
        members.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
        members.values_mut().for_each(without_empty_lists);
    }
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"AlarmNames": [live.export("name")]});
    cx.write_unless(DELETE, input, &["ResourceNotFound", "ResourceNotFoundException"]).await?;
    Ok(())
}
