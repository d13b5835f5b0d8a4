//! `sns.topic`: attributes and tags of each; subscriptions where they are declared.

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::schema::to_aws;
use recon_model::{Found, KindId, Resource, Tree};
use serde_json::{Map, Value, json};

use crate::Cx;
use crate::cx::Why;

const GET: ReadOp = ReadOp::new("sns", "GetTopicAttributes");
const TAGS: ReadOp = ReadOp::new("sns", "ListTagsForResource");
const SUBSCRIPTIONS: ReadOp = ReadOp::new("sns", "ListSubscriptionsByTopic");
const SUBSCRIPTION: ReadOp = ReadOp::new("sns", "GetSubscriptionAttributes");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let arn = cx.arn("sns", &name);
    let attributes = match cx.read(GET, json!({"TopicArn": arn})).await {
        Ok(answer) => answer["Attributes"].clone(),
        Err(error) if error.is(&["NotFound", "NotFoundException"]) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let ask = async { Ok(cx.read(TAGS, json!({"ResourceArn": arn})).await?["Tags"].take()) };
    let tags = cx.tags(resource, &arn, ask).await?;
    let mut document = json!({"Name": name, "Attributes": attributes});
    let mut arns = Map::new();
    if resource.spec.get("subscriptions").is_some() {
        let answer = cx.read_all(SUBSCRIPTIONS, json!({"TopicArn": arn})).await?;
        let rows: Vec<&Value> = answer["Subscriptions"].as_array().into_iter().flatten().collect();
        // one that waits for its confirmation cannot be ended: AWS drops it after two days
        let waits = |row: &Value| !row["SubscriptionArn"].as_str().is_some_and(|arn| arn.starts_with("arn:"));
        let moot = |row: &Value| waits(row) && !is_declared(resource, &row["Endpoint"]);
        let rows = rows.into_iter().filter(|row| row["SubscriptionArn"] != "Deleted" && !moot(row));
        let rows = try_join_all(rows.map(|row| subscription(cx, resource, row))).await?;
        for row in &rows {
            if let Some(endpoint) = row["Endpoint"].as_str() {
                arns.insert(endpoint.to_string(), row["SubscriptionArn"].clone());
            }
        }
        document["Subscriptions"] = rows.into();
    }
    let exports = [("arn", &json!(arn)), ("name", &json!(name))];
    let mut found = cx.found(KindId::SnsTopic, &document, &tags, &exports);
    found.extra = json!({"subscriptions": arns});
    Ok(Some(found))
}

/// A row with its attributes. Until somebody confirms it, AWS hides its ARN and
/// with that its attributes: it is taken to be as declared.
async fn subscription(cx: &Cx<'_>, resource: &Resource, row: &Value) -> Result<Value, AwsError> {
    let mut row = row.clone();
    let arn = row["SubscriptionArn"].as_str().filter(|arn| arn.starts_with("arn:")).map(str::to_string);
    row["Attributes"] = match &arn {
        Some(arn) => cx.read(SUBSCRIPTION, json!({"SubscriptionArn": arn})).await?["Attributes"].clone(),
        None => declared(resource, &row["Endpoint"]),
    };
    row["SubscriptionArn"] = json!(arn);
    Ok(row)
}

/// Or may be: what it names is not known yet.
fn is_declared(resource: &Resource, endpoint: &Value) -> bool {
    let Some(Tree::List(subscriptions)) = resource.spec.get("subscriptions") else { return false };
    let names =
        |tree: &Tree| tree.get("endpoint").and_then(Tree::as_str).is_none_or(|text| *endpoint == *text);
    subscriptions.iter().any(names)
}

fn declared(resource: &Resource, endpoint: &Value) -> Value {
    let Some(Tree::List(subscriptions)) = resource.spec.get("subscriptions") else { return Value::Null };
    let values = subscriptions.iter().filter_map(|tree| tree.value().ok());
    let spec = values.into_iter().find(|value| value["endpoint"] == *endpoint).unwrap_or_default();
    let structure = resource.kind.kind().fields().field("subscriptions").and_then(|f| f.ty.structure());
    structure.map(|structure| to_aws(structure, &spec)["Attributes"].clone()).unwrap_or_default()
}
