//! What Fargate asks of a task definition beyond the rest.

use serde_json::{Value, json};

use super::super::document::{flag, has, int, list, text, texts};
use super::size;

/// Does the definition ask for Fargate by name?
pub fn is_required(definition: &Value) -> bool {
    texts(definition, "requiresCompatibilities").any(|name| name == "FARGATE")
}

/// Could Fargate run it? If not, AWS's reason.
pub fn check(definition: &Value) -> Result<(), String> {
    if text(definition, "networkMode") != "awsvpc" {
        return Err("Fargate only supports network mode 'awsvpc'.".into());
    }
    check_size(definition)?;
    if has(definition, "ipcMode") {
        return Err(unsupported("ipcMode"));
    }
    if text(definition, "pidMode") == "host" {
        return Err(unsupported("pidMode 'host'"));
    }
    if !list(definition, "placementConstraints").is_empty() {
        return Err(unsupported("placementConstraints"));
    }
    for volume in list(definition, "volumes") {
        if has(&volume["host"], "sourcePath") {
            return Err(unsupported("sourcePath"));
        }
        if has(volume, "dockerVolumeConfiguration") {
            return Err(unsupported("dockerVolumeConfiguration"));
        }
    }
    list(definition, "containerDefinitions")
        .iter()
        .try_for_each(|container| check_container(definition, container))
}

fn unsupported(what: &str) -> String {
    format!("Fargate compatible task definitions do not support {what}")
}

fn check_size(definition: &Value) -> Result<(), String> {
    for key in ["cpu", "memory"] {
        if !has(definition, key) {
            return Err(format!("Fargate requires that '{key}' be defined at the task level."));
        }
    }
    let cpu = size::cpu(text(definition, "cpu")).unwrap_or_default();
    let memory = size::memory(text(definition, "memory")).unwrap_or_default();
    let platform = &definition["runtimePlatform"];
    let windows = text(platform, "operatingSystemFamily").starts_with("WINDOWS");
    let runs = size::is_fargate_pair(cpu, memory)
        && !(windows && (cpu < 1024 || text(platform, "cpuArchitecture") == "ARM64"));
    if runs { Ok(()) } else { Err("No Fargate configuration exists for given values.".into()) }
}

fn check_container(definition: &Value, container: &Value) -> Result<(), String> {
    let lists = ["dnsSearchDomains", "dnsServers", "dockerSecurityOptions", "extraHosts", "links"];
    if let Some(key) = lists.into_iter().find(|key| !list(container, key).is_empty()) {
        return Err(unsupported(key));
    }
    if let Some(key) = ["disableNetworking", "privileged"].into_iter().find(|key| flag(container, key)) {
        return Err(unsupported(key));
    }
    if list(container, "resourceRequirements").iter().any(|need| text(need, "type") == "GPU") {
        return Err(unsupported("GPU resource requirements"));
    }
    check_linux(&container["linuxParameters"])?;
    for key in ["startTimeout", "stopTimeout"] {
        if has(container, key) && !(2..=120).contains(&int(container, key)) {
            return Err(format!("The {key} of a container on Fargate must be between 2 and 120 seconds."));
        }
    }
    check_logs(&container["logConfiguration"])?;
    check_execution_role(definition, container)
}

fn check_linux(linux: &Value) -> Result<(), String> {
    let added = texts(&linux["capabilities"], "add");
    if added.into_iter().any(|capability| capability != "SYS_PTRACE") {
        return Err(unsupported("added capabilities other than SYS_PTRACE"));
    }
    for key in ["devices", "sharedMemorySize", "tmpfs", "maxSwap", "swappiness"] {
        if has(linux, key) && linux[key] != json!([]) {
            return Err(unsupported(key));
        }
    }
    Ok(())
}

fn check_logs(logs: &Value) -> Result<(), String> {
    let driver = text(logs, "logDriver");
    if !["", "awslogs", "splunk", "awsfirelens"].contains(&driver) {
        return Err(unsupported(&format!("log driver {driver}")));
    }
    if driver == "awslogs" && text(&logs["options"], "awslogs-stream-prefix").is_empty() {
        return Err("Log driver awslogs requires options: awslogs-stream-prefix".into());
    }
    Ok(())
}

fn check_execution_role(definition: &Value, container: &Value) -> Result<(), String> {
    let needs = if super::attributes::is_ecr(text(container, "image")) {
        "ECR images"
    } else if text(&container["logConfiguration"], "logDriver") == "awslogs" {
        "log driver awslogs"
    } else if has(container, "repositoryCredentials") {
        "private registry authentication"
    } else {
        return Ok(());
    };
    if has(definition, "executionRoleArn") {
        return Ok(());
    }
    Err(format!("Fargate requires task definition to have execution role ARN to support {needs}."))
}
