//! `autoscaling.policy`: DescribeScalingPolicies of each target. A policy has no
//! tags: it is the stack's by a mark on its target.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Orphan, Owner, Resource, Snapshot};
use serde_json::{Value, json};

use super::{dimension, target};
use crate::cx::by_its_word;
use crate::{Cx, kind_of_address};

const DESCRIBE: ReadOp = ReadOp::new("application-autoscaling", "DescribeScalingPolicies");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut groups: BTreeMap<(String, String, String), Vec<&Resource>> = BTreeMap::new();
    let ids = join_all(resources.iter().map(|resource| cx.text(resource, "target"))).await;
    for (resource, id) in resources.iter().zip(ids) {
        let (namespace, dimension) = dimension(resource);
        match id {
            Ok(id) => groups.entry((namespace, dimension, id)).or_default().push(resource),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    join_all(groups.iter().map(|(of, declared)| parent(cx, of, declared))).await;
}

async fn parent(cx: &Cx<'_>, (namespace, dimension, id): &(String, String, String), declared: &[&Resource]) {
    let of = json!({"ServiceNamespace": namespace, "ResourceId": id, "ScalableDimension": dimension});
    let policies = match cx.read_all(DESCRIBE, of).await {
        Ok(answer) => answer["ScalingPolicies"].as_array().cloned().unwrap_or_default(),
        Err(error) => return cx.fail(declared, &error),
    };
    for resource in declared {
        let name = resource.name();
        let live = match policies.iter().find(|policy| policy["PolicyName"] == *name) {
            None => Live::Absent,
            Some(policy) => {
                let references = resource.spec.references();
                let target = references.iter().find(|(path, _)| path == "target");
                let target = match target {
                    Some((_, reference)) => cx.live(&reference.target).await.and_then(Live::found),
                    None => None,
                };
                let mut found = found(cx, policy, target);
                found.owner = target.and_then(|target| owner(target, &name));
                by_its_word(cx, resource, &mut found);
                Live::Present(Box::new(found))
            }
        };
        cx.put(&resource.address, live);
    }
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
    let explained: Vec<&str> = (snapshot.live.iter())
        .filter(|(address, _)| address.kind == KindId::AutoscalingPolicy.name())
        .filter_map(|(_, live)| live.found()?.export("arn"))
        .collect();
    let targets = snapshot.live.values().filter_map(Live::found);
    let targets = targets.chain(snapshot.orphans.iter().map(|orphan| &orphan.found));
    let mut orphans = Vec::new();
    for target in targets {
        let mut marks = target::marks(target);
        marks.retain(|(_, owner)| owner.stack == cx.stack.name);
        if marks.is_empty() {
            continue;
        }
        let names: Vec<&String> = marks.iter().map(|(name, _)| name).collect();
        let input = json!({
            "PolicyNames": names,
            "ServiceNamespace": target.extra["ServiceNamespace"],
            "ResourceId": target.extra["ResourceId"],
            "ScalableDimension": target.extra["ScalableDimension"],
        });
        let answer = cx.read_all(DESCRIBE, input).await?;
        let all = answer["ScalingPolicies"].as_array().into_iter().flatten();
        for policy in all.filter(|policy| !explained.iter().any(|arn| policy["PolicyARN"] == **arn)) {
            let mut found = found(cx, policy, Some(target));
            let mark = marks.iter().find(|(name, _)| policy["PolicyName"] == **name);
            found.owner = mark.map(|(_, owner)| owner.clone());
            let address = found.owner.as_ref().and_then(|owner| kind_of_address(&owner.address));
            if let Some((address, kind)) = address {
                orphans.push(Orphan { address, kind, found });
            }
        }
    }
    snapshot.orphans.extend(orphans);
    Ok(())
}
