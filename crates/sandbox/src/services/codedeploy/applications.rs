//! Applications.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Group, lists, nothing, refusals, tagging};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::tags::Tags;

/// An application with its deployment groups.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Application {
    /// AWS's `ApplicationInfo`.
    pub doc: Value,
    pub tags: Tags,
    pub groups: BTreeMap<String, Group>,
}

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "applicationName");
    name_is_free(cx, name)?;
    let tags = tagging::given(&input["tags"])?;
    let id = cx.ids.uuid();
    let doc = json!({
        "applicationId": id,
        "applicationName": name,
        "createTime": cx.timestamp(),
        "linkedToGitHub": false,
        "computePlatform": input["computePlatform"].as_str().unwrap_or("Server"),
    });
    let application = Application { doc, tags, ..Application::default() };
    cx.here.codedeploy.applications.insert(name.to_string(), application);
    Ok(json!({"applicationId": id}))
}

fn name_is_free(cx: &Context<'_>, name: &str) -> Result<(), Refusal> {
    if cx.here.codedeploy.applications.contains_key(name) {
        return Err(Refusal::bad(
            "ApplicationAlreadyExistsException",
            format!("Application {name} already exists."),
        ));
    }
    Ok(())
}

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"application": cx.here.codedeploy.application(input)?.doc}))
}

/// One name that is not there fails the whole batch.
pub(super) fn batch_get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let applications = &cx.here.codedeploy.applications;
    let found: Result<Vec<&Value>, Refusal> = lists::batch(input, "applicationNames")?
        .into_iter()
        .map(|name| Ok(&applications.get(name).ok_or_else(|| refusals::no_application(name))?.doc))
        .collect();
    Ok(json!({"applicationsInfo": found?}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = cx.here.codedeploy.applications.keys().map(|name| json!(name)).collect();
    lists::answer("applications", names, input)
}

pub(super) fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let old = text(input, "applicationName");
    if old.is_empty() {
        return Err(Refusal::bad("ApplicationNameRequiredException", "Application name is required."));
    }
    cx.here.codedeploy.application(input)?;
    let Some(new) = input["newApplicationName"].as_str().filter(|new| *new != old) else {
        return Ok(nothing());
    };
    name_is_free(cx, new)?;
    let state = &mut cx.here.codedeploy;
    if let Some(mut application) = state.applications.remove(old) {
        application.doc["applicationName"] = json!(new);
        for group in application.groups.values_mut() {
            group.doc["applicationName"] = json!(new);
        }
        state.applications.insert(new.to_string(), application);
    }
    for deployment in state.deployments.values_mut() {
        if deployment.doc["applicationName"] == old {
            deployment.doc["applicationName"] = json!(new);
        }
    }
    Ok(nothing())
}

/// Takes the application's groups along; one that is not there is no error.
pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Value {
    cx.here.codedeploy.applications.remove(text(input, "applicationName"));
    nothing()
}
