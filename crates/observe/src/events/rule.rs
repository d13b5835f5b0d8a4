//! `events.rule`: DescribeRule, its targets and its tags, all at once.

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("events", "DescribeRule");
const TARGETS: ReadOp = ReadOp::new("events", "ListTargetsByRule");
const TAGS: ReadOp = ReadOp::new("events", "ListTagsForResource");

const DEFAULT_BUS: &str = "default";

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.iter().map(|resource| async {
        let live = match get(cx, resource).await {
            Ok(Some(found)) => Live::Present(Box::new(found)),
            Ok(None) => Live::Absent,
            Err(error) => unreadable(&error),
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

async fn get(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, AwsError> {
    let name = resource.name();
    let bus = resource.spec.get("event_bus_name").and_then(|tree| tree.as_str()).unwrap_or(DEFAULT_BUS);
    let arn = arn(cx, bus, &name);
    let (rule, targets, tags) = tokio::join!(
        cx.read(DESCRIBE, json!({"Name": name, "EventBusName": bus})),
        cx.read_all(TARGETS, json!({"Rule": name, "EventBusName": bus})),
        cx.read(TAGS, json!({"ResourceARN": arn})),
    );
    let mut document = match rule {
        Ok(rule) => rule,
        // the bus may be what does not exist: then neither does the rule
        Err(error) if error.is(&["ResourceNotFoundException"]) => return Ok(None),
        Err(error) => return Err(error),
    };
    document["Targets"] = targets?["Targets"].clone();
    // the TOML may name a bus by its ARN, and AWS answers with its name
    document["EventBusName"] = json!(bus);
    let exports = [("arn", &document["Arn"]), ("name", &document["Name"])];
    let mut found = cx.found(KindId::EventsRule, &document, &tags?["Tags"], &exports);
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
