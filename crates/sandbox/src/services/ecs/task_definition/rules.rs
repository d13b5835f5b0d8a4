//! What AWS refuses in a task definition, whatever runs it.

use serde_json::Value;

use super::super::document::{flag, has, int, list, text};
use super::super::refuse::{self, unless};
use super::{container, fargate, size};
use crate::context::Context;
use crate::refusal::Refusal;

const LARGEST: usize = 64 * 1024;

/// `definition` has AWS's defaults in it already.
pub fn check(cx: &Context<'_>, definition: &Value) -> Result<(), Refusal> {
    let containers = list(definition, "containerDefinitions");
    unless(!containers.is_empty(), || refuse::client("Container list cannot be empty."))?;
    unless(containers.len() <= 10, || {
        refuse::client("A task definition can have no more than 10 container definitions.")
    })?;
    unless(definition.to_string().len() <= LARGEST, || {
        refuse::client("Actual length of the task definition exceeds the maximum of 65536 bytes.")
    })?;
    unless(containers.iter().any(|c| flag(c, "essential")), || {
        refuse::client("All tasks must have at least one essential container.")
    })?;
    check_volumes(definition)?;
    for container in containers {
        container::check(definition, container)?;
    }
    container::check_together(definition)?;
    check_totals(definition)?;
    if has(definition, "ephemeralStorage") {
        let size = int(&definition["ephemeralStorage"], "sizeInGiB");
        unless((21..=200).contains(&size), || {
            refuse::client("The ephemeral storage size must be between 21 GiB and 200 GiB.")
        })?;
    }
    if fargate::is_required(definition) {
        fargate::check(definition).map_err(refuse::client)?;
    }
    check_roles(cx, definition)
}

/// A role of this account exists and trusts the tasks; of other accounts' roles nothing is known.
fn check_roles(cx: &Context<'_>, definition: &Value) -> Result<(), Refusal> {
    let own = format!("arn:aws:iam::{}:role/", cx.account);
    for role in ["taskRoleArn", "executionRoleArn"] {
        let arn = text(definition, role);
        let valid = !arn.starts_with(&own) || cx.global.iam.trusts(arn, "ecs-tasks.amazonaws.com");
        unless(valid, || refuse::client("Role is not valid."))?;
    }
    Ok(())
}

fn check_volumes(definition: &Value) -> Result<(), Refusal> {
    let kinds = [
        "host",
        "dockerVolumeConfiguration",
        "efsVolumeConfiguration",
        "s3filesVolumeConfiguration",
        "fsxWindowsFileServerVolumeConfiguration",
    ];
    let volumes = list(definition, "volumes");
    let at_launch = volumes.iter().filter(|volume| flag(volume, "configuredAtLaunch")).count();
    unless(at_launch <= 1, || {
        refuse::client("Only one volume can be configured at launch in a task definition.")
    })?;
    for (at, volume) in volumes.iter().enumerate() {
        let name = text(volume, "name");
        unless(!volumes[..at].iter().any(|other| text(other, "name") == name), || {
            refuse::client(format!("Duplicate volume name '{name}'."))
        })?;
        let given = kinds.iter().filter(|kind| has(volume, kind)).count();
        unless(given + usize::from(flag(volume, "configuredAtLaunch")) <= 1, || {
            refuse::client(format!("Volume '{name}' can have only one configuration."))
        })?;
    }
    Ok(())
}

fn check_totals(definition: &Value) -> Result<(), Refusal> {
    let containers = list(definition, "containerDefinitions");
    if let Some(cpu) = definition["cpu"].as_str().and_then(size::cpu) {
        let sum: i64 = containers.iter().map(|c| int(c, "cpu")).sum();
        unless(sum <= cpu, || {
            refuse::client(format!(
                "Invalid setting for task. The total 'cpu' of the containers ({sum}) is greater than the \
                 task's 'cpu' ({cpu})."
            ))
        })?;
    }
    let Some(memory) = definition["memory"].as_str().and_then(size::memory) else { return Ok(()) };
    for container in containers {
        unless(int(container, "memory") <= memory, || {
            refuse::client(format!(
                "Invalid setting for container '{}'. The 'memory' setting is greater than task memory.",
                text(container, "name")
            ))
        })?;
    }
    let reserved =
        |c: &Value| if has(c, "memoryReservation") { int(c, "memoryReservation") } else { int(c, "memory") };
    unless(containers.iter().map(reserved).sum::<i64>() <= memory, || {
        refuse::client(
            "Invalid setting for task. The total memory reserved for the containers is greater than the \
             task's 'memory'.",
        )
    })
}
