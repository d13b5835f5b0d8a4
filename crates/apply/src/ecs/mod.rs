//! Writing kinds of the family `ecs`.

pub(crate) mod cluster;
pub(crate) mod service;
pub(crate) mod task_definition;

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const TAG: WriteOp = WriteOp::new("ecs", "TagResource");
const UNTAG: WriteOp = WriteOp::new("ecs", "UntagResource");

/// Attributes out of an answer, by their names in it.
pub(crate) fn exports(answer: &Value, names: &[(&str, &str)]) -> Exports {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    names
        .iter()
        .filter(|(_, member)| !answer[*member].is_null())
        .map(|(name, member)| (name.to_string(), text(&answer[*member])))
        .collect()
}

async fn tags(cx: &Cx<'_>, item: &Item<'_>, live: &Found, changed: &Changed) -> Result<(), Failure> {
    if !changed.tags {
        return Ok(());
    }
    let arn = live.export("arn");
    cx.write(TAG, json!({"resourceArn": arn, "tags": item.lower_tags()})).await?;
    let surplus = surplus(item, live);
    if !surplus.is_empty() {
        cx.write(UNTAG, json!({"resourceArn": arn, "tagKeys": surplus})).await?;
    }
    Ok(())
}
