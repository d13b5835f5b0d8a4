//! `servicediscovery.namespace`. Cloud Map does everything after it has
//! answered: each call is over when its operation is.

use std::time::Duration;

use recon_aws::{ReadOp, WriteOp};
use recon_model::{Address, Found};
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE_HTTP: WriteOp = WriteOp::new("servicediscovery", "CreateHttpNamespace");
const CREATE_DNS: WriteOp = WriteOp::new("servicediscovery", "CreatePrivateDnsNamespace");
const UPDATE_HTTP: WriteOp = WriteOp::new("servicediscovery", "UpdateHttpNamespace");
const UPDATE_DNS: WriteOp = WriteOp::new("servicediscovery", "UpdatePrivateDnsNamespace");
const DELETE: WriteOp = WriteOp::new("servicediscovery", "DeleteNamespace");
const OPERATION: ReadOp = ReadOp::new("servicediscovery", "GetOperation");
const GET: ReadOp = ReadOp::new("servicediscovery", "GetNamespace");
const TAG: WriteOp = WriteOp::new("servicediscovery", "TagResource");
const UNTAG: WriteOp = WriteOp::new("servicediscovery", "UntagResource");

/// A hosted zone takes about a minute.
const DONE: Duration = Duration::from_secs(10 * 60);

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.canonical);
    input["Tags"] = item.upper_tags();
    let create = if is_dns(&item.canonical) { CREATE_DNS } else { CREATE_HTTP };
    if let Some(members) = input.as_object_mut().filter(|_| !is_dns(&item.canonical)) {
        members.retain(|member, _| member != "Vpc" && member != "Properties");
    }
    let answer = cx.write(create, input).await?;
    let operation = done(cx, item.address, &answer).await?;
    let id = operation["Targets"]["NAMESPACE"].as_str().unwrap_or_default();
    let namespace = cx.read(GET, json!({"Id": id})).await?["Namespace"].clone();
    let mut exports = crate::ecs::exports(&namespace, &[("arn", "Arn"), ("name", "Name"), ("id", "Id")]);
    if let Some(zone) = namespace["Properties"]["DnsProperties"]["HostedZoneId"].as_str() {
        exports.insert("hosted_zone_id".into(), zone.to_string());
    }
    Ok(exports)
}

fn is_dns(spec: &Value) -> bool {
    spec["type"] == "DNS_PRIVATE"
}

/// The operation that an answer names, at its end.
async fn done(cx: &Cx<'_>, address: &Address, answer: &Value) -> Result<Value, Failure> {
    let id = answer["OperationId"].clone();
    cx.until(address, "the end of Cloud Map's work", DONE, async || {
        let operation = cx.read(OPERATION, json!({"OperationId": id})).await?["Operation"].clone();
        let text = |member: &str| operation[member].as_str().unwrap_or_default().to_string();
        match operation["Status"].as_str() {
            Some("SUCCESS") => Ok(Ok(operation)),
            Some("FAIL") => Err(Failure::Refused(format!("{}: {}", text("ErrorCode"), text("ErrorMessage")))),
            _ => Ok(Err(format!("Cloud Map works: {}", text("Status")))),
        }
    })
    .await
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let id = live.export("id").unwrap_or_default();
    if changed.has("description") || changed.has("properties") {
        let mut change = json!({"Description": item.text("description")});
        let properties = item.kind.kind().creation(&item.spec)["Properties"].clone();
        if is_dns(&item.canonical) && changed.has("properties") && !properties.is_null() {
            change["Properties"] = properties;
        }
        let update = if is_dns(&item.canonical) { UPDATE_DNS } else { UPDATE_HTTP };
        let answer = cx.write(update, json!({"Id": id, "Namespace": change})).await?;
        done(cx, item.address, &answer).await?;
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

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"Id": live.export("id")});
    let answer = cx.write_unless(DELETE, input, &["NamespaceNotFound"]).await?;
    if !answer.is_null() {
        let name = live.export("name").unwrap_or_default();
        done(cx, &Address::new("servicediscovery.namespace", name), &answer).await?;
    }
    Ok(())
}
