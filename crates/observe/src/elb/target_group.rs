//! `elb.target_group`: one list of all (a single missing name fails a call by
//! names), then tags and attributes of those that are declared.

use futures_util::future::{join, join_all};
use recon_aws::ReadOp;
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use super::tags;
use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeTargetGroups");
const ATTRIBUTES: ReadOp = ReadOp::new("elbv2", "DescribeTargetGroupAttributes");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let answer = match cx.read_all(DESCRIBE, json!({})).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let all: Vec<&Value> = answer["TargetGroups"].as_array().into_iter().flatten().collect();
    let mut declared: Vec<(&Resource, &Value)> = Vec::new();
    for resource in resources {
        match all.iter().find(|group| group["TargetGroupName"] == resource.name()) {
            Some(group) => declared.push((resource, group)),
            None => cx.absent(resource),
        }
    }
    describe(cx, &declared).await;
}

async fn describe(cx: &Cx<'_>, declared: &[(&Resource, &Value)]) {
    let arns: Vec<String> = declared.iter().map(|(_, group)| tags::arn(group, "TargetGroupArn")).collect();
    let attributes = join_all(arns.iter().map(|arn| cx.read(ATTRIBUTES, json!({"TargetGroupArn": arn}))));
    let (attributes, tag_lists) = join(attributes, tags::of(cx, &arns)).await;
    for (((resource, group), arn), attributes) in declared.iter().zip(&arns).zip(attributes) {
        let live = match (attributes, &tag_lists) {
            (Err(error), _) => unreadable(&error),
            (_, Err(error)) => unreadable(error),
            (Ok(attributes), Ok(tag_lists)) => {
                let tags = tag_lists.get(arn).cloned().unwrap_or_default();
                present(cx, group, &attributes["Attributes"], &tags)
            }
        };
        cx.put(&resource.address, live);
    }
}

fn present(cx: &Cx<'_>, group: &Value, attributes: &Value, tags: &Value) -> Live {
    let mut document = group.clone();
    document["Name"] = group["TargetGroupName"].clone();
    document["Attributes"] = attributes.clone();
    let full_name = json!(tags::arn(group, "TargetGroupArn").rsplit(':').next());
    let exports =
        [("arn", &group["TargetGroupArn"]), ("name", &group["TargetGroupName"]), ("full_name", &full_name)];
    Live::Present(Box::new(cx.found(KindId::ElbTargetGroup, &document, tags, &exports)))
}
