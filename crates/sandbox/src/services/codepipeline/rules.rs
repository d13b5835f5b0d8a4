//! What CodePipeline refuses of a pipeline as a whole and of its stages.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{actions, artifacts};
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

const STAGES: usize = 50;
const ACTIONS: usize = 50;

/// Everything that CreatePipeline and UpdatePipeline look at.
pub(super) fn check(cx: &Context<'_>, declared: &Value) -> Result<(), Refusal> {
    role(cx, declared)?;
    shape(declared)?;
    names(declared)?;
    sources(declared)?;
    variables(declared)?;
    type_and_mode(declared)?;
    triggers(declared)?;
    for stage in items(declared, "stages") {
        failure_conditions(declared, stage)?;
        for action in items(stage, "actions") {
            actions::check(cx.region, declared, action)?;
        }
    }
    artifacts::check(declared)?;
    artifacts::check_stores(cx.region, declared)
}

fn role(cx: &Context<'_>, declared: &Value) -> Result<(), Refusal> {
    let role = text(declared, "roleArn");
    if cx.global.iam.trusts(role, "codepipeline.amazonaws.com") {
        return Ok(());
    }
    Err(structure(format!("CodePipeline is not authorized to perform AssumeRole on role {role}")))
}

fn shape(declared: &Value) -> Result<(), Refusal> {
    let stages = items(declared, "stages");
    if stages.len() < 2 {
        return Err(structure(format!(
            "Pipeline has only {} stage(s). There should be a minimum of 2 stages in a pipeline",
            stages.len()
        )));
    }
    if stages.len() > STAGES {
        return Err(structure(
            "Pipeline has too many stages. There can only be up to 50 stages in a pipeline",
        ));
    }
    for stage in stages {
        let (name, count) = (text(stage, "name"), items(stage, "actions").len());
        if count == 0 {
            return Err(in_stage(format!("Stage '{name}' should contain at least 1 action")));
        }
        if count > ACTIONS {
            return Err(in_stage(format!("Stage '{name}' can only contain up to {ACTIONS} actions")));
        }
    }
    Ok(())
}

fn names(declared: &Value) -> Result<(), Refusal> {
    let stages = items(declared, "stages");
    if let Some(name) = twice(stages) {
        return Err(in_stage(format!("Stage name '{name}' is used more than once")));
    }
    for stage in stages {
        if let Some(name) = twice(items(stage, "actions")) {
            let stage = text(stage, "name");
            return Err(in_stage(format!("Action name '{name}' is used more than once in stage '{stage}'")));
        }
    }
    Ok(())
}

fn twice(items: &[Value]) -> Option<&str> {
    let mut seen = BTreeSet::new();
    items.iter().map(|item| text(item, "name")).find(|name| !seen.insert(*name))
}

fn sources(declared: &Value) -> Result<(), Refusal> {
    let stages = items(declared, "stages");
    let is_source = |action: &Value| action["actionTypeId"]["category"] == "Source";
    let mut later = stages.iter().skip(1).flat_map(|stage| items(stage, "actions"));
    if !stages.iter().take(1).flat_map(|stage| items(stage, "actions")).all(is_source) {
        return Err(structure("Pipeline should start with a stage that only contains source actions"));
    }
    if later.any(is_source) {
        return Err(structure("Source actions can only be included in the first stage of the pipeline"));
    }
    Ok(())
}

fn variables(declared: &Value) -> Result<(), Refusal> {
    match twice(items(declared, "variables")) {
        Some(name) => Err(structure(format!(
            "Variable names must be unique. The following variable name is already in use: {name}"
        ))),
        None => Ok(()),
    }
}

/// What a V1 pipeline cannot have.
fn type_and_mode(declared: &Value) -> Result<(), Refusal> {
    if text(declared, "pipelineType") == "V2" {
        return Ok(());
    }
    if ["QUEUED", "PARALLEL"].contains(&text(declared, "executionMode")) {
        return Err(structure("QUEUED or PARALLEL mode can only be used with V2 pipelines"));
    }
    if !items(declared, "variables").is_empty() {
        return Err(structure("Pipeline variable can only be used with V2 pipelines"));
    }
    if !items(declared, "triggers").is_empty() {
        return Err(structure("Triggers on tag can only be used with V2 pipelines"));
    }
    let conditions = ["beforeEntry", "onSuccess", "onFailure"];
    let gated = |stage: &Value| conditions.iter().any(|gate| !stage[*gate].is_null());
    if items(declared, "stages").iter().any(gated) {
        return Err(in_stage("Stage level conditions can only be used with V2 pipelines."));
    }
    Ok(())
}

fn triggers(declared: &Value) -> Result<(), Refusal> {
    let sources = items(declared, "stages").iter().take(1).flat_map(|stage| items(stage, "actions"));
    let connections: Vec<&str> = sources
        .filter(|action| action["actionTypeId"]["provider"] == "CodeStarSourceConnection")
        .map(|action| text(action, "name"))
        .collect();
    let stray = items(declared, "triggers")
        .iter()
        .any(|trigger| !connections.contains(&text(&trigger["gitConfiguration"], "sourceActionName")));
    if stray {
        return Err(structure("Triggers for connections must reference a CodeStarSourceConnection action."));
    }
    Ok(())
}

fn failure_conditions(declared: &Value, stage: &Value) -> Result<(), Refusal> {
    let gate = &stage["onFailure"];
    if !gate["result"].is_null() && !gate["conditions"].is_null() {
        return Err(in_stage(format!(
            "The following stage cannot have a failure exit gate configured with both top level result and \
             conditions: '{}",
            text(stage, "name")
        )));
    }
    let rolls_back = gate["result"] == "ROLLBACK"
        || items(gate, "conditions").iter().any(|condition| condition["result"] == "ROLLBACK");
    if rolls_back && text(declared, "executionMode") == "PARALLEL" {
        return Err(in_stage(
            "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
        ));
    }
    Ok(())
}

pub(super) fn structure(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidStructureException", message)
}

pub(super) fn in_stage(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidStageDeclarationException", message)
}

pub(super) fn in_action(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidActionDeclarationException", message)
}
