//! `elb.listener`: DescribeListeners of each load balancer gives all of its
//! listeners, so that those which are declared no more are seen as well.

use std::collections::BTreeMap;

use futures_util::future::{join, join_all, try_join, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Orphan, Resource};
use serde_json::{Value, json};

use super::strangers::missed;
use super::tags;
use crate::cx::unreadable;
use crate::tags::split;
use crate::{Cx, kind_of_address};

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeListeners");
const ATTRIBUTES: ReadOp = ReadOp::new("elbv2", "DescribeListenerAttributes");
const CERTIFICATES: ReadOp = ReadOp::new("elbv2", "DescribeListenerCertificates");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut by_parent: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    let parents = join_all(resources.iter().map(|resource| cx.text(resource, "load_balancer"))).await;
    for (resource, parent) in resources.iter().zip(parents) {
        match parent {
            Ok(arn) => by_parent.entry(arn).or_default().push(resource),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    join_all(by_parent.iter().map(|(arn, declared)| parent(cx, arn, declared))).await;
}

/// All that stands on it. With nothing declared, only what once was is of interest.
pub async fn parent(cx: &Cx<'_>, load_balancer: &str, declared: &[&Resource]) {
    let listeners = match cx.read_all(DESCRIBE, json!({"LoadBalancerArn": load_balancer})).await {
        Ok(answer) => answer["Listeners"].as_array().cloned().unwrap_or_default(),
        Err(error) if error.is(&["LoadBalancerNotFound"]) => Vec::new(),
        Err(error) => return missed(cx, load_balancer, declared, &error),
    };
    let port = |resource: &Resource| {
        resource.spec.get("port").and_then(|tree| tree.value().ok()).unwrap_or_default()
    };
    let own = |listener: &Value| declared.iter().find(|resource| port(resource) == listener["Port"]);
    for listener in &listeners {
        if let Some(resource) = own(listener) {
            cx.put_arn(&resource.address, &tags::arn(listener, "ListenerArn"));
        }
    }
    let arns: Vec<String> = listeners.iter().map(|listener| tags::arn(listener, "ListenerArn")).collect();
    let detailed = join_all(listeners.iter().map(|listener| async {
        match own(listener) {
            Some(_) => Some(details(cx, listener).await),
            // of somebody else's nothing more is of interest
            None => None,
        }
    }));
    let (tag_lists, detailed) = join(tags::of(cx, &arns), detailed).await;
    let tag_lists = match tag_lists {
        Ok(tag_lists) => tag_lists,
        Err(error) => return missed(cx, load_balancer, declared, &error),
    };
    for ((listener, arn), details) in listeners.iter().zip(&arns).zip(detailed) {
        let tags = tag_lists.get(arn).cloned().unwrap_or_default();
        match (own(listener), details) {
            (Some(resource), Some(Ok(document))) => {
                cx.put(&resource.address, Live::Present(Box::new(present(cx, &document, &tags))));
            }
            (Some(resource), Some(Err(error))) => cx.put(&resource.address, unreadable(&error)),
            _ => stranger(cx, listener, &tags).await,
        }
    }
    declared.iter().for_each(|resource| cx.absent(resource));
}

/// On a declared load balancer and not declared: ours once, or somebody else's.
async fn stranger(cx: &Cx<'_>, listener: &Value, tag_list: &Value) {
    let (_, owner) = split(tag_list);
    let Some(owner) = owner.filter(|owner| owner.stack == cx.stack.name) else { return };
    let Some((address, kind)) = kind_of_address(&owner.address) else { return };
    match found(cx, listener, tag_list).await {
        Ok(found) => cx.orphan(Orphan { address, kind, found }),
        Err(error) => cx.blind(format!("{address}, which is declared no more: {error}")),
    }
}

async fn found(cx: &Cx<'_>, listener: &Value, tags: &Value) -> Result<Found, AwsError> {
    Ok(present(cx, &details(cx, listener).await?, tags))
}

/// The listener with its attributes and, where it encrypts, all its certificates.
async fn details(cx: &Cx<'_>, listener: &Value) -> Result<Value, AwsError> {
    let mut document = listener.clone();
    let arn = tags::arn(listener, "ListenerArn");
    let attributes = cx.read(ATTRIBUTES, json!({"ListenerArn": arn}));
    let certificates = async {
        match listener["Certificates"].as_array().is_some_and(|list| !list.is_empty()) {
            true => Ok(Some(cx.read_all(CERTIFICATES, json!({"ListenerArn": arn})).await?)),
            false => Ok::<_, AwsError>(None),
        }
    };
    let (attributes, certificates) = try_join(attributes, certificates).await?;
    document["Attributes"] = attributes["Attributes"].clone();
    if let Some(certificates) = certificates {
        document["Certificates"] = certificates["Certificates"].clone();
    }
    Ok(document)
}

fn present(cx: &Cx<'_>, document: &Value, tags: &Value) -> Found {
    let exports = [("arn", &document["ListenerArn"]), ("name", &document["Port"])];
    cx.found(KindId::ElbListener, document, tags, &exports)
}

/// Listeners by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let described = try_join_all(arns.iter().map(|arn| async move {
        match cx.read(DESCRIBE, json!({"ListenerArns": [arn]})).await {
            Ok(answer) => Ok(answer["Listeners"].as_array().cloned().unwrap_or_default()),
            Err(error) if error.is(&["ListenerNotFound"]) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }))
    .await?;
    let listeners: Vec<Value> = described.into_iter().flatten().collect();
    let arns: Vec<String> = listeners.iter().map(|listener| tags::arn(listener, "ListenerArn")).collect();
    let tag_lists = tags::of(cx, &arns).await?;
    let tags = |arn: &String| tag_lists.get(arn).cloned().unwrap_or_default();
    try_join_all(listeners.iter().zip(&arns).map(|(listener, arn)| {
        let tags = tags(arn);
        async move { found(cx, listener, &tags).await }
    }))
    .await
}
