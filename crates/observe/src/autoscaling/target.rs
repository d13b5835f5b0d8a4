//! `autoscaling.target`: DescribeScalableTargets, 50 a call and one dimension a
//! call; tags and scheduled actions one by one.

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Owner, Resource, mark};
use serde_json::{Value, json};

use super::dimension;
use crate::Cx;
use crate::batch::{Batch, always};
use crate::cx::Why;
use crate::tags;

const DESCRIBE: ReadOp = ReadOp::new("application-autoscaling", "DescribeScalableTargets");
const ACTIONS: ReadOp = ReadOp::new("application-autoscaling", "DescribeScheduledActions");
const TAGS: ReadOp = ReadOp::new("application-autoscaling", "ListTagsForResource");

/// Of one service's namespace and one dimension, with a space between.
static TARGETS: Batch = Batch {
    op: DESCRIBE,
    most: 50,
    input: |of, ids| {
        let (namespace, dimension) = of.split_once(' ').unwrap_or((of, ""));
        json!({"ServiceNamespace": namespace, "ScalableDimension": dimension, "ResourceIds": ids})
    },
    items: ("ScalableTargets", "ResourceId"),
    there: always,
    gone: &[],
    list: None,
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let id = cx.text(resource, "resource").await?;
    let (namespace, dimension) = dimension(resource);
    let Some(target) = cx.one(&TARGETS, &format!("{namespace} {dimension}"), &id).await? else {
        return Ok(None);
    };
    let arn = target["ScalableTargetARN"].as_str().unwrap_or_default();
    Ok(Some(found(cx, &target, cx.tags(resource, arn, tags_of(cx, arn))).await?))
}

async fn tags_of(cx: &Cx<'_>, arn: &str) -> Result<Value, AwsError> {
    Ok(cx.read(TAGS, json!({"ResourceARN": arn})).await?["Tags"].take())
}

async fn found(
    cx: &Cx<'_>,
    target: &Value,
    tags: impl Future<Output = Result<Value, AwsError>>,
) -> Result<Found, AwsError> {
    let of = json!({
        "ServiceNamespace": target["ServiceNamespace"],
        "ResourceId": target["ResourceId"],
        "ScalableDimension": target["ScalableDimension"],
    });
    let arn = &target["ScalableTargetARN"];
    let (actions, tags) = tokio::join!(cx.read_all(ACTIONS, of.clone()), tags);
    let (mut document, tags) = (target.clone(), tags?);
    document["ScheduledActions"] = actions?["ScheduledActions"].take();
    let exports = [("arn", arn), ("resource_id", &target["ResourceId"]), ("name", &target["ResourceId"])];
    let mut found = cx.found(KindId::AutoscalingTarget, &document, &tags, &exports);
    found.extra = of;
    found.extra["tags"] = json!(tags::read(&tags));
    Ok(found)
}

/// Policies have no tags: their target carries a mark for each. Which they are, and whose.
pub fn marks(target: &Found) -> Vec<(String, Owner)> {
    let tags = target.extra["tags"].as_object().into_iter().flatten();
    tags.filter_map(|(key, value)| mark(KindId::AutoscalingPolicy, key, value.as_str()?)).collect()
}

/// Targets by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    let answer = cx.read_all(DESCRIBE, json!({"ServiceNamespace": "ecs"})).await?;
    let all = answer["ScalableTargets"].as_array().into_iter().flatten();
    let wanted = all.filter(|target| arns.iter().any(|arn| target["ScalableTargetARN"] == **arn));
    let arn = |target: &Value| target["ScalableTargetARN"].as_str().unwrap_or_default().to_string();
    try_join_all(wanted.map(|target| async move { found(cx, target, tags_of(cx, &arn(target))).await })).await
}
