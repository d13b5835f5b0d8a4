//! `elb.listener_rule`: DescribeRules of each listener gives all of its rules.

use std::sync::Arc;

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use super::tags;
use crate::Cx;
use crate::cx::Why;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeRules");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let listener = cx.text(resource, "listener").await?;
    let answer = of(cx, &listener).await?;
    let Some(rule) = list(&answer).find(|rule| priority(rule) == declared(resource)) else { return Ok(None) };
    let arn = tags::arn(rule, "RuleArn");
    cx.put_arn(&resource.address, &arn);
    let tags = tags::declared(cx, resource, &arn).await?;
    Ok(Some(found(cx, rule, &tags, &listener)))
}

/// The rules of a listener.
pub(super) async fn of(cx: &Cx<'_>, listener: &str) -> Result<Arc<Value>, AwsError> {
    match cx.shared(DESCRIBE, json!({"ListenerArn": listener})).await {
        Err(error) if error.is(&["ListenerNotFound"]) => Ok(Arc::default()),
        answer => answer,
    }
}

/// The default rule is the listener's own.
pub(super) fn list(answer: &Value) -> impl Iterator<Item = &Value> {
    answer["Rules"].as_array().into_iter().flatten().filter(|rule| rule["IsDefault"] != true)
}

/// A number that AWS answers as text.
pub(super) fn priority(rule: &Value) -> Value {
    json!(rule["Priority"].as_str().and_then(|text| text.parse::<i64>().ok()))
}

pub(super) fn declared(resource: &Resource) -> Value {
    resource.spec.get("priority").and_then(|tree| tree.value().ok()).unwrap_or_default()
}

pub(super) fn found(cx: &Cx<'_>, rule: &Value, tags: &Value, listener: &str) -> Found {
    let mut document = rule.clone();
    document["ListenerArn"] = json!(listener);
    document["Priority"] = priority(rule);
    let exports = [("arn", &rule["RuleArn"]), ("name", &rule["Priority"])];
    cx.found(KindId::ElbListenerRule, &document, tags, &exports)
}

/// Rules by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let founds = try_join_all(arns.iter().map(|arn| async move {
        let answer = match cx.read_all(DESCRIBE, json!({"RuleArns": [arn]})).await {
            Err(error) if error.is(&["RuleNotFound"]) => return Ok(None),
            answer => answer?,
        };
        let Some(rule) = list(&answer).next() else { return Ok(None) };
        Ok::<_, AwsError>(Some(found(cx, rule, &tags::of(cx, arn).await?, &listener_of(arn))))
    }))
    .await?;
    Ok(founds.into_iter().flatten().collect())
}

/// `…:listener-rule/app/name/lb/listener/rule` belongs to `…:listener/app/name/lb/listener`.
fn listener_of(rule: &str) -> String {
    let parent = rule.rsplit_once('/').map_or(rule, |(parent, _)| parent);
    parent.replacen(":listener-rule/", ":listener/", 1)
}
