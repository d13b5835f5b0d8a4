//! What a service is set to, in AWS's normal form and with its defaults.

use serde_json::{Value, json};

use super::super::cluster;
use super::super::document::{fill, flag, has, list, remove, text, texts};
use crate::context::Context;

/// Settings of a new service.
pub fn new(cx: &Context<'_>, cluster: &str, input: &Value) -> Value {
    let mut settings = input.clone();
    for key in ["cluster", "serviceName", "clientToken", "tags", "role"] {
        remove(&mut settings, key);
    }
    fill(&mut settings, "deploymentController", json!({"type": "ECS"}));
    fill(&mut settings, "schedulingStrategy", json!("REPLICA"));
    fill(&mut settings, "desiredCount", json!(0));
    for key in ["loadBalancers", "serviceRegistries", "placementConstraints", "placementStrategy"] {
        fill(&mut settings, key, json!([]));
    }
    fill(&mut settings, "enableECSManagedTags", json!(false));
    fill(&mut settings, "enableExecuteCommand", json!(false));
    fill(&mut settings, "propagateTags", json!("NONE"));
    let daemon = text(&settings, "schedulingStrategy") == "DAEMON";
    let given = settings["deploymentConfiguration"].take();
    settings["deploymentConfiguration"] = deployment_configuration(&settings, json!({}), &given);
    if text(&settings["deploymentController"], "type") != "EXTERNAL" {
        place(cx, cluster, &mut settings);
    }
    network(&mut settings);
    let most = settings["deploymentConfiguration"]["maximumPercent"].as_i64().unwrap_or_default();
    let spreads = text(&settings["deploymentController"], "type") == "ECS" && !daemon && most > 100;
    fill(&mut settings, "availabilityZoneRebalancing", json!(if spreads { "ENABLED" } else { "DISABLED" }));
    if !list(&settings, "loadBalancers").is_empty() {
        fill(&mut settings, "healthCheckGracePeriodSeconds", json!(0));
    }
    settings["roleArn"] = role(cx, input, &settings);
    name_task_definition(cx, &mut settings);
    settings
}

/// Settings of a service after an update.
pub fn changed(cx: &Context<'_>, cluster: &str, old: &Value, input: &Value) -> Value {
    let mut settings = old.clone();
    let kept_apart =
        ["cluster", "service", "forceNewDeployment", "deploymentConfiguration", "capacityProviderStrategy"];
    for (key, value) in input.as_object().into_iter().flatten() {
        if !kept_apart.contains(&key.as_str()) {
            settings[key] = value.clone();
        }
    }
    let before = settings["deploymentConfiguration"].take();
    settings["deploymentConfiguration"] =
        deployment_configuration(&settings, before, &input["deploymentConfiguration"]);
    if has(input, "capacityProviderStrategy") {
        let fargate = is_fargate(old);
        remove(&mut settings, "launchType");
        remove(&mut settings, "platformVersion");
        settings["capacityProviderStrategy"] = cluster::strategy(&input["capacityProviderStrategy"]);
        if list(&settings, "capacityProviderStrategy").is_empty() {
            remove(&mut settings, "capacityProviderStrategy");
            settings["launchType"] = json!(if fargate { "FARGATE" } else { "EC2" });
        }
        if has(input, "platformVersion") {
            settings["platformVersion"] = input["platformVersion"].clone();
        }
        place(cx, cluster, &mut settings);
    } else if text(&settings["deploymentController"], "type") == "ECS" {
        place(cx, cluster, &mut settings);
    }
    network(&mut settings);
    if !list(&settings, "loadBalancers").is_empty() {
        fill(&mut settings, "healthCheckGracePeriodSeconds", json!(0));
    }
    name_task_definition(cx, &mut settings);
    settings
}

/// Launch type or strategy, and the platform that goes with it.
pub fn place(cx: &Context<'_>, cluster: &str, settings: &mut Value) {
    if list(settings, "capacityProviderStrategy").is_empty() {
        remove(settings, "capacityProviderStrategy");
    }
    if !has(settings, "launchType") && !has(settings, "capacityProviderStrategy") {
        let known = cx.here.ecs.cluster(cluster).map(|c| c["defaultCapacityProviderStrategy"].clone());
        match known {
            Some(strategy) if strategy.as_array().is_some_and(|items| !items.is_empty()) => {
                settings["capacityProviderStrategy"] = strategy;
            }
            _ => settings["launchType"] = json!("EC2"),
        }
    }
    if has(settings, "capacityProviderStrategy") {
        settings["capacityProviderStrategy"] = cluster::strategy(&settings["capacityProviderStrategy"]);
    }
    if is_fargate(settings) {
        fill(settings, "platformVersion", json!("LATEST"));
        let windows =
            cx.here.ecs.task_definition(text(settings, "taskDefinition")).is_some_and(|definition| {
                text(&definition["runtimePlatform"], "operatingSystemFamily").starts_with("WINDOWS")
            });
        settings["platformFamily"] = json!(if windows { "Windows" } else { "Linux" });
    } else {
        remove(settings, "platformFamily");
    }
}

