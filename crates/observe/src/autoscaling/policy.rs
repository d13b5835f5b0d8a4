//! `autoscaling.policy`: DescribeScalingPolicies of each target. A policy has no
//! tags: it is the stack's by a mark on its target.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Orphan, Owner, Resource, Snapshot};
use serde_json::{Value, json};

use super::{dimension, target};
use crate::cx::{Why, by_its_word};
use crate::{Cx, kind_of_address};

const DESCRIBE: ReadOp = ReadOp::new("application-autoscaling", "DescribeScalingPolicies");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let id = cx.text(resource, "target").await?;
    let (namespace, dimension) = dimension(resource);
    let of = json!({"ServiceNamespace": namespace, "ResourceId": id, "ScalableDimension": dimension});
    let (answer, name) = (cx.shared(DESCRIBE, of).await?, resource.name());
    let mut policies = answer["ScalingPolicies"].as_array().into_iter().flatten();
    let Some(policy) = policies.find(|policy| policy["PolicyName"] == *name) else { return Ok(None) };
    let references = resource.spec.references();
    let target = match references.iter().find(|(path, _)| path == "target") {
        Some((_, reference)) => cx.live(&reference.target).await.and_then(Live::found),
        None => None,
    };
    let mut found = found(cx, policy, target);
    found.owner = target.and_then(|target| owner(target, &name));
    by_its_word(cx, resource, &mut found);
    Ok(Some(found))
}

/// As the target's mark says: somebody else may have made one on the same target.
fn owner(target: &Found, name: &str) -> Option<Owner> {
    target::marks(target).into_iter().find(|(of, _)| of == name).map(|(_, owner)| owner)
}

fn found(cx: &Cx<'_>, policy: &Value, target: Option<&Found>) -> Found {
    let exports = [("arn", &policy["PolicyARN"]), ("name", &policy["PolicyName"])];
    let mut found = cx.found(KindId::AutoscalingPolicy, policy, &Value::Null, &exports);
    found.extra = json!({
        "ServiceNamespace": policy["ServiceNamespace"],
        "ResourceId": policy["ResourceId"],
        "ScalableDimension": policy["ScalableDimension"],
        "target": target.and_then(|target| target.export("arn")),
    });
    found
}

/// Adds what the stack's targets carry marks for and no declaration explains.
pub async fn strangers(cx: &Cx<'_>, snapshot: &mut Snapshot) -> Result<(), AwsError> {
    let explained: BTreeSet<&str> = (snapshot.live.iter())
        .filter(|(address, _)| address.kind == KindId::AutoscalingPolicy.name())
        .filter_map(|(_, live)| live.found()?.export("arn"))
        .collect();
    let targets = snapshot.live.values().filter_map(Live::found);
    let targets = targets.chain(snapshot.orphans.iter().map(|orphan| &orphan.found));
    let orphans = try_join_all(targets.map(|target| on(cx, target, &explained))).await?;
    snapshot.orphans.extend(orphans.into_iter().flatten());
    Ok(())
}

/// Marked on a target and not explained.
async fn on(cx: &Cx<'_>, target: &Found, explained: &BTreeSet<&str>) -> Result<Vec<Orphan>, AwsError> {
    let mut marks = target::marks(target);
    marks.retain(|(_, owner)| owner.stack == cx.stack.name);
    if marks.is_empty() {
        return Ok(Vec::new());
    }
    // the same question as that of those which are declared
    let of = json!({
        "ServiceNamespace": target.extra["ServiceNamespace"],
        "ResourceId": target.extra["ResourceId"],
        "ScalableDimension": target.extra["ScalableDimension"],
    });
    let answer = cx.shared(DESCRIBE, of).await?;
    let all = answer["ScalingPolicies"].as_array().into_iter().flatten();
    let strange =
        all.filter(|policy| !policy["PolicyARN"].as_str().is_some_and(|arn| explained.contains(arn)));
    let orphan = |policy: &Value| {
        let (_, owner) = marks.iter().find(|(name, _)| policy["PolicyName"] == **name)?;
        let mut found = found(cx, policy, Some(target));
        found.owner = Some(owner.clone());
        let (address, kind) = kind_of_address(&owner.address)?;
        Some(Orphan { address, kind, found })
    };
    Ok(strange.filter_map(orphan).collect())
}
