//! What AWS fills into a task definition.

use serde_json::{Value, json};

use super::super::document::{fill, has, list_mut, text};
use super::super::refuse;
use super::size;
use crate::context::Context;
use crate::refusal::Refusal;

pub fn fill_in(cx: &Context<'_>, definition: &mut Value) -> Result<(), Refusal> {
    fill(definition, "volumes", json!([]));
    fill(definition, "placementConstraints", json!([]));
    fill(definition, "enableFaultInjection", json!(false));
    let fargate =
        definition["requiresCompatibilities"].as_array().is_some_and(|all| all.contains(&json!("FARGATE")));
    if !fargate {
        fill(definition, "networkMode", json!("bridge"));
    }
    for role in ["taskRoleArn", "executionRoleArn"] {
        if has(definition, role) {
            definition[role] = json!(role_arn(cx, text(definition, role)));
        }
    }
    in_units(definition, "cpu", size::cpu)?;
    in_units(definition, "memory", size::memory)?;
    for volume in list_mut(definition, "volumes") {
        fill_volume(volume);
    }
    let network = text(definition, "networkMode").to_string();
    for container in list_mut(definition, "containerDefinitions") {
        fill_container(container, &network);
    }
    Ok(())
}

/// The ARN of a role that may be given by its name.
fn role_arn(cx: &Context<'_>, role: &str) -> String {
    if role.starts_with("arn:") {
        return role.to_string();
    }
    let known = cx.global.iam.role(role).and_then(|role| role["Arn"].as_str());
    known.map_or_else(|| format!("arn:aws:iam::{}:role/{role}", cx.account), str::to_string)
}

fn in_units(definition: &mut Value, key: &str, units: fn(&str) -> Option<i64>) -> Result<(), Refusal> {
    if has(definition, key) {
        let number = units(text(definition, key))
            .ok_or_else(|| refuse::client(format!("Invalid '{key}' setting for task.")))?;
        definition[key] = json!(number.to_string());
    }
    Ok(())
}

fn fill_volume(volume: &mut Value) {
    let kinds = [
        "dockerVolumeConfiguration",
        "s3filesVolumeConfiguration",
        "fsxWindowsFileServerVolumeConfiguration",
    ];
    if has(volume, "efsVolumeConfiguration") {
        fill(&mut volume["efsVolumeConfiguration"], "rootDirectory", json!("/"));
    } else if !has(volume, "configuredAtLaunch") && !kinds.iter().any(|kind| has(volume, kind)) {
        fill(volume, "host", json!({}));
    }
}

fn fill_container(container: &mut Value, network: &str) {
    fill(container, "cpu", json!(0));
    fill(container, "essential", json!(true));
    for key in ["environment", "mountPoints", "volumesFrom", "portMappings", "systemControls"] {
        fill(container, key, json!([]));
    }
    for port in list_mut(container, "portMappings") {
        fill(port, "protocol", json!("tcp"));
        if has(port, "containerPort") {
            let shared = ["awsvpc", "host"].contains(&network);
            let host = if shared { port["containerPort"].clone() } else { json!(0) };
            fill(port, "hostPort", host);
        }
    }
    if has(container, "healthCheck") {
        let check = &mut container["healthCheck"];
        fill(check, "interval", json!(30));
        fill(check, "timeout", json!(5));
        fill(check, "retries", json!(3));
    }
    // AWS does not keep the order in which the environment was given
    if let Some(environment) = container["environment"].as_array_mut() {
        environment.sort_by(|a, b| text(a, "name").cmp(text(b, "name")));
    }
}
