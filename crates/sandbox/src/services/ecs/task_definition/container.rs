//! What AWS refuses in a container definition.

use serde_json::Value;

use super::super::document::{flag, has, int, is_name, list, text, texts};
use super::super::refuse::{self, unless};
use crate::refusal::Refusal;

/// One container by itself.
pub fn check(definition: &Value, container: &Value) -> Result<(), Refusal> {
    let name = text(container, "name");
    unless(!name.is_empty(), || refuse::client("Container.name should not be null or empty."))?;
    unless(is_name(name), || refuse::client(format!("Invalid container name '{name}'.")))?;
    unless(!text(container, "image").is_empty(), || {
        refuse::client("Container.image should not be null or empty.")
    })?;
    check_memory(definition, container)?;
    check_ports(definition, container)?;
    check_health(container)?;
    check_logs(container)?;
    let secrets = !list(container, "secrets").is_empty()
        || !list(&container["logConfiguration"], "secretOptions").is_empty();
    unless(!secrets || has(definition, "executionRoleArn"), || {
        refuse::client(
            "When you are specifying container secrets, you must also specify a value for \
             'executionRoleArn'.",
        )
    })?;
    for mount in list(container, "mountPoints") {
        let volume = text(mount, "sourceVolume");
        unless(list(definition, "volumes").iter().any(|known| text(known, "name") == volume), || {
            refuse::client(format!("Unknown volume '{volume}'."))
        })?;
    }
    Ok(())
}

fn check_memory(definition: &Value, container: &Value) -> Result<(), Refusal> {
    let name = text(container, "name");
    let (memory, reserved) = (has(container, "memory"), has(container, "memoryReservation"));
    unless(memory || reserved || has(definition, "memory"), || {
        refuse::client(format!(
            "Invalid setting for container '{name}'. At least one of 'memory' or 'memoryReservation' must be \
             specified."
        ))
    })?;
    unless(!memory || int(container, "memoryReservation") <= int(container, "memory"), || {
        refuse::client(format!(
            "Invalid setting for container '{name}'. The 'memory' setting must be greater than \
             'memoryReservation'."
        ))
    })
}

fn check_ports(definition: &Value, container: &Value) -> Result<(), Refusal> {
    let network = text(definition, "networkMode");
    let shared = ["awsvpc", "host"].contains(&network);
    for port in list(container, "portMappings") {
        let agree = !has(port, "containerPort") || port["hostPort"] == port["containerPort"];
        unless(!shared || agree, || {
            refuse::client(format!(
                "When networkMode={network}, the host ports and container ports in port mappings must match."
            ))
        })?;
        unless((0..=65535).contains(&int(port, "containerPort")), || {
            refuse::client("Invalid container port specified in port mapping.")
        })?;
    }
    Ok(())
}

fn check_health(container: &Value) -> Result<(), Refusal> {
    let check = &container["healthCheck"];
    if check.is_null() {
        return Ok(());
    }
    let form = texts(check, "command").next();
    unless(form.is_some_and(|first| ["CMD", "CMD-SHELL", "NONE"].contains(&first)), || {
        refuse::client("The health check command must start with CMD or CMD-SHELL.")
    })?;
    for (key, least, most) in
        [("interval", 5, 300), ("timeout", 2, 60), ("retries", 1, 10), ("startPeriod", 0, 300)]
    {
        unless(!has(check, key) || (least..=most).contains(&int(check, key)), || {
            refuse::client(format!("Health check {key} must be between {least} and {most}."))
        })?;
    }
    Ok(())
}

fn check_logs(container: &Value) -> Result<(), Refusal> {
    let logs = &container["logConfiguration"];
    if text(logs, "logDriver") != "awslogs" {
        return Ok(());
    }
    let missing: Vec<&str> = ["awslogs-group", "awslogs-region"]
        .into_iter()
        .filter(|key| text(&logs["options"], key).is_empty())
        .collect();
    unless(missing.is_empty(), || {
        refuse::client(format!("Log driver awslogs requires options: {}", missing.join(", ")))
    })
}

/// The containers of one task with each other.
pub fn check_together(definition: &Value) -> Result<(), Refusal> {
    let containers = list(definition, "containerDefinitions");
    for (at, container) in containers.iter().enumerate() {
        let name = text(container, "name");
        unless(!containers[..at].iter().any(|other| text(other, "name") == name), || {
            refuse::client(format!(
                "Container names must be unique within a task definition: '{name}' is not."
            ))
        })?;
        check_dependencies(containers, container)?;
    }
    if text(definition, "networkMode") == "awsvpc" {
        let mut taken = Vec::new();
        for port in containers.iter().flat_map(|c| list(c, "portMappings")) {
            let number = int(port, "containerPort");
            unless(number == 0 || !taken.contains(&number), || {
                refuse::client(format!(
                    "Container port {number} is mapped more than once in the task definition."
                ))
            })?;
            taken.push(number);
        }
    }
    unless(!containers.iter().any(|c| waits_for(containers, c, text(c, "name"), 0)), || {
        refuse::client("Container dependencies must not form a cycle.")
    })
}

fn check_dependencies(containers: &[Value], container: &Value) -> Result<(), Refusal> {
    for dependency in list(container, "dependsOn") {
        let name = text(dependency, "containerName");
        let target = containers.iter().find(|c| text(c, "name") == name);
        let target =
            target.ok_or_else(|| refuse::client(format!("Dependency container '{name}' does not exist.")))?;
        let condition = text(dependency, "condition");
        unless(!["SUCCESS", "COMPLETE"].contains(&condition) || !flag(target, "essential"), || {
            refuse::client(
                "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container.",
            )
        })?;
        unless(condition != "HEALTHY" || has(target, "healthCheck"), || {
            refuse::client(format!(
                "Dependency container '{name}' has no health check for the HEALTHY condition."
            ))
        })?;
    }
    Ok(())
}

/// Does the container wait, directly or not, for the one of that name?
fn waits_for(containers: &[Value], container: &Value, name: &str, depth: usize) -> bool {
    depth <= containers.len()
        && list(container, "dependsOn").iter().any(|dependency| {
            let next = text(dependency, "containerName");
            let target = containers.iter().find(|c| text(c, "name") == next);
            next == name || target.is_some_and(|target| waits_for(containers, target, name, depth + 1))
        })
}