/// Does Fargate run it?
pub fn is_fargate(settings: &Value) -> bool {
    let items = list(settings, "capacityProviderStrategy");
    text(settings, "launchType") == "FARGATE"
        || items.first().is_some_and(|item| text(item, "capacityProvider").starts_with("FARGATE"))
}

/// Fills in the network configuration.
pub fn network(settings: &mut Value) {
    let Some(network) = settings.get_mut("networkConfiguration") else { return };
    if has(network, "awsvpcConfiguration") {
        fill(&mut network["awsvpcConfiguration"], "securityGroups", json!([]));
        fill(&mut network["awsvpcConfiguration"], "assignPublicIp", json!("DISABLED"));
    }
}

/// What is given over what was, over what AWS takes where nothing is given.
fn deployment_configuration(settings: &Value, before: Value, given: &Value) -> Value {
    let daemon = text(settings, "schedulingStrategy") == "DAEMON";
    let mut configuration = before;
    for (key, value) in given.as_object().into_iter().flatten() {
        configuration[key] = value.clone();
    }
    fill(&mut configuration, "maximumPercent", json!(if daemon { 100 } else { 200 }));
    fill(&mut configuration, "minimumHealthyPercent", json!(if daemon { 0 } else { 100 }));
    if text(&settings["deploymentController"], "type") == "ECS" {
        fill(&mut configuration, "deploymentCircuitBreaker", json!({"enable": false, "rollback": false}));
        fill(&mut configuration, "strategy", json!("ROLLING"));
        fill(&mut configuration, "bakeTimeInMinutes", json!(0));
    }
    let strategy = text(&configuration, "strategy").to_string();
    for (name, part) in [("LINEAR", "linearConfiguration"), ("CANARY", "canaryConfiguration")] {
        if name != strategy && !has(given, part) {
            remove(&mut configuration, part);
        }
    }
    fill_steps(&mut configuration);
    configuration
}

fn fill_steps(configuration: &mut Value) {
    if has(configuration, "linearConfiguration") {
        fill(&mut configuration["linearConfiguration"], "stepPercent", json!(10.0));
        fill(&mut configuration["linearConfiguration"], "stepBakeTimeInMinutes", json!(6));
    }
    if has(configuration, "canaryConfiguration") {
        fill(&mut configuration["canaryConfiguration"], "canaryPercent", json!(5.0));
        fill(&mut configuration["canaryConfiguration"], "canaryBakeTimeInMinutes", json!(10));
    }
}

/// The role for load balancers: a given one, else the service-linked one where it is needed.
fn role(cx: &Context<'_>, input: &Value, settings: &Value) -> Value {
    match text(input, "role") {
        "" => {
            let needed =
                ["loadBalancers", "serviceRegistries"].iter().any(|key| !list(settings, key).is_empty())
                    || has(settings, "networkConfiguration")
                    || text(&settings["deploymentController"], "type") != "ECS"
                    || flag(&settings["serviceConnectConfiguration"], "enabled");
            let linked = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
            if needed { json!(format!("arn:aws:iam::{}:role/{linked}", cx.account)) } else { Value::Null }
        }
        arn if arn.starts_with("arn:") => json!(arn),
        name => json!(format!("arn:aws:iam::{}:role/{name}", cx.account)),
    }
}

/// A service holds the ARN of its task definition, however it was named.
fn name_task_definition(cx: &Context<'_>, settings: &mut Value) {
    if let Some(definition) = cx.here.ecs.task_definition(text(settings, "taskDefinition")) {
        settings["taskDefinition"] = definition["taskDefinitionArn"].clone();
    }
}

/// Does the given capacity provider strategy mix Fargate with others?
pub fn mixes_providers(settings: &Value) -> bool {
    let items = list(settings, "capacityProviderStrategy");
    let fargate = items.iter().filter(|item| text(item, "capacityProvider").starts_with("FARGATE")).count();
    fargate != 0 && fargate != items.len()
}

/// Names of the providers that the cluster has.
pub fn providers<'a>(cx: &'a Context<'_>, cluster: &str) -> Vec<&'a str> {
    cx.here.ecs.cluster(cluster).map(|c| texts(c, "capacityProviders").collect()).unwrap_or_default()
}
