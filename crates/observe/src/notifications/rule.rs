//! `notifications.rule`: the list of a resource's rules has only ARNs; each is
//! described to learn its name, tags included.

use std::sync::Arc;

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::Why;

const LIST: ReadOp = ReadOp::new("codestar-notifications", "ListNotificationRules");
const DESCRIBE: ReadOp = ReadOp::new("codestar-notifications", "DescribeNotificationRule");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let about = cx.text(resource, "resource").await?;
    let filter = json!({"Filters": [{"Name": "RESOURCE", "Value": about}]});
    let answer = cx.shared(LIST, filter).await?;
    let arns = answer["NotificationRules"].as_array().into_iter().flatten().filter_map(|r| r["Arn"].as_str());
    let rules = try_join_all(arns.map(|arn| describe(cx, arn))).await?;
    let named = rules.iter().flatten().find(|rule| rule["Name"] == *resource.name());
    Ok(named.map(|rule| found(cx, rule)))
}

async fn describe(cx: &Cx<'_>, arn: &str) -> Result<Option<Arc<Value>>, AwsError> {
    match cx.shared(DESCRIBE, json!({"Arn": arn})).await {
        Ok(rule) => Ok(Some(rule)),
        Err(error) if error.is(&["ResourceNotFoundException"]) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Rules by their own ARNs.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let rules = try_join_all(arns.iter().map(|arn| describe(cx, arn))).await?;
    Ok(rules.iter().flatten().map(|rule| found(cx, rule)).collect())
}

fn found(cx: &Cx<'_>, rule: &Value) -> Found {
    let mut document = rule.clone();
    let events = rule["EventTypes"].as_array().into_iter().flatten();
    document["EventTypeIds"] = events.map(|event| event["EventTypeId"].clone()).collect();
    let exports = [("arn", &rule["Arn"]), ("name", &rule["Name"])];
    cx.found(KindId::NotificationsRule, &document, &rule["Tags"], &exports)
}
