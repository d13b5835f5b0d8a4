//! Which images a repository throws away by itself.

use serde_json::{Value, json};

use super::images::names;
use super::{Repository, invalid, of};
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

pub(super) fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = of(cx, input)?;
    let policy = check(text(input, "lifecyclePolicyText")).map_err(|why| {
        invalid("LifecyclePolicyText", &format!("Lifecycle policy validation failure: {why}"))
    })?;
    repository.lifecycle = Some(policy.to_string());
    answer(repository)
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    answer(of(cx, input)?)
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = of(cx, input)?;
    let gone = answer(repository)?;
    repository.lifecycle = None;
    Ok(gone)
}

fn answer(repository: &Repository) -> Result<Value, Refusal> {
    let mut answer = names(&repository.metadata);
    let Some(policy) = &repository.lifecycle else {
        let message = format!(
            "Lifecycle policy does not exist for the repository with name '{}' in the registry with id '{}'",
            text(&answer, "repositoryName"),
            text(&answer, "registryId")
        );
        return Err(Refusal::bad("LifecyclePolicyNotFoundException", message));
    };
    answer["lifecyclePolicyText"] = json!(policy);
    Ok(answer)
}

fn check(policy: &str) -> Result<Value, String> {
    let document: Value = serde_json::from_str(policy)
        .ok()
        .filter(Value::is_object)
        .ok_or("Could not map policyString into LifecyclePolicy.")?;
    if !document["rules"].is_array() {
        return Err("object has missing required properties ([\"rules\"])".into());
    }
    let rules = items(&document, "rules");
    let mut priorities = Vec::new();
    for rule in rules {
        check_rule(rule)?;
        if priorities.contains(&&rule["rulePriority"]) {
            return Err(format!("rulePriority {} is used by two rules", rule["rulePriority"]));
        }
        priorities.push(&rule["rulePriority"]);
    }
    Ok(document)
}

fn check_rule(rule: &Value) -> Result<(), String> {
    members(rule, &["rulePriority", "selection", "action"], &["description"])?;
    let selection = &rule["selection"];
    let optional = ["tagPatternList", "tagPrefixList", "countUnit", "storageClass"];
    members(selection, &["tagStatus", "countType", "countNumber"], &optional)?;
    members(&rule["action"], &["type"], &["targetStorageClass"])?;
    one_of(text(&rule["action"], "type"), &["expire", "transition"])?;
    one_of(text(selection, "tagStatus"), &["tagged", "untagged", "any"])?;
    let count = text(selection, "countType");
    let since = ["sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"];
    if count != "imageCountMoreThan" {
        one_of(count, &since)?;
    }
    if since.contains(&count) != (selection["countUnit"] == json!("days")) {
        return Err("countUnit days goes with the since kinds of countType, and only with these".into());
    }
    if selection["countNumber"].as_u64().is_none_or(|number| number == 0) {
        return Err("numeric instance is lower than the required minimum (minimum: 1)".into());
    }
    let chosen = ["tagPatternList", "tagPrefixList"].iter().any(|list| !items(selection, list).is_empty());
    if (text(selection, "tagStatus") == "tagged") != chosen {
        return Err("tagPatternList or tagPrefixList goes with tagStatus tagged, and only with it".into());
    }
    Ok(())
}

fn members(value: &Value, required: &[&str], optional: &[&str]) -> Result<(), String> {
    let object = value.as_object().ok_or("instance type does not match any allowed primitive type")?;
    if let Some(missing) = required.iter().find(|member| !object.contains_key(**member)) {
        return Err(format!("object has missing required properties ([\"{missing}\"])"));
    }
    let allowed =
        |member: &&String| required.contains(&member.as_str()) || optional.contains(&member.as_str());
    match object.keys().find(|member| !allowed(member)) {
        None => Ok(()),
        Some(other) => Err(format!(
            "object instance has properties which are not allowed by the schema: ([\"{other}\"])"
        )),
    }
}

fn one_of(value: &str, allowed: &[&str]) -> Result<(), String> {
    if allowed.contains(&value) {
        return Ok(());
    }
    Err(format!("instance value ({value}) not found in enum (possible values: {allowed:?})"))
}
