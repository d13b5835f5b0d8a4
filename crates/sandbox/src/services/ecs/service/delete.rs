//! DeleteService.

use serde_json::{Value, json};

use super::super::cluster;
use super::super::document::{flag, int, list, text};
use super::super::refuse::{self, unless};
use super::DRAIN;
use crate::context::Context;
use crate::refusal::Refusal;

/// Seconds in which a service without tasks is gone.
const EMPTY: f64 = 10.0;

pub fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let now = cx.now;
    let record =
        cx.here.ecs.record_mut(&cluster, text(input, "service")).ok_or_else(refuse::service_not_found)?;
    match record.status() {
        "INACTIVE" => return Err(refuse::service_not_found()),
        "DRAINING" => return Ok(json!({"service": record.document})),
        _ => {}
    }
    unless(flag(input, "force") || int(&record.document, "desiredCount") == 0, || {
        refuse::parameter("The service cannot be stopped while it is scaled above 0.")
    })?;
    unless(flag(input, "force") || record.controller() != "EXTERNAL" || !has_sets(&record.document), || {
        refuse::parameter("The service cannot be stopped while the service has task sets.")
    })?;
    let tasks = int(&record.document, "runningCount") + int(&record.document, "pendingCount");
    record.rescale(0, now);
    record.document["status"] = json!("DRAINING");
    record.drained_at = Some(now + if tasks > 0 { DRAIN } else { EMPTY });
    let document = record.document.clone();
    cx.here.ecs.tags.remove(text(&document, "serviceArn"));
    Ok(json!({"service": document}))
}

fn has_sets(document: &Value) -> bool {
    !list(document, "taskSets").is_empty()
}
