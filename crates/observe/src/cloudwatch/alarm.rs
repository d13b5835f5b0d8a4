//! `cloudwatch.alarm`: DescribeAlarms by names, 100 a call; tags one by one.

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("cloudwatch", "DescribeAlarms");
const TAGS: ReadOp = ReadOp::new("cloudwatch", "ListTagsForResource");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.chunks(100).map(|chunk| batch(cx, chunk))).await;
}

async fn batch(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let input = json!({"AlarmNames": names, "AlarmTypes": ["MetricAlarm"], "MaxRecords": 100});
    let answer = match cx.read_all(DESCRIBE, input).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let alarms: Vec<&Value> = answer["MetricAlarms"].as_array().into_iter().flatten().collect();
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        match alarms.iter().find(|alarm| alarm["AlarmName"] == **name) {
            Some(alarm) => cx.put(&resource.address, present(cx, alarm).await),
            None => cx.absent(resource),
        }
    }))
    .await;
}

async fn present(cx: &Cx<'_>, alarm: &Value) -> Live {
    match cx.read(TAGS, json!({"ResourceARN": alarm["AlarmArn"]})).await {
        Ok(answer) => {
            let exports = [("arn", &alarm["AlarmArn"]), ("name", &alarm["AlarmName"])];
            Live::Present(Box::new(cx.found(KindId::CloudwatchAlarm, alarm, &answer["Tags"], &exports)))
        }
        Err(error) => unreadable(&error),
    }
}
