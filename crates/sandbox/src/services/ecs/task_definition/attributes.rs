//! What AWS reads out of a task definition: where it can run and what it needs there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::document::{has, list, text};
use super::fargate;

/// Launch types that could run it.
pub fn compatibilities(definition: &Value) -> Value {
    let mut able = vec!["EC2"];
    if fargate::check(definition).is_ok() {
        able.push("FARGATE");
    }
    if text(definition, "networkMode") != "awsvpc" {
        able.push("EXTERNAL");
    }
    json!(able)
}

/// Attributes that a place must have to run it.
pub fn required(definition: &Value) -> Value {
    let mut names = BTreeSet::new();
    let role = has(definition, "executionRoleArn");
    if text(definition, "networkMode") == "awsvpc" {
        names.insert("ecs.capability.task-eni");
    }
    if has(definition, "taskRoleArn") {
        names.insert("com.amazonaws.ecs.capability.task-iam-role");
    }
    for container in list(definition, "containerDefinitions") {
        names.insert("com.amazonaws.ecs.capability.docker-remote-api.1.18");
        if is_ecr(text(container, "image")) {
            names.insert("com.amazonaws.ecs.capability.ecr-auth");
            names.extend(role.then_some("ecs.capability.execution-role-ecr-pull"));
        }
        if text(&container["logConfiguration"], "logDriver") == "awslogs" {
            names.insert("com.amazonaws.ecs.capability.logging-driver.awslogs");
            names.extend(role.then_some("ecs.capability.execution-role-awslogs"));
        }
        if has(container, "healthCheck") {
            names.insert("ecs.capability.container-health-check");
        }
        for secret in list(container, "secrets") {
            let manager = text(secret, "valueFrom").contains(":secretsmanager:");
            names.insert(if manager {
                "ecs.capability.secrets.asm.environment-variables"
            } else {
                "ecs.capability.secrets.ssm.environment-variables"
            });
        }
    }
    names.into_iter().map(|name| json!({"name": name})).collect()
}

/// Is the image one of a private ECR repository?
pub fn is_ecr(image: &str) -> bool {
    image.split('/').next().is_some_and(|host| host.contains(".dkr.ecr."))
}
