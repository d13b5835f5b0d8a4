//! Writing kinds of the family `elb`.

mod attributes;
pub(crate) mod listener;
pub(crate) mod listener_rule;
pub(crate) mod load_balancer;
pub(crate) mod target_group;

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const ADD: WriteOp = WriteOp::new("elbv2", "AddTags");
const REMOVE: WriteOp = WriteOp::new("elbv2", "RemoveTags");

async fn tags(cx: &Cx<'_>, item: &Item<'_>, live: &Found, changed: &Changed) -> Result<(), Failure> {
    if !changed.tags {
        return Ok(());
    }
    let arn = live.export("arn");
    cx.write(ADD, json!({"ResourceArns": [arn], "Tags": item.upper_tags()})).await?;
    let surplus = surplus(item, live);
    if !surplus.is_empty() {
        cx.write(REMOVE, json!({"ResourceArns": [arn], "TagKeys": surplus})).await?;
    }
    Ok(())
}

/// The creation document: attributes have a call of their own.
fn creation(item: &Item<'_>) -> Value {
    let mut input = item.aws();
    if let Some(map) = input.as_object_mut() {
        map.remove("Attributes");
    }
    input["Tags"] = item.upper_tags();
    input
}

/// Actions in a row need numbers; the list's own order gives them.
pub(crate) fn number_actions(input: &mut Value, member: &str) {
    let actions = input[member].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    if actions.len() < 2 {
        return;
    }
    for (at, action) in actions.iter_mut().enumerate().filter(|(_, action)| action["Order"].is_null()) {
        action["Order"] = json!(at + 1);
    }
}
