//! `elb.listener`: DescribeListeners of each load balancer gives all of its
//! listeners, so that those which are declared no more are seen as well.

use std::sync::Arc;

use futures_util::future::{try_join, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use super::tags;
use crate::Cx;
use crate::cx::Why;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeListeners");
const ATTRIBUTES: ReadOp = ReadOp::new("elbv2", "DescribeListenerAttributes");
const CERTIFICATES: ReadOp = ReadOp::new("elbv2", "DescribeListenerCertificates");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let load_balancer = cx.text(resource, "load_balancer").await?;
    let answer = on(cx, &load_balancer).await?;
    let Some(listener) = list(&answer).find(|listener| listener["Port"] == port(resource)) else {
        return Ok(None);
    };
    let arn = tags::arn(listener, "ListenerArn");
    cx.put_arn(&resource.address, &arn);
    let (details, tags) = tokio::join!(details(cx, listener), tags::declared(cx, resource, &arn));
    Ok(Some(present(cx, &details?, &tags?)))
}

/// What stands on a load balancer.
pub(super) async fn on(cx: &Cx<'_>, load_balancer: &str) -> Result<Arc<Value>, AwsError> {
    match cx.shared(DESCRIBE, json!({"LoadBalancerArn": load_balancer})).await {
        Err(error) if error.is(&["LoadBalancerNotFound"]) => Ok(Arc::default()),
        answer => answer,
    }
}

pub(super) fn list(answer: &Value) -> impl Iterator<Item = &Value> {
    answer["Listeners"].as_array().into_iter().flatten()
}

pub(super) fn port(resource: &Resource) -> Value {
    resource.spec.get("port").and_then(|tree| tree.value().ok()).unwrap_or_default()
}

/// A listener that no declaration means, with what its tags say.
pub(super) async fn found(cx: &Cx<'_>, listener: &Value, tags: &Value) -> Result<Found, AwsError> {
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
    let founds = try_join_all(arns.iter().map(|arn| async move {
        let answer = match cx.read(DESCRIBE, json!({"ListenerArns": [arn]})).await {
            Err(error) if error.is(&["ListenerNotFound"]) => return Ok(None),
            answer => answer?,
        };
        let Some(listener) = list(&answer).next() else { return Ok(None) };
        let (details, tags) = try_join(details(cx, listener), tags::of(cx, arn)).await?;
        Ok::<_, AwsError>(Some(present(cx, &details, &tags)))
    }))
    .await?;
    Ok(founds.into_iter().flatten().collect())
}
