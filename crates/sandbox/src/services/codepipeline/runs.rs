//! Executions and the state of the stages.
//!
//! The sandbox runs nothing: an execution walks through its stages at a fixed
//! pace, fails where its source does not exist and waits where a person must
//! approve.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Pipeline, answer, found, found_mut};
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

const SECONDS_A_STAGE: f64 = 30.0;

/// One run of a pipeline.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Execution {
    pub id: String,
    pub started: f64,
    pub trigger: Value,
    /// Why the source stage fails, if it does.
    pub broken: Option<String>,
}

impl Execution {
    /// The run that AWS starts as soon as a pipeline is made.
    pub(super) fn begin(cx: &mut Context<'_>, declared: &Value) -> Self {
        Self::triggered(cx, declared, "CreatePipeline")
    }

    fn triggered(cx: &mut Context<'_>, declared: &Value, how: &str) -> Self {
        let trigger = json!({
            "triggerType": how,
            "triggerDetail": format!("arn:aws:iam::{}:root", cx.account),
        });
        let broken = missing_repository(cx, declared);
        Self { id: cx.ids.uuid(), started: cx.now, trigger, broken }
    }

    /// How many stages are behind it, and how it stands.
    fn progress(&self, declared: &Value, now: f64) -> (usize, &'static str) {
        let passed = ((now - self.started) / SECONDS_A_STAGE).max(0.0) as usize;
        let stages = items(declared, "stages");
        let gate = stages.iter().position(waits).unwrap_or(stages.len());
        match passed.min(gate) {
            _ if self.broken.is_some() && passed > 0 => (0, "Failed"),
            done if done == stages.len() => (done, "Succeeded"),
            done => (done, "InProgress"),
        }
    }
}

fn waits(stage: &Value) -> bool {
    items(stage, "actions").iter().any(|action| action["actionTypeId"]["category"] == "Approval")
}

fn missing_repository(cx: &Context<'_>, declared: &Value) -> Option<String> {
    let sources = items(declared, "stages").iter().take(1).flat_map(|stage| items(stage, "actions"));
    sources
        .filter(|action| action["actionTypeId"]["provider"] == "CodeCommit")
        .map(|action| text(&action["configuration"], "RepositoryName"))
        .find(|repository| cx.here.codecommit.repository(repository).is_none())
        .map(|repository| format!("The repository {repository} does not exist"))
}

pub(super) fn state(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let now = cx.now;
    let pipeline = found(cx, text(input, "name"))?;
    let declared = pipeline.current();
    let stages = items(declared, "stages").iter().enumerate();
    let states: Vec<Value> = stages.map(|(at, stage)| stage_state(pipeline, at, stage, now)).collect();
    Ok(json!({
        "pipelineName": declared["name"],
        "pipelineVersion": declared["version"],
        "stageStates": states,
        "created": pipeline.created,
        "updated": pipeline.updated,
    }))
}

fn stage_state(pipeline: &Pipeline, at: usize, stage: &Value, now: f64) -> Value {
    let name = text(stage, "name");
    let inbound = pipeline.transitions.get(name).cloned().unwrap_or_else(|| json!({"enabled": true}));
    let latest = pipeline.executions.last();
    let reached = latest.and_then(|execution| {
        let (done, status) = execution.progress(pipeline.current(), now);
        let status = if at < done { "Succeeded" } else { status };
        (at <= done).then_some((execution, status))
    });
    let actions: Vec<Value> = items(stage, "actions")
        .iter()
        .map(|action| action_state(action, reached.map(|(execution, status)| (execution, at, status))))
        .collect();
    let mut state = json!({"stageName": name, "inboundTransitionState": inbound, "actionStates": actions});
    if let Some((execution, status)) = reached {
        state["latestExecution"] = json!({"pipelineExecutionId": execution.id, "status": status});
    }
    state
}

fn action_state(action: &Value, reached: Option<(&Execution, usize, &str)>) -> Value {
    let mut state = json!({"actionName": action["name"]});
    if let Some((execution, at, status)) = reached {
        let began = execution.started + at as f64 * SECONDS_A_STAGE;
        state["latestExecution"] = json!({"status": status, "lastStatusChange": began});
        if let Some(why) = execution.broken.as_ref().filter(|_| status == "Failed") {
            state["latestExecution"]["errorDetails"] = json!({"code": "JobFailed", "message": why});
        }
    }
    state
}

/// A run that somebody asks for.
pub(super) fn start(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "name");
    let declared = found(cx, name)?.current().clone();
    let execution = Execution::triggered(cx, &declared, "StartPipelineExecution");
    let id = execution.id.clone();
    found_mut(cx, name)?.executions.push(execution);
    Ok(json!({"pipelineExecutionId": id}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let now = cx.now;
    let pipeline = found(cx, text(input, "pipelineName"))?;
    let declared = pipeline.current();
    let wanted = input["filter"]["succeededInStage"]["stageName"].as_str().map(|stage| {
        items(declared, "stages").iter().position(|s| text(s, "name") == stage).unwrap_or(usize::MAX)
    });
    let newest_first = pipeline.executions.iter().rev();
    let summaries = newest_first
        .map(|execution| (execution, execution.progress(declared, now)))
        .filter(|(_, (done, _))| wanted.is_none_or(|stage| stage < *done))
        .map(|(execution, (done, status))| {
            json!({
                "pipelineExecutionId": execution.id,
                "status": status,
                "startTime": execution.started,
                "lastUpdateTime": execution.started + done as f64 * SECONDS_A_STAGE,
                "sourceRevisions": [],
                "trigger": execution.trigger,
                "executionMode": declared["executionMode"],
                "executionType": "STANDARD",
            })
        });
    answer("pipelineExecutionSummaries", summaries.collect(), input, 100)
}

/// Switches the way into a stage. The way out of one is the way into the next.
pub(super) fn switch(cx: &mut Context<'_>, input: &Value, enabled: bool) -> Result<Value, Refusal> {
    let changed_by = format!("arn:aws:iam::{}:root", cx.account);
    let changed_at = cx.now;
    let pipeline = found_mut(cx, text(input, "pipelineName"))?;
    let stages = items(pipeline.current(), "stages");
    let wanted = text(input, "stageName");
    let at = stages.iter().position(|stage| text(stage, "name") == wanted).ok_or_else(|| {
        let pipeline = text(input, "pipelineName");
        Refusal::bad("StageNotFoundException", format!("Pipeline '{pipeline}' has no stage '{wanted}'"))
    })?;
    let at = if input["transitionType"] == "Outbound" { at + 1 } else { at };
    let Some(stage) = stages.get(at).map(|stage| text(stage, "name").to_string()) else {
        return Ok(json!({}));
    };
    let mut transition =
        json!({"enabled": enabled, "lastChangedBy": changed_by, "lastChangedAt": changed_at});
    if !enabled {
        transition["disabledReason"] = input["reason"].clone();
    }
    pipeline.transitions.insert(stage, transition);
    Ok(json!({}))
}
