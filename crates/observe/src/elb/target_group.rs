//! `elb.target_group`: one by its name, several out of the list of all, for one
//! missing name would fail a call that names many; then attributes and tags.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use super::tags;
use crate::Cx;
use crate::batch::{Batch, List, always};
use crate::cx::Why;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeTargetGroups");
const ATTRIBUTES: ReadOp = ReadOp::new("elbv2", "DescribeTargetGroupAttributes");

static TARGET_GROUPS: Batch = Batch {
    op: DESCRIBE,
    most: 1,
    input: |_, names| json!({"Names": names}),
    items: ("TargetGroups", "TargetGroupName"),
    there: always,
    gone: &["TargetGroupNotFound"],
    list: Some(List::Whole(DESCRIBE, || json!({}))),
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let Some(group) = cx.one(&TARGET_GROUPS, "", &resource.name()).await? else { return Ok(None) };
    let arn = tags::arn(&group, "TargetGroupArn");
    let (attributes, tags) =
        tokio::join!(cx.read(ATTRIBUTES, json!({"TargetGroupArn": arn})), tags::declared(cx, resource, &arn));
    Ok(Some(present(cx, &group, &attributes?["Attributes"], &tags?)))
}

fn present(cx: &Cx<'_>, group: &Value, attributes: &Value, tags: &Value) -> Found {
    let mut document = group.clone();
    document["Name"] = group["TargetGroupName"].clone();
    document["Attributes"] = attributes.clone();
    let full_name = json!(tags::arn(group, "TargetGroupArn").rsplit(':').next());
    let exports =
        [("arn", &group["TargetGroupArn"]), ("name", &group["TargetGroupName"]), ("full_name", &full_name)];
    cx.found(KindId::ElbTargetGroup, &document, tags, &exports)
}
