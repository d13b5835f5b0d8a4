//! `logs.log_group`: DescribeLogGroups by exact names, 50 a call; tags one by one.

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("logs", "DescribeLogGroups");
const TAGS: ReadOp = ReadOp::new("logs", "ListTagsForResource");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.chunks(50).map(|chunk| batch(cx, chunk))).await;
}

async fn batch(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let input = match names.as_slice() {
        [name] => json!({"logGroupNamePrefix": name}),
        names => json!({"logGroupIdentifiers": names}),
    };
    let answer = match cx.read_all(DESCRIBE, input).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let groups: Vec<&Value> = answer["logGroups"].as_array().into_iter().flatten().collect();
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        match groups.iter().find(|group| group["logGroupName"] == **name) {
            Some(group) => cx.put(&resource.address, present(cx, group).await),
            None => cx.absent(resource),
        }
    }))
    .await;
}

async fn present(cx: &Cx<'_>, group: &Value) -> Live {
    // of its two ARNs, the one without `:*` is what the tag calls take
    let arn =
        group["logGroupArn"].as_str().or(group["arn"].as_str()).unwrap_or_default().trim_end_matches(":*");
    match cx.read(TAGS, json!({"resourceArn": arn})).await {
        Ok(answer) => {
            let exports = [("arn", &json!(arn)), ("name", &group["logGroupName"])];
            Live::Present(Box::new(cx.found(KindId::LogsLogGroup, group, &answer["tags"], &exports)))
        }
        Err(error) => unreadable(&error),
    }
}
