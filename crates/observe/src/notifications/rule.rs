//! `notifications.rule`: the list of a resource's rules has only ARNs; each is
//! described to learn its name, tags included.

use std::collections::BTreeMap;

use futures_util::future::{join_all, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;

const LIST: ReadOp = ReadOp::new("codestar-notifications", "ListNotificationRules");
const DESCRIBE: ReadOp = ReadOp::new("codestar-notifications", "DescribeNotificationRule");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut by_parent: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    let parents = join_all(resources.iter().map(|resource| cx.text(resource, "resource"))).await;
    for (resource, parent) in resources.iter().zip(parents) {
        match parent {
            Ok(arn) => by_parent.entry(arn).or_default().push(resource),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    join_all(by_parent.iter().map(|(arn, declared)| parent(cx, arn, declared))).await;
}

async fn parent(cx: &Cx<'_>, arn: &str, declared: &[&Resource]) {
    let founds = match of(cx, arn).await {
        Ok(founds) => founds,
        Err(error) => return cx.fail(declared, &error),
    };
    for resource in declared {
        let name = resource.name();
        match founds.iter().find(|found| found.export("name") == Some(&name)) {
            Some(found) => cx.put(&resource.address, Live::Present(Box::new(found.clone()))),
            None => cx.absent(resource),
        }
    }
}

async fn of(cx: &Cx<'_>, resource: &str) -> Result<Vec<Found>, AwsError> {
    let filter = json!({"Filters": [{"Name": "RESOURCE", "Value": resource}]});
    let answer = cx.read_all(LIST, filter).await?;
    let rules = answer["NotificationRules"].as_array().into_iter().flatten();
    let arns: Vec<String> = rules.filter_map(|rule| rule["Arn"].as_str().map(str::to_string)).collect();
    by_arn(cx, &arns).await
}

/// Rules by their own ARNs.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let rules = try_join_all(arns.iter().map(|arn| async move {
        match cx.read(DESCRIBE, json!({"Arn": arn})).await {
            Ok(rule) => Ok(Some(found(cx, &rule))),
            Err(error) if error.is(&["ResourceNotFoundException"]) => Ok(None),
            Err(error) => Err(error),
        }
    }))
    .await?;
    Ok(rules.into_iter().flatten().collect())
}

fn found(cx: &Cx<'_>, rule: &Value) -> Found {
    let mut document = rule.clone();
    let events = rule["EventTypes"].as_array().into_iter().flatten();
    document["EventTypeIds"] = events.map(|event| event["EventTypeId"].clone()).collect();
    let exports = [("arn", &rule["Arn"]), ("name", &rule["Name"])];
    cx.found(KindId::NotificationsRule, &document, &rule["Tags"], &exports)
}
