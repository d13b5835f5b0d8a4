//! `cloudwatch.alarm`: DescribeAlarms by names, 100 a call; tags one by one.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::json;

use crate::Cx;
use crate::batch::{Batch, always};
use crate::cx::Why;

const TAGS: ReadOp = ReadOp::new("cloudwatch", "ListTagsForResource");

static ALARMS: Batch = Batch {
    op: ReadOp::new("cloudwatch", "DescribeAlarms"),
    most: 100,
    input: |_, names| json!({"AlarmNames": names, "AlarmTypes": ["MetricAlarm"], "MaxRecords": 100}),
    items: ("MetricAlarms", "AlarmName"),
    there: always,
    gone: &[],
    list: None,
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let Some(alarm) = cx.one(&ALARMS, "", &resource.name()).await? else { return Ok(None) };
    let arn = alarm["AlarmArn"].as_str().unwrap_or_default();
    let ask = async { Ok(cx.read(TAGS, json!({"ResourceARN": arn})).await?["Tags"].take()) };
    let tags = cx.tags(resource, arn, ask).await?;
    let exports = [("arn", &alarm["AlarmArn"]), ("name", &alarm["AlarmName"])];
    Ok(Some(cx.found(KindId::CloudwatchAlarm, &alarm, &tags, &exports)))
}
