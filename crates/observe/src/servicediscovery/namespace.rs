//! `servicediscovery.namespace`: ListNamespaces has all but the tags. Several
//! may have one name: one for HTTP and one in each VPC.

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::Why;

const LIST: ReadOp = ReadOp::new("servicediscovery", "ListNamespaces");
const GET: ReadOp = ReadOp::new("servicediscovery", "GetNamespace");
const TAGS: ReadOp = ReadOp::new("servicediscovery", "ListTagsForResource");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let answer = cx.shared(LIST, json!({})).await?;
    let named = namespaces(&answer).filter(|namespace| namespace["Name"] == *resource.name());
    let founds = try_join_all(named.map(|namespace| async {
        let arn = namespace["Arn"].as_str().unwrap_or_default();
        let tags = cx.tags(resource, arn, tags(cx, arn)).await?;
        Ok::<_, AwsError>(found(cx, namespace, &tags))
    }));
    Ok(chosen(cx, resource, founds.await?))
}

fn namespaces(answer: &Value) -> impl Iterator<Item = &Value> {
    answer["Namespaces"].as_array().into_iter().flatten()
}

async fn tags(cx: &Cx<'_>, arn: &str) -> Result<Value, AwsError> {
    Ok(cx.read(TAGS, json!({"ResourceARN": arn})).await?["Tags"].take())
}

/// The stack's own, else one of the declared type. A namespace that answers in
/// another way under the same name is another one.
fn chosen(cx: &Cx<'_>, resource: &Resource, founds: Vec<Found>) -> Option<Found> {
    let declared = resource.spec.get("type").and_then(|tree| tree.as_str()).unwrap_or("HTTP");
    let address = resource.address.to_string();
    let own = |found: &Found| {
        found.owner.as_ref().is_some_and(|o| o.stack == cx.stack.name && o.address == address)
    };
    let at = founds
        .iter()
        .position(own)
        .or_else(|| founds.iter().position(|found| found.spec["type"] == *declared))?;
    founds.into_iter().nth(at)
}

fn found(cx: &Cx<'_>, namespace: &Value, tags: &Value) -> Found {
    let exports = [
        ("arn", &namespace["Arn"]),
        ("name", &namespace["Name"]),
        ("id", &namespace["Id"]),
        ("hosted_zone_id", &namespace["Properties"]["DnsProperties"]["HostedZoneId"]),
    ];
    cx.found(KindId::ServicediscoveryNamespace, namespace, tags, &exports)
}

/// Namespaces by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let founds = try_join_all(arns.iter().map(|arn| async move {
        let id = arn.rsplit('/').next().unwrap_or_default();
        match cx.read(GET, json!({"Id": id})).await {
            Ok(answer) => Ok(Some(found(cx, &answer["Namespace"], &tags(cx, arn).await?))),
            Err(error) if error.is(&["NamespaceNotFound"]) => Ok(None),
            Err(error) => Err(error),
        }
    }))
    .await?;
    Ok(founds.into_iter().flatten().collect())
}
