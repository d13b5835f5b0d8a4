//! `ecs.task_definition`: facts in AWS's API reference, RegisterTaskDefinition.
//!
//! Nothing in it can be changed: every change is a new revision of the family,
//! which recon plans as an update, since nothing is taken away.

use serde_json::{Value, json};

use crate::compose::text;
use crate::kind::Kind;
use crate::targets::ROLE;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "ecs.task_definition",
        "ecs",
        "RegisterTaskDefinitionRequest",
        "The containers that run together as one task; a change registers a new revision.",
    )
    .cfn("AWS::ECS::TaskDefinition")
    .identity(&["family"])
    .renewed(&["arn", "revision"])
    .exports(&["arn", "revision", "family"])
    .create_only(&["family"])
    .rename("task_role_arn", "task_role")
    .refers("task_role", ROLE)
    .rename("execution_role_arn", "execution_role")
    .refers("execution_role", ROLE)
    .required(&["container_definitions.name", "container_definitions.image"])
    .matched_by("container_definitions", "name")
    .matched_by("volumes", "name")
    .matched_by("container_definitions.mount_points", "container_path")
    .matched_by("container_definitions.depends_on", "container_name")
    .matched_by("container_definitions.ulimits", "name")
    .matched_by("container_definitions.system_controls", "namespace")
    .sequence(&[
        "container_definitions.command",
        "container_definitions.entry_point",
        "container_definitions.health_check.command",
        "container_definitions.dns_servers",
        "container_definitions.dns_search_domains",
    ])
    .default("network_mode", "bridge")
    .default("container_definitions.cpu", 0)
    .default("container_definitions.essential", true)
    .default("container_definitions.port_mappings.protocol", "tcp")
    .default("container_definitions.health_check.interval", 30)
    .default("container_definitions.health_check.timeout", 5)
    .default("container_definitions.health_check.retries", 3)
    .default("container_definitions.version_consistency", "enabled")
    .default("volumes.efs_volume_configuration.root_directory", "/")
    .default("volumes.efs_volume_configuration.transit_encryption", "DISABLED")
    .default("volumes.efs_volume_configuration.authorization_config.iam", "DISABLED")
    .default("volumes.docker_volume_configuration.scope", "task")
    .default("runtime_platform.cpu_architecture", "X86_64")
    .default("runtime_platform.operating_system_family", "LINUX")
    .setting(
        "initial_image",
        text(),
        "The image of the first revision where the file has a placeholder (`<IMAGE1_NAME>`) that the \
         pipeline fills in. \
         Later revisions that differ in that image only are the pipeline's, and no drift.",
    )
    .normal("cpu", cpu_units)
    .normal("memory", mebibytes)
    .canonical(canonical)
    .inherits(image_of_the_pipeline)
}

/// `<IMAGE1_NAME>` stands for the image that the pipeline deployed last, or for
/// `initial_image` before it ever did.
fn image_of_the_pipeline(desired: &mut Value, live: Option<&Value>) {
    let initial = desired["initial_image"].clone();
    for container in desired["container_definitions"].as_array_mut().into_iter().flatten() {
        if !container["image"].as_str().is_some_and(is_placeholder) {
            continue;
        }
        let name = container["name"].clone();
        let there = live.and_then(|live| live["container_definitions"].as_array());
        let image = there.into_iter().flatten().find(|c| c["name"] == name).map(|c| c["image"].clone());
        container["image"] = image.unwrap_or_else(|| initial.clone());
    }
}

/// CodePipeline's form of a placeholder in `taskdef.json`.
pub(crate) fn is_placeholder(image: &str) -> bool {
    image
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// `.25 vCPU` is `256` to AWS.
fn cpu_units(value: &Value) -> Value {
    scaled(value, "vcpu")
}

/// `0.5 GB` is `512` to AWS.
fn mebibytes(value: &Value) -> Value {
    scaled(value, "gb")
}

fn scaled(value: &Value, unit: &str) -> Value {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let lower = text.to_ascii_lowercase();
    match lower.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok()) {
        Some(number) => json!(format!("{}", (number * 1024.0).round())),
        None => json!(text),
    }
}

fn canonical(spec: &mut Value) {
    let shares_host = matches!(spec["network_mode"].as_str(), Some("awsvpc" | "host"));
    let Some(containers) = spec.get_mut("container_definitions").and_then(Value::as_array_mut) else {
        return;
    };
    let ports = containers.iter_mut().filter_map(|c| c.get_mut("port_mappings")?.as_array_mut()).flatten();
    for port in ports.filter_map(Value::as_object_mut) {
        // the task has the host's interface to itself: AWS writes the container's port down again
        if shares_host && let Some(container) = port.get("container_port").cloned() {
            port.entry("host_port").or_insert(container);
        } else {
            port.entry("host_port").or_insert_with(|| json!(0));
        }
    }
}
