//! `codepipeline.pipeline`. An update writes the whole declaration; which stages
//! are closed, and tags, are calls of their own.

use futures_util::future::try_join_all;
use recon_aws::WriteOp;
use recon_model::Found;
use recon_model::schema::to_aws;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("codepipeline", "CreatePipeline");
const UPDATE: WriteOp = WriteOp::new("codepipeline", "UpdatePipeline");
const CLOSE: WriteOp = WriteOp::new("codepipeline", "DisableStageTransition");
const OPEN: WriteOp = WriteOp::new("codepipeline", "EnableStageTransition");
const TAG: WriteOp = WriteOp::new("codepipeline", "TagResource");
const UNTAG: WriteOp = WriteOp::new("codepipeline", "UntagResource");
const DELETE: WriteOp = WriteOp::new("codepipeline", "DeletePipeline");

/// State of a pipeline, and no part of its declaration.
const CLOSED: &str = "disable_inbound_stage_transitions";

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let input = json!({"pipeline": declaration(item), "tags": item.lower_tags()});
    cx.write(CREATE, input).await?;
    let name = item.text("name");
    transitions(cx, item, &Value::Null).await?;
    Ok([("arn".to_string(), cx.arn("codepipeline", name)), ("name".to_string(), name.to_string())]
        .into_iter()
        .collect())
}

fn declaration(item: &Item<'_>) -> Value {
    let mut spec = item.canonical.clone();
    if let Some(members) = spec.as_object_mut() {
        members.remove("tags");
        members.remove(CLOSED);
    }
    to_aws(item.kind.kind().fields(), &spec)
}

/// Closes the stages that are declared closed, and opens those that are no more.
async fn transitions(cx: &Cx<'_>, item: &Item<'_>, live: &Value) -> Result<(), Failure> {
    let Some(wanted) = item.spec[CLOSED].as_array() else { return Ok(()) };
    let none = Vec::new();
    let there = live.as_array().unwrap_or(&none);
    let switch = |stage: &Value| json!({"pipelineName": item.text("name"), "stageName": stage["stage_name"], "transitionType": "Inbound"});
    let close = wanted.iter().filter(|stage| !there.contains(stage)).map(|stage| {
        let mut input = switch(stage);
        input["reason"] = json!(stage["reason"].as_str().unwrap_or("declared closed"));
        cx.write(CLOSE, input)
    });
    try_join_all(close).await?;
    let open = there.iter().filter(|stage| !wanted.iter().any(|w| w["stage_name"] == stage["stage_name"]));
    try_join_all(open.map(|stage| cx.write(OPEN, switch(stage)))).await?;
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    if !changed.without(&[CLOSED]).is_empty() {
        cx.write(UPDATE, json!({"pipeline": declaration(&item.beside(live))})).await?;
    }
    if changed.has(CLOSED) {
        transitions(cx, item, &live.spec[CLOSED].value()).await?;
    }
    if changed.tags {
        let arn = live.export("arn");
        cx.write(TAG, json!({"resourceArn": arn, "tags": item.lower_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"resourceArn": arn, "tagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    cx.write(DELETE, json!({"name": live.export("name")})).await?;
    Ok(())
}
