//! `codepipeline.pipeline`: GetPipeline, for AWS has no batch; tags beside it,
//! and the state of its stages where the stack says which are closed.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::Why;

const GET: ReadOp = ReadOp::new("codepipeline", "GetPipeline");
const STATE: ReadOp = ReadOp::new("codepipeline", "GetPipelineState");
const TAGS: ReadOp = ReadOp::new("codepipeline", "ListTagsForResource");

const GONE: &[&str] = &["PipelineNotFoundException"];

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let arn = cx.arn("codepipeline", &name);
    let ask = async { Ok(cx.read_all(TAGS, json!({"resourceArn": arn})).await?["tags"].take()) };
    let (pipeline, tags, closed) = tokio::join!(
        cx.read(GET, json!({"name": name})),
        cx.tags(resource, &arn, ask),
        closed(cx, resource, &name),
    );
    let answer = match pipeline {
        Ok(answer) => answer,
        Err(error) if error.is(GONE) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut document = answer["pipeline"].clone();
    document["disableInboundStageTransitions"] = closed?;
    let exports = [("arn", &json!(arn)), ("name", &document["name"])];
    Ok(Some(cx.found(KindId::CodepipelinePipeline, &document, &tags?, &exports)))
}

/// Stages that nothing may enter, where the stack has a word on that.
async fn closed(cx: &Cx<'_>, resource: &Resource, name: &str) -> Result<Value, AwsError> {
    if resource.spec.get("disable_inbound_stage_transitions").is_none() {
        return Ok(Value::Null);
    }
    let state = match cx.read(STATE, json!({"name": name})).await {
        Ok(state) => state,
        Err(error) if error.is(GONE) => return Ok(Value::Null),
        Err(error) => return Err(error),
    };
    let stages = state["stageStates"].as_array().into_iter().flatten();
    let closed = stages.filter(|stage| stage["inboundTransitionState"]["enabled"] == false);
    Ok(closed
        .map(|stage| {
            let reason = &stage["inboundTransitionState"]["disabledReason"];
            json!({"stageName": stage["stageName"], "reason": reason})
        })
        .collect())
}
