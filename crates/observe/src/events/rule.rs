//! `events.rule`: DescribeRule, its targets and its tags, all at once.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::Why;

const DESCRIBE: ReadOp = ReadOp::new("events", "DescribeRule");
const TARGETS: ReadOp = ReadOp::new("events", "ListTargetsByRule");
const TAGS: ReadOp = ReadOp::new("events", "ListTagsForResource");

const DEFAULT_BUS: &str = "default";

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let bus = resource.spec.get("event_bus_name").and_then(|tree| tree.as_str()).unwrap_or(DEFAULT_BUS);
    let arn = arn(cx, bus, &name);
    let ask = async { Ok(cx.read(TAGS, json!({"ResourceARN": arn})).await?["Tags"].take()) };
    let (rule, targets, tags) = tokio::join!(
        cx.read(DESCRIBE, json!({"Name": name, "EventBusName": bus})),
        cx.read_all(TARGETS, json!({"Rule": name, "EventBusName": bus})),
        cx.tags(resource, &arn, ask),
    );
    let mut document = match rule {
        Ok(rule) => rule,
        // the bus may be what does not exist: then neither does the rule
        Err(error) if error.is(&["ResourceNotFoundException"]) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    document["Targets"] = targets?["Targets"].clone();
    // the TOML may name a bus by its ARN, and AWS answers with its name
    document["EventBusName"] = json!(bus);
    let exports = [("arn", &document["Arn"]), ("name", &document["Name"])];
    let mut found = cx.found(KindId::EventsRule, &document, &tags?, &exports);
    found.extra = json!({"bus": bus});
    if let Value::String(by) = &document["ManagedBy"] {
        found.violations.push(format!("{by} manages this rule, and lets nobody else change it"));
    }
    Ok(Some(found))
}

/// The default bus has no part in the ARN.
fn arn(cx: &Cx<'_>, bus: &str, rule: &str) -> String {
    match bus.split_once(":event-bus/").map_or(bus, |(_, name)| name) {
        DEFAULT_BUS => cx.arn("events", &format!("rule/{rule}")),
        bus => cx.arn("events", &format!("rule/{bus}/{rule}")),
    }
}
