//! Tasks, as far as the services that run them tell.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::document::{has, int, list, page, text, texts};
use super::refuse::{self, unless};
use super::service::Record;
use super::{cluster, last_part};
use crate::context::Context;
use crate::refusal::Refusal;

/// The tasks of one service: as many as its deployments and task sets run and start.
fn of_service(record: &Record) -> Vec<Value> {
    let parts = ["deployments", "taskSets"].into_iter().flat_map(|key| list(&record.document, key));
    parts.flat_map(|part| of_part(record, part)).collect()
}

fn of_part(record: &Record, part: &Value) -> Vec<Value> {
    let (running, pending) = (int(part, "runningCount"), int(part, "pendingCount"));
    let cluster = text(&record.document, "clusterArn");
    let task = |at: i64| {
        let hash = Sha256::digest(format!("{}/{at}", text(part, "id")));
        let id: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let runs = at < running;
        let mut task = json!({
            "taskArn": format!("{}/{id}", cluster.replacen(":cluster/", ":task/", 1)),
            "clusterArn": cluster,
            "taskDefinitionArn": part["taskDefinition"],
            "desiredStatus": "RUNNING",
            "lastStatus": if runs { "RUNNING" } else { "PENDING" },
            "createdAt": part["createdAt"],
            "startedBy": part["id"],
            "group": format!("service:{}", text(&record.document, "serviceName")),
            "enableExecuteCommand": record.settings["enableExecuteCommand"],
            "healthStatus": "UNKNOWN",
            "version": 1,
        });
        for key in ["launchType", "platformVersion", "platformFamily"] {
            if has(part, key) {
                task[key] = part[key].clone();
            }
        }
        task
    };
    (0..running + pending).map(task).collect()
}

pub fn arns(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let service = text(input, "serviceName");
    if !service.is_empty() {
        cx.here.ecs.record(&cluster, service).ok_or_else(refuse::service_not_found)?;
    }
    let status = input["desiredStatus"].as_str().unwrap_or("RUNNING");
    let family = text(input, "family");
    let all = cx.here.ecs.services.get(&cluster).into_iter().flat_map(|services| services.iter());
    let services = all.filter(|(name, _)| service.is_empty() || last_part(service) == *name);
    let tasks = services.flat_map(|(_, record)| of_service(record)).filter(|task| {
        let definition = last_part(text(task, "taskDefinitionArn"));
        text(task, "desiredStatus") == status
            && (family.is_empty() || definition.split(':').next() == Some(family))
            && (!has(input, "launchType") || input["launchType"] == task["launchType"])
            && (!has(input, "startedBy") || input["startedBy"] == task["startedBy"])
    });
    page(tasks.map(|task| task["taskArn"].clone()).collect(), "taskArns", input, 100)
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let asked = list(input, "tasks").len();
    unless((1..=100).contains(&asked), || refuse::parameter("Tasks must have between 1 and 100 elements."))?;
    let all = cx.here.ecs.services.get(&cluster).into_iter().flat_map(|services| services.values());
    let known: Vec<Value> = all.flat_map(of_service).collect();
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for name in texts(input, "tasks") {
        let same = |task: &&Value| last_part(text(task, "taskArn")) == last_part(name);
        match known.iter().find(same) {
            Some(task) => tasks.push(containers_of(cx, task)),
            None => {
                let arn = cx.arn("ecs", &format!("task/{cluster}/{}", last_part(name)));
                failures.push(json!({"arn": arn, "reason": "MISSING"}));
            }
        }
    }
    Ok(json!({"tasks": tasks, "failures": failures}))
}

fn containers_of(cx: &Context<'_>, task: &Value) -> Value {
    let mut task = task.clone();
    let Some(definition) = cx.here.ecs.task_definition(text(&task, "taskDefinitionArn")) else { return task };
    for key in ["cpu", "memory"] {
        task[key] = definition[key].clone();
    }
    let containers = list(definition, "containerDefinitions").iter().map(|container| {
        json!({
            "name": container["name"], "image": container["image"],
            "taskArn": task["taskArn"], "lastStatus": task["lastStatus"],
        })
    });
    let containers: Value = containers.collect();
    task["containers"] = containers;
    task
}
