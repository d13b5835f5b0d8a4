//! `autoscaling.target`: DescribeScalableTargets, 50 a call and one dimension a
//! call; tags and scheduled actions one by one.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Owner, Resource, mark};
use serde_json::{Value, json};

use super::dimension;
use crate::Cx;
use crate::cx::unreadable;
use crate::tags;

const DESCRIBE: ReadOp = ReadOp::new("application-autoscaling", "DescribeScalableTargets");
const ACTIONS: ReadOp = ReadOp::new("application-autoscaling", "DescribeScheduledActions");
const TAGS: ReadOp = ReadOp::new("application-autoscaling", "ListTagsForResource");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut groups: BTreeMap<(String, String), Vec<(&Resource, String)>> = BTreeMap::new();
    let ids = join_all(resources.iter().map(|resource| cx.text(resource, "resource"))).await;
    for (resource, id) in resources.iter().zip(ids) {
        match id {
            Ok(id) => groups.entry(dimension(resource)).or_default().push((resource, id)),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    let batches = groups.iter().flat_map(|(of, all)| all.chunks(50).map(move |chunk| batch(cx, of, chunk)));
    join_all(batches).await;
}

async fn batch(cx: &Cx<'_>, (namespace, dimension): &(String, String), wanted: &[(&Resource, String)]) {
    let ids: Vec<&String> = wanted.iter().map(|(_, id)| id).collect();
    let input = json!({"ServiceNamespace": namespace, "ScalableDimension": dimension, "ResourceIds": ids});
    let targets = match cx.read_all(DESCRIBE, input).await {
        Ok(answer) => answer["ScalableTargets"].as_array().cloned().unwrap_or_default(),
        Err(error) => {
            return cx.fail(&wanted.iter().map(|(resource, _)| *resource).collect::<Vec<_>>(), &error);
        }
    };
    join_all(wanted.iter().map(|(resource, id)| async {
        let live = match targets.iter().find(|target| target["ResourceId"] == **id) {
            None => Live::Absent,
            Some(target) => match found(cx, target).await {
                Ok(found) => Live::Present(Box::new(found)),
                Err(error) => unreadable(&error),
            },
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

async fn found(cx: &Cx<'_>, target: &Value) -> Result<Found, AwsError> {
    let of = json!({
        "ServiceNamespace": target["ServiceNamespace"],
        "ResourceId": target["ResourceId"],
        "ScalableDimension": target["ScalableDimension"],
    });
    let arn = &target["ScalableTargetARN"];
    let (actions, tags) =
        join(cx.read_all(ACTIONS, of.clone()), cx.read(TAGS, json!({"ResourceARN": arn}))).await;
    let (mut document, tags) = (target.clone(), tags?["Tags"].clone());
    document["ScheduledActions"] = actions?["ScheduledActions"].clone();
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
    try_join_all(wanted.map(|target| found(cx, target))).await
}
