//! codebuild in the sandbox.

mod artifacts;
mod environment;
mod project;
mod rules;
mod source;
mod webhook;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{given, text, texts};
use crate::page::page;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::{self, Tags};

/// Names on one page of a list.
const PAGE: usize = 100;

/// What codebuild holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By name, in AWS's form: tags and webhook stand in the project itself.
    pub projects: BTreeMap<String, Value>,
}

impl State {
    /// The project of that name.
    pub fn project(&self, name: &str) -> Option<&Value> {
        self.projects.get(name)
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.projects.values(), "arn")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |project: &Value| (text(project, "arn").to_string(), tags::parse(&project["tags"]));
        self.projects.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateProject" => project::create(cx, input),
        "UpdateProject" => project::update(cx, input),
        "UpdateProjectVisibility" => project::set_visibility(cx, input),
        "DeleteProject" => Ok(delete(cx, input)),
        "BatchGetProjects" => Ok(batch(cx, input)),
        "ListProjects" => list(cx, input),
        "CreateWebhook" => webhook::create(cx, input),
        "UpdateWebhook" => webhook::update(cx, input),
        "DeleteWebhook" => webhook::delete(cx, input),
        _ => Err(Refusal::unknown_operation("codebuild", operation)),
    }
}

/// Deleting twice is no error.
fn delete(cx: &mut Context<'_>, input: &Value) -> Value {
    let name = name(cx, text(input, "name")).to_string();
    cx.here.codebuild.projects.remove(&name);
    json!({})
}

fn batch(cx: &Context<'_>, input: &Value) -> Value {
    let project = |asked: &str| cx.here.codebuild.project(name(cx, asked));
    let (found, missing): (Vec<&str>, Vec<&str>) =
        texts(input, "names").into_iter().partition(|asked| project(asked).is_some());
    let found: Vec<&Value> = found.into_iter().filter_map(project).collect();
    json!({"projects": found, "projectsNotFound": missing})
}

fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut all: Vec<&Value> = cx.here.codebuild.projects.values().collect();
    let by = match text(input, "sortBy") {
        "CREATED_TIME" => Some("created"),
        "LAST_MODIFIED_TIME" => Some("lastModified"),
        _ => None,
    };
    if let Some(member) = by {
        let time = |project: &Value| project[member].as_f64().unwrap_or_default();
        all.sort_by(|a, b| time(a).total_cmp(&time(b)));
    }
    if text(input, "sortOrder") == "DESCENDING" {
        all.reverse();
    }
    let names: Vec<Value> = all.into_iter().map(|project| project["name"].clone()).collect();
    let (page, next) =
        page(names, &input["nextToken"], PAGE).ok_or_else(|| invalid("Invalid next token provided"))?;
    Ok(given(json!({"projects": page, "nextToken": next})))
}

/// Where a name is asked for, the ARN does as well.
fn name<'a>(cx: &Context<'_>, name_or_arn: &'a str) -> &'a str {
    name_or_arn.strip_prefix(&cx.arn("codebuild", "project/")).unwrap_or(name_or_arn)
}

fn missing(cx: &Context<'_>, name_or_arn: &str) -> Refusal {
    let arn = cx.arn("codebuild", &format!("project/{}", name(cx, name_or_arn)));
    Refusal::bad("ResourceNotFoundException", format!("Project cannot be found: {arn}"))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidInputException", message)
}
