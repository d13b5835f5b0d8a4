//! Writing kinds of the family `autoscaling`.

pub(crate) mod policy;
pub(crate) mod target;

use recon_aws::WriteOp;
use serde_json::{Value, json};

use crate::item::Item;

const TAG: WriteOp = WriteOp::new("application-autoscaling", "TagResource");
const UNTAG: WriteOp = WriteOp::new("application-autoscaling", "UntagResource");

const GONE: &[&str] = &["ObjectNotFoundException"];

/// The members that say which target it is, out of AWS's document.
fn identity(document: &Value) -> Value {
    json!({
        "ServiceNamespace": document["ServiceNamespace"],
        "ResourceId": document["ResourceId"],
        "ScalableDimension": document["ScalableDimension"],
    })
}

/// What creation takes, with what stands for nothing said.
fn creation(item: &Item<'_>) -> Value {
    let mut input = item.kind.kind().creation(&item.canonical);
    if let Some(members) = input.as_object_mut() {
        members.remove("Tags");
    }
    input
}
