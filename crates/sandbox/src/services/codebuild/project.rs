//! Projects: made and changed, with what AWS fills in.

use serde_json::{Value, json};

use super::{artifacts, environment, invalid, missing, name, rules, source};
use crate::context::Context;
use crate::form::{default, put, text};
use crate::refusal::Refusal;

/// Members that a request sets as they are. A later request replaces each as a whole.
const PLAIN: [&str; 18] = [
    "artifacts",
    "autoRetryLimit",
    "buildBatchConfig",
    "cache",
    "concurrentBuildLimit",
    "description",
    "environment",
    "fileSystemLocations",
    "logsConfig",
    "queuedTimeoutInMinutes",
    "secondaryArtifacts",
    "secondarySourceVersions",
    "secondarySources",
    "source",
    "sourceVersion",
    "tags",
    "timeoutInMinutes",
    "vpcConfig",
];

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "name");
    let arn = cx.arn("codebuild", &format!("project/{name}"));
    if cx.here.codebuild.project(name).is_some() {
        let message = format!("Project already exists: {arn}");
        return Err(Refusal::bad("ResourceAlreadyExistsException", message));
    }
    let fresh = json!({
        "name": name,
        "arn": arn,
        "created": cx.timestamp(),
        "badge": {"badgeEnabled": false},
        "projectVisibility": "PRIVATE",
    });
    if input["concurrentBuildLimit"] == json!(-1) {
        return Err(invalid("Invalid concurrent build limit: it must be at least 1"));
    }
    write(cx, fresh, input)
}

/// What is absent stays. `{}` takes a VPC or a batch configuration away, -1 the limit.
pub(super) fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let asked = text(input, "name");
    let before = cx.here.codebuild.project(name(cx, asked)).cloned();
    write(cx, before.ok_or_else(|| missing(cx, asked))?, input)
}

fn write(cx: &mut Context<'_>, mut project: Value, input: &Value) -> Result<Value, Refusal> {
    for member in PLAIN.into_iter().filter(|member| !input[*member].is_null()) {
        put(&mut project, member, input[member].clone());
    }
    for (member, nothing) in
        [("concurrentBuildLimit", json!(-1)), ("vpcConfig", json!({})), ("buildBatchConfig", json!({}))]
    {
        if project[member] == nothing {
            put(&mut project, member, Value::Null);
        }
    }
    if let Some(role) = input["serviceRole"].as_str() {
        project["serviceRole"] = json!(role_arn(cx, role));
    }
    if let Some(key) = input["encryptionKey"].as_str() {
        let arn = if key.starts_with("alias/") { cx.arn("kms", key) } else { key.to_string() };
        project["encryptionKey"] = json!(arn);
    }
    fill_in(cx, &mut project);
    rules::check(cx, &project, input)?;
    if let Some(enabled) = input["badgeEnabled"].as_bool() {
        set_badge(cx, &mut project, enabled);
    }
    project["lastModified"] = cx.timestamp();
    cx.here.codebuild.projects.insert(text(&project, "name").to_string(), project.clone());
    Ok(json!({"project": project}))
}

fn fill_in(cx: &Context<'_>, project: &mut Value) {
    let name = project["name"].clone();
    source::fill_in(&mut project["source"]);
    each(project, "secondarySources", source::fill_in);
    artifacts::fill_in(&mut project["artifacts"], &name);
    each(project, "secondaryArtifacts", |artifacts| artifacts::fill_in(artifacts, &name));
    environment::fill_in(&mut project["environment"]);
    default(project, "timeoutInMinutes", json!(60));
    default(project, "queuedTimeoutInMinutes", json!(480));
    default(project, "encryptionKey", json!(cx.arn("kms", "alias/aws/s3")));
    default(project, "cache", json!({"type": "NO_CACHE"}));
    default(project, "tags", json!([]));
}

fn each(project: &mut Value, list: &str, change: impl Fn(&mut Value)) {
    let items = project.get_mut(list).and_then(Value::as_array_mut);
    items.into_iter().flatten().for_each(change);
}

/// A role is answered with its ARN, also where its bare name was given.
fn role_arn(cx: &Context<'_>, role: &str) -> String {
    if role.starts_with("arn:") {
        return role.to_string();
    }
    match cx.global.iam.role(role) {
        Some(found) => text(found, "Arn").to_string(),
        None => format!("arn:aws:iam::{}:role/{role}", cx.account),
    }
}

fn set_badge(cx: &mut Context<'_>, project: &mut Value, enabled: bool) {
    if !enabled {
        project["badge"] = json!({"badgeEnabled": false});
    } else if project["badge"]["badgeRequestUrl"].is_null() {
        let host = format!("https://codebuild.{}.amazonaws.com", cx.region);
        let url = format!("{host}/badges?uuid={}&branch=master", cx.ids.hex(32));
        project["badge"] = json!({"badgeEnabled": true, "badgeRequestUrl": url});
    }
}

pub(super) fn set_visibility(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "projectArn");
    let name = name(cx, arn).to_string();
    if !arn.starts_with("arn:") {
        return Err(invalid(format!("Invalid project ARN: {arn}")));
    }
    let refusal = missing(cx, arn);
    let alias = cx.ids.hex(32);
    let project = cx.here.codebuild.projects.get_mut(&name).ok_or(refusal)?;
    project["projectVisibility"] = input["projectVisibility"].clone();
    let mut answer = json!({"projectArn": arn, "projectVisibility": input["projectVisibility"]});
    if text(input, "projectVisibility") == "PUBLIC_READ" {
        default(project, "publicProjectAlias", json!(alias));
        answer["publicProjectAlias"] = project["publicProjectAlias"].clone();
    }
    if !input["resourceAccessRole"].is_null() {
        project["resourceAccessRole"] = input["resourceAccessRole"].clone();
    }
    Ok(answer)
}
