//! CodePipeline: pipelines, their stages' transitions and what runs through them.

mod actions;
mod artifacts;
mod rules;
mod runs;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{default, items, put, size, text};
use crate::page::page;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};
use crate::tags::{self, Tags};

pub use runs::Execution;

const TAGS: usize = 50;
/// Configuration that AWS takes and never shows again.
const SECRETS: [&str; 2] = ["OAuthToken", "SecretToken"];

/// What CodePipeline holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By name.
    pub pipelines: BTreeMap<String, Pipeline>,
}

/// One pipeline with everything that hangs on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Pipeline {
    pub arn: String,
    /// Every declaration that it has had, secrets unmasked; the last one counts.
    pub versions: Vec<Value>,
    pub created: f64,
    pub updated: f64,
    pub tags: Tags,
    /// Inbound transitions that somebody has switched, by stage.
    pub transitions: BTreeMap<String, Value>,
    /// Oldest first.
    pub executions: Vec<Execution>,
}

impl State {
    /// The pipeline of that name: its declaration, secrets unmasked.
    pub fn pipeline(&self, name: &str) -> Option<&Value> {
        self.pipelines.get(name).map(Pipeline::current)
    }
}

impl Pipeline {
    fn current(&self) -> &Value {
        self.versions.last().unwrap_or(&Value::Null)
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        self.pipelines.values().map(|pipeline| pipeline.arn.clone()).collect()
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        self.pipelines.values().map(|pipeline| (pipeline.arn.clone(), pipeline.tags.clone())).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreatePipeline" => create(cx, input),
        "GetPipeline" => get(cx, input),
        "UpdatePipeline" => update(cx, input),
        "DeletePipeline" => {
            cx.here.codepipeline.pipelines.remove(text(input, "name"));
            Ok(json!({}))
        }
        "ListPipelines" => list(cx, input),
        "GetPipelineState" => runs::state(cx, input),
        "ListPipelineExecutions" => runs::list(cx, input),
        "StartPipelineExecution" => runs::start(cx, input),
        "DisableStageTransition" => runs::switch(cx, input, false),
        "EnableStageTransition" => runs::switch(cx, input, true),
        "TagResource" => tag(cx, input),
        "UntagResource" => untag(cx, input),
        "ListTagsForResource" => list_tags(cx, input),
        _ => Err(Refusal::unknown_operation("codepipeline", operation)),
    }
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let declared = &input["pipeline"];
    let name = text(declared, "name");
    if cx.here.codepipeline.pipelines.contains_key(name) {
        return Err(Refusal::bad(
            "PipelineNameInUseException",
            format!("A pipeline with the name '{name}' already exists in account '{}'", cx.account),
        ));
    }
    rules::check(cx, declared)?;
    let tags = tags::parse(&input["tags"]);
    let arn = cx.arn("codepipeline", name);
    check_tags(&tags, &arn)?;
    let current = completed(declared, 1);
    let first = Execution::begin(cx, &current);
    let answer = json!({"pipeline": masked(&current), "tags": tags::lower(&tags)});
    let pipeline = Pipeline {
        arn,
        versions: vec![current],
        created: cx.now,
        updated: cx.now,
        tags,
        transitions: BTreeMap::new(),
        executions: vec![first],
    };
    cx.here.codepipeline.pipelines.insert(name.to_string(), pipeline);
    Ok(answer)
}

fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "name");
    let pipeline = found(cx, name)?;
    let declared = match input["version"].as_u64() {
        None => pipeline.current(),
        // AWS has a PipelineVersionNotFoundException and yet answers with this one (aws/aws-sdk#558)
        Some(version) => pipeline
            .versions
            .iter()
            .find(|declared| declared["version"] == version)
            .ok_or_else(|| no_pipeline(cx.account, name))?,
    };
    let metadata =
        json!({"pipelineArn": pipeline.arn, "created": pipeline.created, "updated": pipeline.updated});
    Ok(json!({"pipeline": masked(declared), "metadata": metadata}))
}

/// Replaces the whole declaration. The version grows even if nothing changes.
fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let declared = &input["pipeline"];
    let name = text(declared, "name");
    found(cx, name)?;
    rules::check(cx, declared)?;
    let now = cx.now;
    let pipeline = found_mut(cx, name)?;
    let version = pipeline.current()["version"].as_u64().unwrap_or_default() + 1;
    let current = completed(declared, version);
    let answer = json!({"pipeline": masked(&current)});
    let stages: Vec<&str> = items(&current, "stages").iter().map(|stage| text(stage, "name")).collect();
    pipeline.transitions.retain(|stage, _| stages.contains(&stage.as_str()));
    pipeline.versions.push(current);
    pipeline.updated = now;
    Ok(answer)
}

fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let summaries = cx.here.codepipeline.pipelines.values().map(|pipeline| {
        let declared = pipeline.current();
        json!({
            "name": declared["name"],
            "version": declared["version"],
            "pipelineType": declared["pipelineType"],
            "executionMode": declared["executionMode"],
            "created": pipeline.created,
            "updated": pipeline.updated,
        })
    });
    answer("pipelines", summaries.collect(), input, 1000)
}

/// What AWS fills in where the declaration is silent.
fn completed(declared: &Value, version: u64) -> Value {
    let mut current = declared.clone();
    current["version"] = json!(version);
    default(&mut current, "executionMode", json!("SUPERSEDED"));
    default(&mut current, "pipelineType", json!("V1"));
    for_each_action(&mut current, |action| {
        default(action, "runOrder", json!(1));
        default(action, "configuration", json!({}));
        default(action, "inputArtifacts", json!([]));
        default(action, "outputArtifacts", json!([]));
    });
    current
}

fn masked(declared: &Value) -> Value {
    let mut shown = declared.clone();
    for_each_action(&mut shown, |action| {
        for secret in SECRETS {
            if let Some(value) = action["configuration"].get_mut(secret) {
                *value = json!("****");
            }
        }
    });
    shown
}

fn for_each_action(declared: &mut Value, mut change: impl FnMut(&mut Value)) {
    for stage in declared["stages"].as_array_mut().into_iter().flatten() {
        for action in stage["actions"].as_array_mut().into_iter().flatten() {
            change(action);
        }
    }
}

fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let pipeline = by_arn(cx, input)?;
    let mut tags = pipeline.tags.clone();
    tags.extend(tags::parse(&input["tags"]));
    check_tags(&tags, &pipeline.arn)?;
    pipeline.tags = tags;
    Ok(json!({}))
}

fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let pipeline = by_arn(cx, input)?;
    for key in items(input, "tagKeys") {
        pipeline.tags.remove(key.as_str().unwrap_or_default());
    }
    Ok(json!({}))
}

fn list_tags(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let tags = tags::lower(&by_arn(cx, input)?.tags);
    answer("tags", tags.as_array().cloned().unwrap_or_default(), input, 100)
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Pipeline, Refusal> {
    let arn = text(input, "resourceArn");
    let prefix = cx.arn("codepipeline", "");
    let name = arn
        .strip_prefix(&prefix)
        .ok_or_else(|| Refusal::bad("InvalidArnException", format!("Invalid resource ARN: {arn}")))?;
    let account = cx.account;
    cx.here.codepipeline.pipelines.get_mut(name).ok_or_else(|| {
        Refusal::bad(
            "ResourceNotFoundException",
            format!("The account with id '{account}' does not include a pipeline with the name '{name}'"),
        )
    })
}

fn check_tags(tags: &Tags, arn: &str) -> Result<(), Refusal> {
    if tags.len() > TAGS {
        let message = format!("Tag limit exceeded for resource [{arn}].");
        return Err(Refusal::bad("TooManyTagsException", message));
    }
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(Refusal::bad(
            "InvalidTagsException",
            "Not allowed to modify system tags. System tags start with 'aws:'.",
        ));
    }
    Ok(())
}

fn found<'a>(cx: &'a Context<'_>, name: &str) -> Result<&'a Pipeline, Refusal> {
    cx.here.codepipeline.pipelines.get(name).ok_or_else(|| no_pipeline(cx.account, name))
}

fn found_mut<'a>(cx: &'a mut Context<'_>, name: &str) -> Result<&'a mut Pipeline, Refusal> {
    let account = cx.account;
    cx.here.codepipeline.pipelines.get_mut(name).ok_or_else(|| no_pipeline(account, name))
}

fn no_pipeline(account: &str, name: &str) -> Refusal {
    let message = format!("Account '{account}' does not have a pipeline with name '{name}'");
    Refusal::bad("PipelineNotFoundException", message)
}

/// The page of a list that the input asks for.
fn answer(member: &str, all: Vec<Value>, input: &Value, most: usize) -> Result<Value, Refusal> {
    let (list, next) = page(all, &input["nextToken"], size(input, "maxResults", most))
        .ok_or_else(|| Refusal::bad("InvalidNextTokenException", "The next token is not valid"))?;
    let mut answer = json!({ member: list });
    put(&mut answer, "nextToken", json!(next));
    Ok(answer)
}
