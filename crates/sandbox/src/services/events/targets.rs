//! What a rule starts.

use serde_json::{Value, json};

use super::{invalid, limit, unmanaged};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

/// Targets that one rule may have.
const PER_RULE: usize = 5;
/// Entries that one call may carry.
const PER_CALL: usize = 10;
/// Services that EventBridge calls in a role's name.
const NEED_A_ROLE: [&str; 6] = ["codepipeline", "codebuild", "ecs", "states", "kinesis", "batch"];

/// Targets are known by their id: a known one is replaced.
pub(super) fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let entries = entries(input, "Targets")?;
    let rule = cx.here.events.found(text(input, "Rule"))?;
    unmanaged(rule, input)?;
    let mut targets = rule.targets.clone();
    let mut failed = Vec::new();
    for entry in entries {
        if let Err(refusal) = well_formed(entry) {
            failed.push(failure(text(entry, "Id"), &refusal.code, &refusal.message));
            continue;
        }
        acceptable(entry)?;
        match targets.iter_mut().find(|known| known["Id"] == entry["Id"]) {
            Some(known) => *known = entry.clone(),
            None => targets.push(entry.clone()),
        }
    }
    if targets.len() > PER_RULE {
        return Err(limit());
    }
    rule.targets = targets;
    Ok(answer(failed))
}

pub(super) fn remove(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let ids = entries(input, "Ids")?;
    let rule = cx.here.events.found(text(input, "Rule"))?;
    unmanaged(rule, input)?;
    let mut failed = Vec::new();
    for id in ids {
        match rule.targets.iter().position(|target| target["Id"] == *id) {
            Some(at) => {
                rule.targets.remove(at);
            }
            None => {
                let id = id.as_str().unwrap_or_default();
                let name = text(&rule.doc, "Name");
                let message = format!("Rule '{name}' does not have a target with the Id '{id}'.");
                failed.push(failure(id, "ResourceNotFoundException", &message));
            }
        }
    }
    Ok(answer(failed))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let targets = cx.here.events.found(text(input, "Rule"))?.targets.clone();
    super::answer("Targets", targets, input)
}

/// Names of the rules that start that ARN.
pub(super) fn rules_of(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let rules = cx.here.events.rules.iter();
    let starting = rules.filter(|(_, rule)| rule.targets.iter().any(|t| t["Arn"] == input["TargetArn"]));
    let names = starting.map(|(name, _)| json!(name));
    super::answer("RuleNames", names.collect(), input)
}

fn entries<'a>(input: &'a Value, member: &str) -> Result<&'a Vec<Value>, Refusal> {
    match input[member].as_array() {
        Some(entries) if entries.len() <= PER_CALL => Ok(entries),
        _ => Err(limit()),
    }
}

/// What AWS reports for the one entry, while the others pass.
fn well_formed(target: &Value) -> Result<(), Refusal> {
    let arn = text(target, "Arn");
    if arn.starts_with("arn:") && arn.splitn(6, ':').count() == 6 {
        return Ok(());
    }
    Err(invalid(format!("Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")))
}

/// What AWS refuses the whole call for.
fn acceptable(target: &Value) -> Result<(), Refusal> {
    let (id, arn) = (text(target, "Id"), text(target, "Arn"));
    let service = arn.split(':').nth(2).unwrap_or_default();
    if NEED_A_ROLE.contains(&service) && target["RoleArn"].is_null() {
        return Err(invalid(format!("RoleArn is required for target {arn}.")));
    }
    let inputs = ["Input", "InputPath", "InputTransformer"];
    if inputs.iter().filter(|member| !target[**member].is_null()).count() > 1 {
        return Err(invalid(format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
        )));
    }
    match target["Input"].as_str().map(serde_json::from_str::<Value>) {
        Some(Err(error)) => Err(invalid(format!("JSON syntax error in input for target {id} : {error}"))),
        _ => Ok(()),
    }
}

fn failure(id: &str, code: &str, message: &str) -> Value {
    json!({"TargetId": id, "ErrorCode": code, "ErrorMessage": message})
}

fn answer(failed: Vec<Value>) -> Value {
    json!({"FailedEntryCount": failed.len(), "FailedEntries": failed})
}
