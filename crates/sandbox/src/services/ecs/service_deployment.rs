//! Service deployments: the history that the ECS controller keeps.

use serde_json::{Value, json};

use super::document::{has, list, page, text, texts};
use super::refuse::{self, unless};
use super::service::{Record, active};
use super::{cluster, service};
use crate::context::{Context, Ids};
use crate::refusal::Refusal;

/// Service deployments that AWS remembers of one service.
const KEPT: usize = 100;

/// Writes down that the service's PRIMARY deployment has begun.
pub fn start(record: &mut Record, ids: &mut Ids, now: f64) {
    let service_arn = text(&record.document, "serviceArn");
    let id = |kind: &str, ids: &mut Ids| {
        let number = service::new_id(ids).replacen("ecs-svc/", "", 1);
        format!("{}/{number}", service_arn.replacen(":service/", &format!(":{kind}/"), 1))
    };
    let (arn, revision) = (id("service-deployment", ids), id("service-revision", ids));
    let before = record.rollouts.last().map(|last| last["targetServiceRevision"].clone());
    let rollout = json!({
        "serviceDeploymentArn": arn,
        "serviceArn": service_arn,
        "clusterArn": record.document["clusterArn"],
        "createdAt": now.floor(), "startedAt": now.floor(), "updatedAt": now.floor(),
        "sourceServiceRevisions": before.into_iter().collect::<Vec<_>>(),
        "targetServiceRevision": {"arn": revision},
        "status": "IN_PROGRESS",
        "deploymentConfiguration": record.settings["deploymentConfiguration"],
        "deploymentCircuitBreaker": {"status": "DISABLED", "failureCount": 0, "threshold": 3},
        "alarms": {"status": "DISABLED"},
    });
    for old in record.rollouts.iter_mut().filter(|old| text(old, "status") == "IN_PROGRESS") {
        old["status"] = json!("STOPPED");
        old["stoppedAt"] = json!(now.floor());
        old["finishedAt"] = json!(now.floor());
    }
    record.document["currentServiceDeployment"] = json!(arn);
    record.rollouts.push(rollout);
    record.revisions.push(of_settings(record, &revision, now));
    let surplus = record.rollouts.len().saturating_sub(KEPT);
    record.rollouts.drain(..surplus);
    record.revisions.drain(..surplus);
}

/// The present settings as a service revision.
fn of_settings(record: &Record, arn: &str, now: f64) -> Value {
    let mut revision = json!({
        "serviceRevisionArn": arn,
        "serviceArn": record.document["serviceArn"],
        "clusterArn": record.document["clusterArn"],
        "createdAt": now.floor(),
        "guardDutyEnabled": false,
        "platformVersion": service::resolved_platform(&record.settings),
    });
    for key in [
        "taskDefinition",
        "capacityProviderStrategy",
        "launchType",
        "platformFamily",
        "loadBalancers",
        "serviceRegistries",
        "networkConfiguration",
        "serviceConnectConfiguration",
        "volumeConfigurations",
        "vpcLatticeConfigurations",
        "gatewayConnectors",
        "monitoring",
    ] {
        revision[key] = record.settings[key].clone();
    }
    super::without_nulls(&revision)
}

/// Follows the PRIMARY deployment.
pub fn settle(record: &mut Record) {
    if record.status() == "INACTIVE" || record.controller() != "ECS" {
        if let Some(document) = record.document.as_object_mut() {
            document.remove("currentServiceDeployment");
            document.remove("currentServiceRevisions");
        }
        return;
    }
    let primary = list(&record.document, "deployments").first().cloned().unwrap_or_default();
    let Some(rollout) = record.rollouts.last_mut() else { return };
    let revision = &mut rollout["targetServiceRevision"];
    revision["requestedTaskCount"] = primary["desiredCount"].clone();
    revision["runningTaskCount"] = primary["runningCount"].clone();
    revision["pendingTaskCount"] = primary["pendingCount"].clone();
    let revision = revision.clone();
    if text(&primary, "rolloutState") == "COMPLETED" && text(rollout, "status") == "IN_PROGRESS" {
        rollout["status"] = json!("SUCCESSFUL");
        rollout["finishedAt"] = primary["updatedAt"].clone();
        rollout["updatedAt"] = primary["updatedAt"].clone();
    }
    let in_progress = text(rollout, "status") == "IN_PROGRESS";
    record.document["currentServiceRevisions"] = json!([revision]);
    if let (false, Some(document)) = (in_progress, record.document.as_object_mut()) {
        document.remove("currentServiceDeployment");
    }
}

pub fn briefs(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let record = active(cx, &cluster, text(input, "service"))?;
    let status: Vec<&str> = texts(input, "status").collect();
    let created = &input["createdAt"];
    let wanted = |rollout: &&Value| {
        let at = rollout["createdAt"].as_f64().unwrap_or_default();
        (status.is_empty() || status.contains(&text(rollout, "status")))
            && created["after"].as_f64().is_none_or(|after| at >= after)
            && created["before"].as_f64().is_none_or(|before| at <= before)
    };
    let brief = |rollout: &Value| {
        let mut brief = json!({"targetServiceRevisionArn": rollout["targetServiceRevision"]["arn"]});
        for key in [
            "serviceDeploymentArn",
            "serviceArn",
            "clusterArn",
            "createdAt",
            "startedAt",
            "finishedAt",
            "status",
        ] {
            if has(rollout, key) {
                brief[key] = rollout[key].clone();
            }
        }
        brief
    };
    page(record.rollouts.iter().rev().filter(wanted).map(brief).collect(), "serviceDeployments", input, 20)
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let asked = list(input, "serviceDeploymentArns");
    unless((1..=20).contains(&asked.len()), || {
        refuse::parameter("serviceDeploymentArns must have between 1 and 20 elements.")
    })?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in texts(input, "serviceDeploymentArns") {
        let all = cx.here.ecs.services.values().flat_map(|services| services.values());
        match all.flat_map(|record| &record.rollouts).find(|one| text(one, "serviceDeploymentArn") == arn) {
            Some(one) => found.push(one.clone()),
            None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
        }
    }
    Ok(json!({"serviceDeployments": found, "failures": failures}))
}

pub fn revisions(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let asked = list(input, "serviceRevisionArns");
    unless((1..=20).contains(&asked.len()), || {
        refuse::parameter("serviceRevisionArns must have between 1 and 20 elements.")
    })?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in texts(input, "serviceRevisionArns") {
        let all = cx.here.ecs.services.values().flat_map(|services| services.values());
        match all.flat_map(|record| &record.revisions).find(|one| text(one, "serviceRevisionArn") == arn) {
            Some(one) => found.push(one.clone()),
            None => failures.push(json!({"arn": arn, "reason": "MISSING"})),
        }
    }
    Ok(json!({"serviceRevisions": found, "failures": failures}))
}
