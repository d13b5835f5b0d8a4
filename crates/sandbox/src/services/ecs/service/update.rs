//! UpdateService.

use serde_json::{Value, json};

use super::super::document::{flag, has, int, list_mut, remove, text};
use super::super::refuse::{self, unless};
use super::super::{cluster, task_set};
use super::{Record, active, controller, new_id, rules, settings};
use crate::context::Context;
use crate::refusal::Refusal;

/// Settings that reach the tasks by a deployment only.
const DEPLOYED: &[&str] = &[
    "capacityProviderStrategy",
    "gatewayConnectors",
    "launchType",
    "loadBalancers",
    "monitoring",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "taskDefinition",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

pub fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let name = text(input, "service");
    let old = active(cx, &cluster, name)?.clone();
    let before = old.controller().to_string();
    let after = input["deploymentController"]["type"].as_str().unwrap_or(&before).to_string();
    if after != before {
        controller::check_change(&old, &after)?;
    }
    controller::check_members(&after, input)?;
    let daemon = text(&old.settings, "schedulingStrategy") == "DAEMON";
    unless(!(daemon && has(input, "desiredCount")), || {
        refuse::parameter("The desiredCount parameter is not supported for the DAEMON scheduling strategy.")
    })?;

    let mut settings = settings::changed(cx, &cluster, &old.settings, input);
    if before == "ECS" && after != before {
        leave_ecs(&mut settings);
    }
    rules::check(cx, &cluster, &settings)?;
    let deploys = after == "ECS"
        && (before != after
            || flag(input, "forceNewDeployment")
            || DEPLOYED.iter().any(|key| settings[*key] != old.settings[*key]));
    if deploys {
        rules::check_deployable(cx, &cluster, &settings)?;
    }
    let rescales = settings["desiredCount"] != old.settings["desiredCount"];
    let mut record = Record { settings, ..old };
    record.show();
    if after != before {
        change_controller(cx, &mut record, &before);
    }
    if deploys {
        record.roll_out(cx.ids, cx.now);
    } else if rescales {
        record.rescale(int(&record.settings, "desiredCount"), cx.now);
    }
    let document = record.document.clone();
    cx.here
        .ecs
        .services
        .entry(cluster)
        .or_default()
        .insert(text(&document, "serviceName").to_string(), record);
    Ok(json!({"service": document}))
}

/// What only the ECS controller has a use for.
fn leave_ecs(settings: &mut Value) {
    let configuration = &mut settings["deploymentConfiguration"];
    for key in ["deploymentCircuitBreaker", "strategy", "bakeTimeInMinutes", "alarms", "lifecycleHooks"] {
        remove(configuration, key);
    }
    settings["availabilityZoneRebalancing"] = json!("DISABLED");
}

/// To ECS what ran as PRIMARY becomes the deployment before the next; from ECS to EXTERNAL
/// its tasks stay as a task set that is ACTIVE until somebody deletes it.
fn change_controller(cx: &mut Context<'_>, record: &mut Record, before: &str) {
    let (now, ids) = (cx.now, &mut *cx.ids);
    match (before, record.controller()) {
        ("ECS", _) => {
            let mut set = task_set::of_service(record, ids, now);
            set["status"] = json!("ACTIVE");
            set["computedDesiredCount"] = record.document["runningCount"].clone();
            set["runningCount"] = record.document["runningCount"].clone();
            set["stabilityStatus"] = json!("STEADY_STATE");
            set["stabilityStatusAt"] = json!(now.floor());
            record.left_behind.push(set);
        }
        (_, "ECS") => {
            record.left_behind.clear();
            let sets = remove(&mut record.document, "taskSets").unwrap_or_default();
            let primary =
                sets.as_array().and_then(|sets| sets.iter().find(|set| text(set, "status") == "PRIMARY"));
            let Some(primary) = primary else { return };
            let mut deployment = json!({
                "id": new_id(ids), "rolloutState": "COMPLETED", "failedTasks": 0,
                "desiredCount": primary["computedDesiredCount"],
            });
            for key in [
                "status",
                "taskDefinition",
                "pendingCount",
                "runningCount",
                "createdAt",
                "updatedAt",
                "launchType",
                "platformVersion",
                "platformFamily",
                "networkConfiguration",
            ] {
                deployment[key] = primary[key].clone();
            }
            record.document["deployments"] = json!([deployment]);
        }
        _ => {
            for set in list_mut(&mut record.document, "taskSets") {
                remove(set, "startedBy");
            }
        }
    }
}
