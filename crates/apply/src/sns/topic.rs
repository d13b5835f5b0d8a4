//! `sns.topic`. Attributes and subscriptions are set one by one.

use recon_aws::WriteOp;
use recon_model::Found;
use recon_model::schema::{Field, Struct, to_aws};
use serde_json::{Map, Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("sns", "CreateTopic");
const SET: WriteOp = WriteOp::new("sns", "SetTopicAttributes");
const DELETE: WriteOp = WriteOp::new("sns", "DeleteTopic");
const SUBSCRIBE: WriteOp = WriteOp::new("sns", "Subscribe");
const UNSUBSCRIBE: WriteOp = WriteOp::new("sns", "Unsubscribe");
const SET_SUBSCRIPTION: WriteOp = WriteOp::new("sns", "SetSubscriptionAttributes");
const TAG: WriteOp = WriteOp::new("sns", "TagResource");
const UNTAG: WriteOp = WriteOp::new("sns", "UntagResource");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["Tags"] = item.upper_tags();
    let arn = cx.write(CREATE, input).await?["TopicArn"].clone();
    for subscription in list(&item.spec) {
        subscribe(cx, item, &arn, subscription).await?;
    }
    let arn = arn.as_str().unwrap_or_default().to_string();
    Ok([("arn".to_string(), arn), ("name".to_string(), item.text("name").to_string())].into_iter().collect())
}

fn list(spec: &Value) -> impl Iterator<Item = &Value> {
    spec["subscriptions"].as_array().into_iter().flatten()
}

async fn subscribe(cx: &Cx<'_>, item: &Item<'_>, arn: &Value, wanted: &Value) -> Result<(), Failure> {
    let structure = subscriptions(item);
    let mut input = structure.map(|structure| to_aws(structure, wanted)).unwrap_or_default();
    input["TopicArn"] = arn.clone();
    cx.write(SUBSCRIBE, input).await?;
    Ok(())
}

fn subscriptions<'a>(item: &Item<'a>) -> Option<&'a Struct> {
    item.kind.kind().fields().field("subscriptions")?.ty.structure()
}

/// What to set so that the attributes are as wanted. What is taken out of the
/// TOML goes back to what it is when nothing is said.
fn to_set(attributes: &Field, wanted: &Value, there: &Value) -> Vec<(String, Value)> {
    let Some(structure) = attributes.ty.structure() else { return Vec::new() };
    let said = |field: &Field, spec: &Value| {
        spec.get(&field.name).filter(|value| !value.is_null()).cloned().or_else(|| field.default.clone())
    };
    let differs = |field: &&Field| {
        let (wanted, there) = (said(field, wanted), said(field, there));
        wanted != there && !(wanted.is_none() && field.unmanaged)
    };
    let set = structure.fields.iter().filter(differs).map(|field| {
        let spec: Map<String, Value> =
            said(field, wanted).map(|value| (field.name.clone(), value)).into_iter().collect();
        let value = to_aws(structure, &Value::Object(spec))[&field.aws].clone();
        (field.aws.clone(), if value.is_null() { json!("") } else { value })
    });
    set.collect()
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let arn = json!(live.export("arn"));
    let mut there = live.spec.value();
    if let Some(form) = item.kind.kind().canonical {
        form(&mut there);
    }
    let attributes = item.kind.kind().fields().field("attributes").filter(|_| changed.has("attributes"));
    if let Some(field) = attributes {
        for (name, mut value) in to_set(field, &item.canonical["attributes"], &there["attributes"]) {
            if name == "Policy" && value == "" {
                value = json!(default_policy(cx, &arn).to_string());
            }
            cx.write(SET, json!({"TopicArn": arn, "AttributeName": name, "AttributeValue": value})).await?;
        }
    }
    if changed.has("subscriptions") {
        receivers(cx, item, live, &there).await?;
    }
    if changed.tags {
        cx.write(TAG, json!({"ResourceArn": arn, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"ResourceArn": arn, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

/// Brings the subscriptions. One that nobody confirmed yet cannot be changed or
/// ended; AWS forgets it after two days.
async fn receivers(cx: &Cx<'_>, item: &Item<'_>, live: &Found, there: &Value) -> Result<(), Failure> {
    let arn = json!(live.export("arn"));
    let of = |endpoint: &Value| &live.extra["subscriptions"][endpoint.as_str().unwrap_or_default()];
    let same = |a: &Value, b: &Value| a["endpoint"] == b["endpoint"] && a["protocol"] == b["protocol"];
    for old in list(there).filter(|old| !list(&item.canonical).any(|wanted| same(wanted, old))) {
        if let subscription @ Value::String(_) = of(&old["endpoint"]) {
            cx.write(UNSUBSCRIBE, json!({"SubscriptionArn": subscription})).await?;
        }
    }
    let attributes = subscriptions(item).and_then(|structure| structure.field("attributes"));
    for wanted in list(&item.canonical) {
        let Some(old) = list(there).find(|old| same(wanted, old)) else {
            subscribe(cx, item, &arn, wanted).await?;
            continue;
        };
        let (Some(field), subscription @ Value::String(_)) = (attributes, of(&wanted["endpoint"])) else {
            continue;
        };
        for (name, value) in to_set(field, &wanted["attributes"], &old["attributes"]) {
            // the scope goes with its filter
            if name == "FilterPolicyScope" && wanted["attributes"]["filter_policy"].is_null() {
                continue;
            }
            let input =
                json!({"SubscriptionArn": subscription, "AttributeName": name, "AttributeValue": value});
            cx.write(SET_SUBSCRIPTION, input).await?;
        }
    }
    Ok(())
}

/// What AWS writes where nobody gave a policy: it takes no empty one.
fn default_policy(cx: &Cx<'_>, arn: &Value) -> Value {
    let actions = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions.map(|action| format!("SNS:{action}")),
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": cx.account}},
        }],
    })
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    // AWS would let them go by and by
    for (_, subscription) in live.extra["subscriptions"].as_object().into_iter().flatten() {
        if subscription.is_string() {
            cx.write_unless(UNSUBSCRIBE, json!({"SubscriptionArn": subscription}), &["NotFound"]).await?;
        }
    }
    cx.write_unless(DELETE, json!({"TopicArn": live.export("arn")}), &["NotFound"]).await?;
    Ok(())
}
