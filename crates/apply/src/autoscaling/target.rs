//! `autoscaling.target`. One call registers it and changes it; scheduled actions
//! are calls of their own.

use futures_util::future::try_join_all;
use recon_aws::WriteOp;
use recon_model::Found;
use recon_model::schema::to_aws;
use serde_json::{Value, json};

use super::{GONE, TAG, UNTAG, creation, identity};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::{surplus, wanted};

const REGISTER: WriteOp = WriteOp::new("application-autoscaling", "RegisterScalableTarget");
const DEREGISTER: WriteOp = WriteOp::new("application-autoscaling", "DeregisterScalableTarget");
const SCHEDULE: WriteOp = WriteOp::new("application-autoscaling", "PutScheduledAction");
const UNSCHEDULE: WriteOp = WriteOp::new("application-autoscaling", "DeleteScheduledAction");

/// All of a suspended state: what is not given stays as it is.
const RUNNING: &[&str] =
    &["DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"];

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = creation(item);
    input["Tags"] = json!(wanted(item));
    let answer = cx.write(REGISTER, input).await?;
    actions(cx, item, &json!({})).await?;
    let mut exports = crate::ecs::exports(&answer, &[("arn", "ScalableTargetARN")]);
    exports.insert("resource_id".into(), item.text("resource").to_string());
    Ok(exports)
}

/// Scheduled actions that are new or differ, and the end of those that are declared no more.
async fn actions(cx: &Cx<'_>, item: &Item<'_>, live: &Value) -> Result<(), Failure> {
    let target = identity(&creation(item));
    let list = |spec: &Value| to_aws(item.kind.kind().fields(), spec)["ScheduledActions"].clone();
    let (wanted, there) = (list(&item.spec), list(live));
    let (wanted, there): (Vec<&Value>, Vec<&Value>) =
        (wanted.as_array().into_iter().flatten().collect(), there.as_array().into_iter().flatten().collect());
    let named = |all: &[&Value], action: &Value| {
        all.iter().any(|other| other["ScheduledActionName"] == action["ScheduledActionName"])
    };
    let put = wanted.iter().filter(|action| !there.contains(action)).map(|action| {
        let mut input = target.clone();
        for (member, value) in action.as_object().into_iter().flatten() {
            input[member] = value.clone();
        }
        // left out, the time zone of before stays
        if input["Timezone"].is_null() {
            input["Timezone"] = json!("UTC");
        }
        cx.write(SCHEDULE, input)
    });
    try_join_all(put).await?;
    let drop = there.iter().filter(|action| !named(&wanted, action)).map(|action| {
        let mut input = target.clone();
        input["ScheduledActionName"] = action["ScheduledActionName"].clone();
        cx.write_unless(UNSCHEDULE, input, GONE)
    });
    try_join_all(drop).await?;
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    if !changed.without(&["scheduled_actions"]).is_empty() {
        let mut input = creation(item);
        for member in RUNNING {
            if input["SuspendedState"][member].is_null() {
                input["SuspendedState"][member] = json!(false);
            }
        }
        cx.write(REGISTER, input).await?;
    }
    if changed.has("scheduled_actions") {
        actions(cx, item, &live.spec.value()).await?;
    }
    if changed.tags {
        let arn = live.export("arn");
        cx.write(TAG, json!({"ResourceARN": arn, "Tags": wanted(item)})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"ResourceARN": arn, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

/// Its policies and scheduled actions go with it.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    cx.write_unless(DEREGISTER, identity(&live.extra), GONE).await?;
    Ok(())
}
