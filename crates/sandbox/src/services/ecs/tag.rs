//! Tags of clusters, services, task definitions and task sets.

use serde_json::{Value, json};

use super::State;
use super::document::{list, text, texts};
use super::refuse::{self, unless};
use crate::context::Context;
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

/// Tags that a request asks for, or AWS's refusal of them.
pub fn parse(input: &Value) -> Result<Tags, Refusal> {
    let tags = tags::parse(&input["tags"]);
    unless(tags.len() == list(input, "tags").len(), || refuse::parameter("Duplicate tag keys found."))?;
    unless(!tags.keys().any(|key| key.to_lowercase().starts_with("aws:")), || {
        refuse::parameter("Tag keys that start with 'aws:' are reserved for AWS use.")
    })?;
    unless(tags.len() <= 50, too_many)?;
    Ok(tags)
}

fn too_many() -> Refusal {
    refuse::parameter("The number of tags exceeds the limit of 50 for a resource.")
}

impl State {
    /// The resource's tags as ECS writes them.
    pub(super) fn tags_of(&self, arn: &str) -> Value {
        self.tags.get(arn).map_or(json!([]), tags::lower)
    }

    pub(super) fn set_tags(&mut self, arn: &str, tags: Tags) {
        if tags.is_empty() {
            self.tags.remove(arn);
        } else {
            self.tags.insert(arn.to_string(), tags);
        }
    }

    fn must_exist(&self, arn: &str) -> Result<(), Refusal> {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let parts: Vec<&str> = resource.split('/').collect();
        let missing =
            || Refusal::bad("ResourceNotFoundException", "The specified resource could not be found.");
        match parts[..] {
            ["cluster", _] => unless(self.cluster(arn).is_some(), refuse::cluster_not_found),
            ["service", _] => Err(refuse::parameter("Long arn format must be used for tagging operations")),
            ["service", cluster, _] => {
                unless(self.cluster(cluster).is_some(), refuse::cluster_not_found)?;
                unless(self.service(cluster, arn).is_some(), missing)
            }
            ["task-definition", _] => unless(self.task_definition(arn).is_some(), missing),
            ["task-set", cluster, service, ..] => {
                let service = self.service(cluster, service).ok_or_else(missing)?;
                unless(list(service, "taskSets").iter().any(|set| text(set, "taskSetArn") == arn), missing)
            }
            _ => Err(refuse::parameter("Invalid resource ARN.")),
        }
    }
}

pub fn add(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let ecs = &mut cx.here.ecs;
    let arn = text(input, "resourceArn");
    ecs.must_exist(arn)?;
    let mut tags = ecs.tags.get(arn).cloned().unwrap_or_default();
    tags.extend(parse(input)?);
    unless(tags.len() <= 50, too_many)?;
    ecs.set_tags(arn, tags);
    Ok(json!({}))
}

pub fn remove(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let ecs = &mut cx.here.ecs;
    let arn = text(input, "resourceArn");
    ecs.must_exist(arn)?;
    let mut tags = ecs.tags.get(arn).cloned().unwrap_or_default();
    for key in texts(input, "tagKeys") {
        tags.remove(key);
    }
    ecs.set_tags(arn, tags);
    Ok(json!({}))
}

pub fn of(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "resourceArn");
    cx.here.ecs.must_exist(arn)?;
    Ok(json!({"tags": cx.here.ecs.tags_of(arn)}))
}
