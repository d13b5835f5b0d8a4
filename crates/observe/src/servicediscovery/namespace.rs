//! `servicediscovery.namespace`: ListNamespaces has all but the tags. Several
//! may have one name: one for HTTP and one in each VPC.

use futures_util::future::{join_all, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const LIST: ReadOp = ReadOp::new("servicediscovery", "ListNamespaces");
const GET: ReadOp = ReadOp::new("servicediscovery", "GetNamespace");
const TAGS: ReadOp = ReadOp::new("servicediscovery", "ListTagsForResource");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let namespaces = match cx.read_all(LIST, json!({})).await {
        Ok(answer) => answer["Namespaces"].as_array().cloned().unwrap_or_default(),
        Err(error) => return cx.fail(resources, &error),
    };
    join_all(resources.iter().map(|resource| async {
        let name = resource.name();
        let named = namespaces.iter().filter(|namespace| namespace["Name"] == *name);
        let live = match try_join_all(named.map(|namespace| found(cx, namespace))).await {
            Ok(founds) => {
                chosen(cx, resource, founds).map_or(Live::Absent, |found| Live::Present(Box::new(found)))
            }
            Err(error) => unreadable(&error),
        };
        cx.put(&resource.address, live);
    }))
    .await;
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

async fn found(cx: &Cx<'_>, namespace: &Value) -> Result<Found, AwsError> {
    let answer = cx.read(TAGS, json!({"ResourceARN": namespace["Arn"]})).await?;
    let exports = [
        ("arn", &namespace["Arn"]),
        ("name", &namespace["Name"]),
        ("id", &namespace["Id"]),
        ("hosted_zone_id", &namespace["Properties"]["DnsProperties"]["HostedZoneId"]),
    ];
    Ok(cx.found(KindId::ServicediscoveryNamespace, namespace, &answer["Tags"], &exports))
}

/// Namespaces by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let founds = try_join_all(arns.iter().map(|arn| async move {
        let id = arn.rsplit('/').next().unwrap_or_default();
        match cx.read(GET, json!({"Id": id})).await {
            Ok(answer) => found(cx, &answer["Namespace"]).await.map(Some),
            Err(error) if error.is(&["NamespaceNotFound"]) => Ok(None),
            Err(error) => Err(error),
        }
    }))
    .await?;
    Ok(founds.into_iter().flatten().collect())
}
