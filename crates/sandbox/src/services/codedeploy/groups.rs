//! Deployment groups.

use serde_json::{Value, json};

use super::{Group, checks, configs, lists, nothing, refusals, tagging};
use crate::context::Context;
use crate::form::{items, text, texts};
use crate::refusal::Refusal;

/// Members that a call sets and that the group shows as they were given.
const SETTINGS: &[&str] = &[
    "deploymentConfigName",
    "ec2TagFilters",
    "onPremisesInstanceTagFilters",
    "serviceRoleArn",
    "triggerConfigurations",
    "alarmConfiguration",
    "autoRollbackConfiguration",
    "outdatedInstancesStrategy",
    "deploymentStyle",
    "blueGreenDeploymentConfiguration",
    "loadBalancerInfo",
    "ec2TagSet",
    "ecsServices",
    "onPremisesTagSet",
    "ec2DeploymentOptions",
    "terminationHookEnabled",
];

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let application = cx.here.codedeploy.application(input)?;
    let name = text(input, "deploymentGroupName");
    name_is_free(application.groups.contains_key(name), name)?;
    let platform = text(&application.doc, "computePlatform").to_string();
    let tags = tagging::given(&input["tags"])?;
    let id = cx.ids.uuid();
    let mut doc = defaults(&platform);
    doc["applicationName"] = input["applicationName"].clone();
    doc["deploymentGroupId"] = json!(id);
    doc["deploymentGroupName"] = json!(name);
    doc["computePlatform"] = json!(platform);
    merge(&mut doc, input);
    checks::check(cx, &doc)?;
    let group = Group { doc, tags };
    cx.here.codedeploy.application_mut(input)?.groups.insert(name.to_string(), group);
    Ok(json!({"deploymentGroupId": id}))
}

/// What AWS shows for settings that were never made.
fn defaults(platform: &str) -> Value {
    let mut doc = json!({
        "deploymentConfigName": configs::default_of(platform),
        "ec2TagFilters": [],
        "onPremisesInstanceTagFilters": [],
        "autoScalingGroups": [],
        "triggerConfigurations": [],
        "outdatedInstancesStrategy": "UPDATE",
        "terminationHookEnabled": false,
    });
    if platform == "Server" {
        doc["deploymentStyle"] =
            json!({"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"});
    }
    doc
}

/// Lays what the call gives over what is there.
fn merge(doc: &mut Value, input: &Value) {
    for setting in SETTINGS {
        if !input[*setting].is_null() {
            doc[*setting] = input[*setting].clone();
        }
    }
    if input["autoScalingGroups"].is_array() {
        let names = texts(input, "autoScalingGroups");
        doc["autoScalingGroups"] = names.iter().map(|name| json!({ "name": name })).collect();
    }
    // a wait that was not given is none
    if let Some(ready) = doc.pointer_mut("/blueGreenDeploymentConfiguration/deploymentReadyOption")
        && ready["waitTimeInMinutes"].is_null()
    {
        ready["waitTimeInMinutes"] = json!(0);
    }
}

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"deploymentGroupInfo": cx.here.codedeploy.group(input)?.doc}))
}

/// Groups that are not there are left out and named in the message.
pub(super) fn batch_get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let groups = &cx.here.codedeploy.application(input)?.groups;
    let names = lists::batch(input, "deploymentGroupNames")?;
    let found: Vec<&Value> = names.iter().filter_map(|name| Some(&groups.get(*name)?.doc)).collect();
    let missing: Vec<String> = names
        .iter()
        .filter(|name| !groups.contains_key(**name))
        .map(|name| refusals::no_group(name).message)
        .collect();
    let mut answer = json!({"deploymentGroupsInfo": found});
    if !missing.is_empty() {
        answer["errorMessage"] = json!(missing.join("; "));
    }
    Ok(answer)
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let groups = &cx.here.codedeploy.application(input)?.groups;
    let names = groups.keys().map(|name| json!(name)).collect();
    let mut answer = lists::answer("deploymentGroups", names, input)?;
    answer["applicationName"] = input["applicationName"].clone();
    Ok(answer)
}

/// Members that are left out stay as they are; an empty list clears one.
pub(super) fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let application = cx.here.codedeploy.application(input)?;
    let old = text(input, "currentDeploymentGroupName");
    let group = application.groups.get(old).ok_or_else(|| refusals::no_group(old))?;
    let new = input["newDeploymentGroupName"].as_str().unwrap_or(old);
    name_is_free(new != old && application.groups.contains_key(new), new)?;
    let mut group = group.clone();
    merge(&mut group.doc, input);
    checks::check(cx, &group.doc)?;
    group.doc["deploymentGroupName"] = json!(new);
    let state = &mut cx.here.codedeploy;
    for deployment in state.deployments.values_mut().filter(|d| d.belongs_to(&input["applicationName"], old))
    {
        deployment.doc["deploymentGroupName"] = json!(new);
    }
    let groups = &mut state.application_mut(input)?.groups;
    groups.remove(old);
    groups.insert(new.to_string(), group);
    Ok(json!({"hooksNotCleanedUp": []}))
}

fn name_is_free(taken: bool, name: &str) -> Result<(), Refusal> {
    if taken {
        return Err(Refusal::bad(
            "DeploymentGroupAlreadyExistsException",
            format!("Deployment group name already exists: {name}"),
        ));
    }
    Ok(())
}

/// A group that is not there is no error.
pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Value {
    let Ok(application) = cx.here.codedeploy.application_mut(input) else { return nothing() };
    application.groups.remove(text(input, "deploymentGroupName"));
    json!({"hooksNotCleanedUp": []})
}

/// Names of the pair's two target groups.
pub(super) fn target_groups(group: &Value) -> Vec<&str> {
    let pairs = items(&group["loadBalancerInfo"], "targetGroupPairInfoList");
    pairs.iter().flat_map(|pair| items(pair, "targetGroups")).map(|tg| text(tg, "name")).collect()
}
