//! Operations on deployments.

use serde_json::{Value, json};

use super::life::Deployment;
use super::{appspec, checks, groups, lists};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;

/// Settings that a deployment takes over from its group.
const FROM_GROUP: &[&str] =
    &["deploymentStyle", "blueGreenDeploymentConfiguration", "loadBalancerInfo", "computePlatform"];

/// Settings that a deployment takes from the call.
const FROM_CALL: &[&str] = &[
    "revision",
    "description",
    "targetInstances",
    "deploymentMode",
    "overrideAlarmConfiguration",
    "ec2DeploymentOptions",
];

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    cx.here.codedeploy.application(input)?;
    let name = text(input, "deploymentGroupName");
    if name.is_empty() {
        return Err(Refusal::bad(
            "DeploymentGroupNameRequiredException",
            "Deployment group name is required.",
        ));
    }
    let group = cx.here.codedeploy.group(input)?.doc.clone();
    one_at_a_time(cx, input, name)?;
    let config =
        input["deploymentConfigName"].as_str().unwrap_or_else(|| text(&group, "deploymentConfigName"));
    checks::config(cx, &group, config)?;
    checks::role(cx, &group)?;
    let task_definition = revision(&group, input)?;
    let ecs_service = checks::ecs_services(&group).next().map(|(c, s)| (c.to_string(), s.to_string()));
    if ecs_service.is_some() {
        checks::service(cx, &group)?;
    }
    let id = format!("d-{}", cx.ids.upper(9));
    let mut doc = info(&group, input);
    doc["deploymentId"] = json!(id);
    doc["deploymentConfigName"] = json!(config);
    doc["createTime"] = cx.timestamp();
    let failure = unknown_task_definition(cx, task_definition.as_deref()).or_else(|| failure(cx, &group));
    let mut deployment = Deployment { doc, ecs_service, task_definition, failure, ..Deployment::default() };
    deployment.show("Created", "Pending");
    let state = &mut cx.here.codedeploy;
    if let Some(group) = state.application_mut(input)?.groups.get_mut(name) {
        deployment.note_in(&mut group.doc);
    }
    state.deployments.insert(id.clone(), deployment);
    Ok(json!({"deploymentId": id}))
}

fn one_at_a_time(cx: &Context<'_>, input: &Value, group: &str) -> Result<(), Refusal> {
    let mut deployments = cx.here.codedeploy.deployments.iter();
    match deployments.find(|(_, d)| !d.over() && d.belongs_to(&input["applicationName"], group)) {
        None => Ok(()),
        Some((id, _)) => Err(Refusal::bad(
            "DeploymentLimitExceededException",
            format!("The Deployment Group '{group}' already has an active Deployment '{id}'"),
        )),
    }
}

fn revision(group: &Value, input: &Value) -> Result<Option<String>, Refusal> {
    if input["revision"].is_null() {
        return Err(Refusal::bad("RevisionRequiredException", "Revision is required."));
    }
    if group["computePlatform"] != "ECS" {
        return Ok(None);
    }
    appspec::task_definition(&input["revision"])
}

fn info(group: &Value, input: &Value) -> Value {
    let mut doc = json!({
        "applicationName": input["applicationName"],
        "deploymentGroupName": input["deploymentGroupName"],
        "creator": "user",
        "ignoreApplicationStopFailures": input["ignoreApplicationStopFailures"] == true,
        "updateOutdatedInstancesOnly": input["updateOutdatedInstancesOnly"] == true,
        "fileExistsBehavior": input["fileExistsBehavior"].as_str().unwrap_or("DISALLOW"),
        "instanceTerminationWaitTimeStarted": false,
        "deploymentStatusMessages": [],
    });
    let given = |from: &Value, member: &str| Some(from[member].clone()).filter(|value| !value.is_null());
    let taken = FROM_GROUP.iter().map(|member| (*member, given(group, member)));
    let called = FROM_CALL.iter().map(|member| (*member, given(input, member)));
    let rollback = given(input, "autoRollbackConfiguration").or(given(group, "autoRollbackConfiguration"));
    let before = given(group, "targetRevision");
    for (member, value) in
        taken.chain(called).chain([("autoRollbackConfiguration", rollback), ("previousRevision", before)])
    {
        if let Some(value) = value {
            doc[member] = value;
        }
    }
    doc
}

/// The end of a deployment of a task definition that is not there.
fn unknown_task_definition(cx: &Context<'_>, name: Option<&str>) -> Option<Value> {
    let name = name.filter(|name| cx.here.ecs.task_definition(name).is_none())?;
    let message = format!("The ECS service cannot be updated: there is no task definition {name}.");
    Some(json!({"code": "ECS_UPDATE_ERROR", "message": message}))
}

