//! `events.rule`. PutRule replaces the rule as a whole; its targets and tags are
//! calls of their own.

use std::collections::BTreeSet;

use recon_aws::{ReadOp, WriteOp};
use recon_model::Found;
use recon_model::schema::to_aws;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const PUT: WriteOp = WriteOp::new("events", "PutRule");
const PUT_TARGETS: WriteOp = WriteOp::new("events", "PutTargets");
const REMOVE_TARGETS: WriteOp = WriteOp::new("events", "RemoveTargets");
const TARGETS: ReadOp = ReadOp::new("events", "ListTargetsByRule");
const TAG: WriteOp = WriteOp::new("events", "TagResource");
const UNTAG: WriteOp = WriteOp::new("events", "UntagResource");
const DELETE: WriteOp = WriteOp::new("events", "DeleteRule");

/// Entries that one call may carry.
const PER_CALL: usize = 10;
/// Targets that a rule may have.
const PER_RULE: usize = 5;

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let (mut input, targets) = parts(item, &item.canonical);
    input["Tags"] = item.upper_tags();
    let answer = cx.write(PUT, input).await?;
    put(cx, item, &targets).await?;
    let mut exports = crate::ecs::exports(&answer, &[("arn", "RuleArn")]);
    exports.insert("name".into(), item.text("name").to_string());
    Ok(exports)
}

/// The rule without targets and tags, and the targets.
fn parts(item: &Item<'_>, spec: &Value) -> (Value, Vec<Value>) {
    let mut rule = to_aws(item.kind.kind().fields(), spec);
    let targets = rule["Targets"].take();
    if let Some(members) = rule.as_object_mut() {
        members.remove("Targets");
        members.remove("Tags");
    }
    (rule, targets.as_array().cloned().unwrap_or_default())
}

async fn put(cx: &Cx<'_>, item: &Item<'_>, targets: &[Value]) -> Result<(), Failure> {
    for chunk in targets.chunks(PER_CALL) {
        let input = json!({
            "Rule": item.text("name"), "EventBusName": item.canonical["event_bus_name"], "Targets": chunk,
        });
        all_passed(&cx.write(PUT_TARGETS, input).await?, &[])?;
    }
    Ok(())
}

async fn remove(cx: &Cx<'_>, rule: &Value, bus: &Value, ids: &[String]) -> Result<(), Failure> {
    const GONE: &[&str] = &["ResourceNotFoundException"];
    for chunk in ids.chunks(PER_CALL) {
        let input = json!({"Rule": rule, "EventBusName": bus, "Ids": chunk});
        all_passed(&cx.write_unless(REMOVE_TARGETS, input, GONE).await?, GONE)?;
    }
    Ok(())
}

/// A call that AWS took may still have failed for some of its entries.
fn all_passed(answer: &Value, fine: &[&str]) -> Result<(), Failure> {
    let failed = answer["FailedEntries"].as_array().into_iter().flatten();
    let failed: Vec<String> = failed
        .filter(|entry| !entry["ErrorCode"].as_str().is_some_and(|code| fine.contains(&code)))
        .map(|entry| {
            let text = |member: &str| entry[member].as_str().unwrap_or("?").to_string();
            format!("target {}: {}: {}", text("TargetId"), text("ErrorCode"), text("ErrorMessage"))
        })
        .collect();
    let count = answer["FailedEntryCount"].as_u64().unwrap_or_default();
    match (failed.is_empty(), answer["FailedEntries"].is_null() && count > 0) {
        (true, false) => Ok(()),
        (true, true) => Err(Failure::Refused(format!("{count} targets failed, and AWS gives no reason"))),
        (false, _) => Err(Failure::Refused(failed.join("; "))),
    }
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let (rule, wanted) = parts(item, &item.beside(live).canonical);
    if !changed.without(&["targets"]).is_empty() {
        cx.write(PUT, rule).await?;
    }
    if changed.has("targets") {
        targets(cx, item, &wanted, &parts(item, &live.spec.value()).1).await?;
    }
    if changed.tags {
        let arn = live.export("arn");
        cx.write(TAG, json!({"ResourceARN": arn, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"ResourceARN": arn, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

/// New ones come before old ones go, unless the rule has no room for both.
async fn targets(cx: &Cx<'_>, item: &Item<'_>, wanted: &[Value], there: &[Value]) -> Result<(), Failure> {
    let ids = |targets: &[Value]| -> BTreeSet<String> {
        targets.iter().filter_map(|target| target["Id"].as_str().map(str::to_string)).collect()
    };
    let (all, gone): (BTreeSet<String>, Vec<String>) =
        (&ids(wanted) | &ids(there), ids(there).difference(&ids(wanted)).cloned().collect());
    let new: Vec<Value> = wanted.iter().filter(|target| !there.contains(target)).cloned().collect();
    let (name, bus) = (&item.canonical["name"], &item.canonical["event_bus_name"]);
    if all.len() > PER_RULE {
        remove(cx, name, bus, &gone).await?;
        return put(cx, item, &new).await;
    }
    put(cx, item, &new).await?;
    remove(cx, name, bus, &gone).await
}

/// AWS refuses to delete a rule that still has targets, whoever put them there.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    const GONE: &[&str] = &["ResourceNotFoundException"];
    let (name, bus) = (json!(live.export("name")), &live.extra["bus"]);
    let targets = match cx.read_all(TARGETS, json!({"Rule": name, "EventBusName": bus})).await {
        Ok(answer) => answer["Targets"].as_array().cloned().unwrap_or_default(),
        Err(error) if error.is(GONE) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let ids: Vec<String> =
        targets.iter().filter_map(|target| target["Id"].as_str().map(str::to_string)).collect();
    remove(cx, &name, bus, &ids).await?;
    cx.write_unless(DELETE, json!({"Name": name, "EventBusName": bus}), GONE).await?;
    Ok(())
}
