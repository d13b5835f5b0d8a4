//! `logs.log_group`: DescribeLogGroups by exact names, 50 a call; tags one by one.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::json;

use crate::Cx;
use crate::batch::{Batch, always};
use crate::cx::Why;

const TAGS: ReadOp = ReadOp::new("logs", "ListTagsForResource");

static LOG_GROUPS: Batch = Batch {
    op: ReadOp::new("logs", "DescribeLogGroups"),
    most: 50,
    input: |_, names| match names {
        [name] => json!({"logGroupNamePrefix": name}),
        names => json!({"logGroupIdentifiers": names}),
    },
    items: ("logGroups", "logGroupName"),
    there: always,
    gone: &[],
    list: None,
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let Some(group) = cx.one(&LOG_GROUPS, "", &resource.name()).await? else { return Ok(None) };
    // of its two ARNs, the one without `:*` is what the tag calls take
    let arn = group["logGroupArn"].as_str().or(group["arn"].as_str()).unwrap_or_default();
    let arn = arn.trim_end_matches(":*");
    let ask = async { Ok(cx.read(TAGS, json!({"resourceArn": arn})).await?["tags"].take()) };
    let tags = cx.tags(resource, arn, ask).await?;
    let exports = [("arn", &json!(arn)), ("name", &group["logGroupName"])];
    Ok(Some(cx.found(KindId::LogsLogGroup, &group, &tags, &exports)))
}
