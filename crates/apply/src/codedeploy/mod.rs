//! Writing kinds of the family `codedeploy`.

pub(crate) mod application;
pub(crate) mod deployment_config;
pub(crate) mod deployment_group;

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use crate::cx::{Cx, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const TAG: WriteOp = WriteOp::new("codedeploy", "TagResource");
const UNTAG: WriteOp = WriteOp::new("codedeploy", "UntagResource");

async fn tags(cx: &Cx<'_>, item: &Item<'_>, live: &Found, changed: &Changed) -> Result<(), Failure> {
    if !changed.tags {
        return Ok(());
    }
    let arn = live.export("arn");
    cx.write(TAG, json!({"ResourceArn": arn, "Tags": item.upper_tags()})).await?;
    let surplus = surplus(item, live);
    if !surplus.is_empty() {
        cx.write(UNTAG, json!({"ResourceArn": arn, "TagKeys": surplus})).await?;
    }
    Ok(())
}