/// The end of a deployment whose production listener does not lead to the pair.
fn failure(cx: &Context<'_>, group: &Value) -> Option<Value> {
    let (_, listener) = checks::routes(group).find(|(route, _)| *route == "prodTrafficRoute")?;
    let balancer = &cx.here.elbv2.listener(listener)?["LoadBalancerArn"];
    let behind = |name: &&str| {
        let found = cx.here.elbv2.target_group_named(name);
        let arn = found.map(|target_group| text(target_group, "TargetGroupArn"));
        let forwarding = arn.and_then(|arn| cx.here.elbv2.load_balancer_of(arn));
        forwarding.is_some_and(|forwarding| forwarding["LoadBalancerArn"] == *balancer)
    };
    if groups::target_groups(group).iter().any(behind) {
        return None;
    }
    Some(json!({
        "code": "ELASTIC_LOAD_BALANCING_INVALID",
        "message": "The ELB could not be updated due to the following error: \
                    Primary taskset target group must be behind listener",
    }))
}

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "deploymentId");
    let deployment = cx.here.codedeploy.deployments.get(id).ok_or_else(|| unknown(id))?;
    Ok(json!({"deploymentInfo": deployment.doc}))
}

/// Deployments that are not there are left out.
pub(super) fn batch_get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let ids = lists::batch(input, "deploymentIds")?;
    let known = &cx.here.codedeploy.deployments;
    let found: Vec<&Value> = ids.into_iter().filter_map(|id| Some(&known.get(id)?.doc)).collect();
    Ok(json!({"deploymentsInfo": found}))
}

/// Newest first.
pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let [application, group] =
        ["applicationName", "deploymentGroupName"].map(|member| input[member].as_str());
    let required = |what: &str, message: &str| Err(Refusal::bad(what, message));
    match (application, group) {
        (Some(_), Some(_)) => {
            cx.here.codedeploy.group(input)?;
        }
        (Some(_), None) => {
            let message = "If applicationName is specified, then deploymentGroupName must be specified.";
            return required("DeploymentGroupNameRequiredException", message);
        }
        (None, Some(_)) => {
            let message = "If deploymentGroupName is specified, applicationName must be specified.";
            return required("ApplicationNameRequiredException", message);
        }
        (None, None) => {}
    }
    let range = ["start", "end"].map(|end| input["createTimeRange"][end].as_f64());
    if let [Some(start), Some(end)] = range
        && start >= end
    {
        return required("InvalidTimeRangeException", "The start time must be earlier than the end time.");
    }
    let statuses = texts(input, "includeOnlyStatuses");
    let created = |d: &Deployment| d.doc["createTime"].as_f64().unwrap_or_default();
    let wanted = |d: &&Deployment| {
        group.is_none_or(|group| d.belongs_to(&input["applicationName"], group))
            && (statuses.is_empty() || statuses.contains(&text(&d.doc, "status")))
            && range[0].is_none_or(|start| created(d) >= start)
            && range[1].is_none_or(|end| created(d) <= end)
    };
    let mut found: Vec<&Deployment> = cx.here.codedeploy.deployments.values().filter(wanted).collect();
    found.sort_by(|a, b| created(b).total_cmp(&created(a)));
    lists::answer("deployments", found.iter().map(|d| d.doc["deploymentId"].clone()).collect(), input)
}

pub(super) fn stop(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "deploymentId");
    let now = cx.timestamp();
    let state = &mut cx.here.codedeploy;
    let deployment = state.deployments.get_mut(id).ok_or_else(|| unknown(id))?;
    if deployment.over() {
        return Err(Refusal::bad(
            "DeploymentAlreadyCompletedException",
            format!("Deployment {id} is already in a terminal state"),
        ));
    }
    deployment.stop(now);
    let [application, group] =
        ["applicationName", "deploymentGroupName"].map(|m| text(&deployment.doc, m).to_string());
    let held = state.applications.get_mut(&application).and_then(|held| held.groups.get_mut(&group));
    if let Some(group) = held {
        deployment.note_in(&mut group.doc);
    }
    Ok(json!({
        "status": "Succeeded",
        "statusMessage": "No more operations will be scheduled for this deployment.",
    }))
}

fn unknown(id: &str) -> Refusal {
    Refusal::bad("DeploymentDoesNotExistException", format!("The deployment {id} could not be found"))
}
