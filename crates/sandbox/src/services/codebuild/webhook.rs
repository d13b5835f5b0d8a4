//! Webhooks: for projects whose source can call.

use serde_json::{Value, json};

use super::{invalid, missing};
use crate::context::Context;
use crate::form::{default, given, items, put, text};
use crate::refusal::Refusal;

/// Members that a request sets as they are.
const PLAIN: [&str; 4] = ["branchFilter", "buildType", "filterGroups", "pullRequestBuildPolicy"];

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (id, region, now) = (cx.ids.hex(8), cx.region.to_string(), cx.timestamp());
    let secret = cx.ids.hex(40);
    let project = project(cx, input)?;
    let source = &project["source"];
    let (kind, location) = (text(source, "type"), text(source, "location"));
    if !["GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET"].contains(&kind) {
        return Err(invalid(format!("Webhooks are not supported for source type {kind}")));
    }
    if !project["webhook"].is_null() {
        let message = format!("Webhook for project {} already exists", text(project, "name"));
        return Err(Refusal::bad("ResourceAlreadyExistsException", message));
    }
    let payload = format!("https://codebuild.{region}.amazonaws.com/webhooks?t={id}");
    let url = format!("{}/hooks/{id}", location.trim_end_matches(".git"));
    let mut webhook =
        json!({"url": url, "payloadUrl": payload, "status": "ACTIVE", "lastModifiedSecret": now});
    for member in ["manualCreation", "scopeConfiguration"] {
        put(&mut webhook, member, input[member].clone());
    }
    write(&mut webhook, input)?;
    let by_hand = input["manualCreation"] == json!(true) || kind == "GITHUB_ENTERPRISE";
    project["webhook"] = webhook.clone();
    Ok(json!({"webhook": with_secret(webhook, &secret, by_hand)}))
}

/// What is absent stays, groups of filters are replaced.
pub(super) fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (now, secret) = (cx.timestamp(), cx.ids.hex(40));
    let project = project(cx, input)?;
    let webhook =
        project.get_mut("webhook").filter(|webhook| !webhook.is_null()).ok_or_else(|| none(input))?;
    let rotate = input["rotateSecret"] == json!(true);
    let mut changed = webhook.clone();
    write(&mut changed, input)?;
    if rotate {
        changed["lastModifiedSecret"] = now;
    }
    *webhook = changed.clone();
    Ok(json!({"webhook": with_secret(changed, &secret, rotate)}))
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let project = project(cx, input)?;
    let existed = project.get("webhook").is_some_and(|webhook| !webhook.is_null());
    put(project, "webhook", Value::Null);
    if existed { Ok(json!({})) } else { Err(none(input)) }
}

fn write(webhook: &mut Value, input: &Value) -> Result<(), Refusal> {
    if !text(input, "branchFilter").is_empty() && !items(input, "filterGroups").is_empty() {
        return Err(invalid("branchFilter and filterGroups cannot be used together"));
    }
    for group in items(input, "filterGroups") {
        let filters = group.as_array().map(Vec::as_slice).unwrap_or_default();
        if !filters.iter().any(|filter| text(filter, "type") == "EVENT") {
            return Err(invalid("Each filter group must have a filter of type EVENT"));
        }
    }
    for member in PLAIN.into_iter().filter(|member| !input[*member].is_null()) {
        put(webhook, member, input[member].clone());
    }
    default(webhook, "buildType", json!("BUILD"));
    Ok(())
}

/// A secret is shown once, to the one who has to enter it by hand.
fn with_secret(mut webhook: Value, secret: &str, shown: bool) -> Value {
    if shown {
        webhook["secret"] = json!(secret);
    }
    given(webhook)
}

fn project<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Value, Refusal> {
    let name = text(input, "projectName");
    let refusal = missing(cx, name);
    cx.here.codebuild.projects.get_mut(name).ok_or(refusal)
}

fn none(input: &Value) -> Refusal {
    let message = format!("Webhook for project {} does not exist", text(input, "projectName"));
    Refusal::bad("ResourceNotFoundException", message)
}
