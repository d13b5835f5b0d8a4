//! `elb.listener_rule`: DescribeRules of each listener gives all of its rules.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Orphan, Resource};
use serde_json::{Value, json};

use super::strangers::missed;
use super::tags;
use crate::{Cx, kind_of_address};

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeRules");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut by_parent: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    let parents = join_all(resources.iter().map(|resource| cx.text(resource, "listener"))).await;
    for (resource, parent) in resources.iter().zip(parents) {
        match parent {
            Ok(arn) => by_parent.entry(arn).or_default().push(resource),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    join_all(by_parent.iter().map(|(arn, declared)| parent(cx, arn, declared))).await;
}

/// All that stands on it. With nothing declared, only what once was is of interest.
pub async fn parent(cx: &Cx<'_>, listener: &str, declared: &[&Resource]) {
    let rules = match rules(cx, json!({"ListenerArn": listener})).await {
        Ok(rules) => rules,
        Err(error) if error.is(&["ListenerNotFound"]) => Vec::new(),
        Err(error) => return missed(cx, listener, declared, &error),
    };
    for (rule, tags) in &rules {
        let found = found(cx, rule, tags, listener);
        let priority =
            |resource: &&&Resource| resource.spec.get("priority").and_then(|tree| tree.value().ok());
        match declared.iter().find(|resource| priority(resource) == Some(found.spec["priority"].clone())) {
            Some(resource) => cx.put(&resource.address, Live::Present(Box::new(found))),
            None => stranger(cx, found),
        }
    }
    declared.iter().for_each(|resource| cx.absent(resource));
}

fn stranger(cx: &Cx<'_>, found: Found) {
    let Some(owner) = found.owner.clone().filter(|owner| owner.stack == cx.stack.name) else { return };
    if let Some((address, kind)) = kind_of_address(&owner.address) {
        cx.orphan(Orphan { address, kind, found });
    }
}

/// The rules of an answer with their tags, the default rule left out.
async fn rules(cx: &Cx<'_>, input: Value) -> Result<Vec<(Value, Value)>, AwsError> {
    let answer = cx.read_all(DESCRIBE, input).await?;
    let all = answer["Rules"].as_array().cloned().unwrap_or_default();
    let rules: Vec<Value> = all.into_iter().filter(|rule| rule["IsDefault"] != true).collect();
    let arns: Vec<String> = rules.iter().map(|rule| tags::arn(rule, "RuleArn")).collect();
    let mut tag_lists = tags::of(cx, &arns).await?;
    Ok(rules
        .into_iter()
        .zip(arns)
        .map(|(rule, arn)| (rule, tag_lists.remove(&arn).unwrap_or_default()))
        .collect())
}

fn found(cx: &Cx<'_>, rule: &Value, tags: &Value, listener: &str) -> Found {
    let mut document = rule.clone();
    document["ListenerArn"] = json!(listener);
    // a number that AWS answers as text
    document["Priority"] = json!(rule["Priority"].as_str().and_then(|text| text.parse::<i64>().ok()));
    let exports = [("arn", &rule["RuleArn"]), ("name", &rule["Priority"])];
    cx.found(KindId::ElbListenerRule, &document, tags, &exports)
}

/// Rules by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let mut out = Vec::new();
    for arn in arns {
        match rules(cx, json!({"RuleArns": [arn]})).await {
            Ok(rules) => {
                out.extend(rules.iter().map(|(rule, tags)| found(cx, rule, tags, &listener_of(arn))))
            }
            Err(error) if error.is(&["RuleNotFound"]) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(out)
}

/// `…:listener-rule/app/name/lb/listener/rule` belongs to `…:listener/app/name/lb/listener`.
fn listener_of(rule: &str) -> String {
    let parent = rule.rsplit_once('/').map_or(rule, |(parent, _)| parent);
    parent.replacen(":listener-rule/", ":listener/", 1)
}
