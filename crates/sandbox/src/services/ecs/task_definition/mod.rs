//! Task definitions: every registration is a new revision.

mod attributes;
mod container;
mod defaults;
mod fargate;
mod rules;
mod size;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::document::{is_name, list, page, text, texts};
use super::refuse::{self, unless};
use super::{Kept, State, tag};
use crate::context::Context;
use crate::refusal::Refusal;

/// Seconds from DELETE_IN_PROGRESS to nothing.
const DELETION: f64 = 60.0;

/// The revisions of one family.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Family {
    /// The last revision given out; AWS uses none twice.
    pub last: u64,
    pub revisions: BTreeMap<u64, Kept>,
}

impl Family {
    fn latest_active(&self) -> Option<&Kept> {
        self.revisions.values().rev().find(|revision| text(&revision.document, "status") == "ACTIVE")
    }
}

impl State {
    pub(super) fn revision(&self, name: &str) -> Option<&Kept> {
        let (family, revision) = split(name);
        let family = self.families.get(family)?;
        let kept = match revision {
            Some(revision) => family.revisions.get(&revision),
            None => family.latest_active(),
        }?;
        let arn = text(&kept.document, "taskDefinitionArn");
        (!name.starts_with("arn:") || revision.is_none() || arn == name).then_some(kept)
    }

    fn revision_mut(&mut self, name: &str) -> Option<&mut Kept> {
        self.revision(name)?;
        let (family, revision) = split(name);
        self.families.get_mut(family)?.revisions.get_mut(&revision?)
    }
}

/// Family and revision of `family`, `family:revision` or an ARN.
fn split(name: &str) -> (&str, Option<u64>) {
    let tail = name.rsplit_once("task-definition/").map_or(name, |(_, tail)| tail);
    match tail.rsplit_once(':') {
        Some((family, revision)) if revision.parse::<u64>().is_ok() => (family, revision.parse().ok()),
        _ => (tail, None),
    }
}

pub fn not_found() -> Refusal {
    refuse::client("Unable to describe task definition.")
}

pub fn register(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let tags = tag::parse(input)?;
    let name = text(input, "family").to_string();
    unless(is_name(&name), || refuse::client("Invalid family name."))?;
    let mut definition = input.clone();
    super::document::remove(&mut definition, "tags");
    defaults::fill_in(cx, &mut definition)?;
    rules::check(cx, &definition)?;

    let family = cx.here.ecs.families.entry(name.clone()).or_default();
    family.last += 1;
    let revision = family.last;
    let arn = cx.arn("ecs", &format!("task-definition/{name}:{revision}"));
    definition["taskDefinitionArn"] = json!(arn);
    definition["revision"] = json!(revision);
    definition["status"] = json!("ACTIVE");
    definition["compatibilities"] = attributes::compatibilities(&definition);
    definition["requiresAttributes"] = attributes::required(&definition);
    definition["registeredAt"] = cx.timestamp();
    definition["registeredBy"] = json!(format!("arn:aws:iam::{}:root", cx.account));

    let kept = Kept { document: definition.clone(), gone_at: None };
    cx.here.ecs.families.entry(name).or_default().revisions.insert(revision, kept);
    cx.here.ecs.set_tags(&arn, tags);
    Ok(json!({"taskDefinition": definition, "tags": cx.here.ecs.tags_of(&arn)}))
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let definition = cx.here.ecs.task_definition(text(input, "taskDefinition")).ok_or_else(not_found)?;
    let mut answer = json!({"taskDefinition": definition});
    if texts(input, "include").any(|part| part == "TAGS") {
        answer["tags"] = cx.here.ecs.tags_of(text(definition, "taskDefinitionArn"));
    }
    Ok(answer)
}

pub fn arns(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let status = input["status"].as_str().unwrap_or("ACTIVE");
    let family = input["familyPrefix"].as_str();
    let families =
        cx.here.ecs.families.iter().filter(|(name, _)| family.is_none_or(|wanted| wanted == *name));
    let revisions = families.flat_map(|(_, family)| family.revisions.values()).map(|kept| &kept.document);
    let mut arns: Vec<Value> = revisions
        .filter(|definition| text(definition, "status") == status)
        .map(|definition| definition["taskDefinitionArn"].clone())
        .collect();
    if text(input, "sort") == "DESC" {
        arns.reverse();
    }
    page(arns, "taskDefinitionArns", input, 100)
}

pub fn families(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let status = input["status"].as_str().unwrap_or("ACTIVE");
    let prefix = text(input, "familyPrefix");
    let shown = |family: &Family| match status {
        "ACTIVE" => family.latest_active().is_some(),
        "INACTIVE" => family.latest_active().is_none() && !family.revisions.is_empty(),
        _ => !family.revisions.is_empty(),
    };
    let all = cx.here.ecs.families.iter();
    let names = all.filter(|(name, family)| name.starts_with(prefix) && shown(family));
    page(names.map(|(name, _)| json!(name)).collect(), "families", input, 100)
}

pub fn deregister(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "taskDefinition");
    unless(split(name).1.is_some(), || refuse::client("Revision is missing."))?;
    let now = cx.timestamp();
    let definition = &mut cx.here.ecs.revision_mut(name).ok_or_else(not_found)?.document;
    unless(text(definition, "status") == "ACTIVE", || {
        refuse::parameter(
            "The specified task definition is inactive. You can only deregister active task definitions.",
        )
    })?;
    definition["status"] = json!("INACTIVE");
    definition["deregisteredAt"] = now;
    Ok(json!({"taskDefinition": definition}))
}

pub fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let asked = list(input, "taskDefinitions");
    unless((1..=10).contains(&asked.len()), || {
        refuse::parameter("You can specify up to 10 task definitions as a list.")
    })?;
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for name in texts(input, "taskDefinitions") {
        match delete_one(cx, name) {
            Ok(definition) => deleted.push(definition),
            Err(reason) => failures.push(json!({"arn": name, "reason": reason})),
        }
    }
    Ok(json!({"taskDefinitions": deleted, "failures": failures}))
}

fn delete_one(cx: &mut Context<'_>, name: &str) -> Result<Value, &'static str> {
    let now = cx.timestamp();
    let used = {
        let services = cx.here.ecs.services.values().flat_map(BTreeMap::values);
        let arn = cx.here.ecs.task_definition(name).map(|definition| text(definition, "taskDefinitionArn"));
        services.into_iter().any(|service| arn.is_some_and(|arn| service.runs(arn)))
    };
    let revision = cx.here.ecs.revision_mut(name).ok_or("The specified task definition does not exist.")?;
    if text(&revision.document, "status") == "ACTIVE" {
        return Err("The specified task definition is still in ACTIVE status. Please deregister the target \
                    and try again.");
    }
    revision.document["status"] = json!("DELETE_IN_PROGRESS");
    revision.document["deleteRequestedAt"] = now;
    revision.gone_at = (!used).then_some(cx.now + DELETION);
    let document = revision.document.clone();
    cx.here.ecs.tags.remove(text(&document, "taskDefinitionArn"));
    Ok(document)
}
