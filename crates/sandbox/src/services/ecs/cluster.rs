//! Clusters.

use serde_json::{Value, json};

use super::document::{fill, has, int, is_name, list, page, remove, text, texts};
use super::refuse::{self, unless};
use super::{Kept, REMEMBERED, last_part, tag};
use crate::context::Context;
use crate::refusal::Refusal;
use crate::services::servicediscovery::Namespace;

/// The cluster that a request names, or `default`.
pub fn named(input: &Value) -> &str {
    match text(input, "cluster") {
        "" => "default",
        name => name,
    }
}

/// Name of the cluster that a request names; it must not be INACTIVE.
pub fn existing(cx: &Context<'_>, input: &Value) -> Result<String, Refusal> {
    let cluster = cx.here.ecs.cluster(named(input)).ok_or_else(refuse::cluster_not_found)?;
    Ok(text(cluster, "clusterName").to_string())
}

pub fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = input["clusterName"].as_str().unwrap_or("default").to_string();
    unless(is_name(&name), || refuse::parameter("Invalid cluster name."))?;
    if cx.here.ecs.cluster(&name).is_some() {
        return Ok(json!({"cluster": view(cx, &name, &["TAGS", "SETTINGS", "CONFIGURATIONS"])}));
    }
    let tags = tag::parse(input)?;
    check_providers(cx, input)?;
    let arn = cx.arn("ecs", &format!("cluster/{name}"));
    let mut cluster = json!({
        "clusterArn": arn,
        "clusterName": name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": 0,
        "pendingTasksCount": 0,
        "activeServicesCount": 0,
        "statistics": [],
        "settings": [{"name": "containerInsights", "value": "disabled"}],
        "capacityProviders": list(input, "capacityProviders"),
        "defaultCapacityProviderStrategy": strategy(&input["defaultCapacityProviderStrategy"]),
    });
    apply_settings(cx, &mut cluster, input)?;
    cx.here.ecs.set_tags(&arn, tags);
    cx.here.ecs.clusters.insert(name.clone(), Kept { document: cluster, gone_at: None });
    Ok(json!({"cluster": view(cx, &name, &["TAGS", "SETTINGS", "CONFIGURATIONS"])}))
}

pub fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = existing(cx, input)?;
    let mut cluster = document(cx, &name);
    apply_settings(cx, &mut cluster, input)?;
    store(cx, &name, cluster);
    Ok(json!({"cluster": view(cx, &name, &["TAGS", "SETTINGS", "CONFIGURATIONS"])}))
}

pub fn put_capacity_providers(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = existing(cx, input)?;
    check_providers(cx, input)?;
    let kept: Vec<&str> = texts(input, "capacityProviders").collect();
    let services = cx.here.ecs.services.get(&name).into_iter().flat_map(|all| all.values());
    let used = services
        .filter(|service| service.status() == "ACTIVE")
        .flat_map(|service| list(&service.document, "capacityProviderStrategy"))
        .map(|item| text(item, "capacityProvider"));
    if let Some(used) = used.into_iter().find(|used| !kept.contains(used)) {
        return Err(Refusal::bad(
            "ResourceInUseException",
            format!("The specified capacity provider is in use and cannot be removed: {used}"),
        ));
    }
    let mut cluster = document(cx, &name);
    cluster["capacityProviders"] = input["capacityProviders"].clone();
    cluster["defaultCapacityProviderStrategy"] = strategy(&input["defaultCapacityProviderStrategy"]);
    store(cx, &name, cluster);
    Ok(json!({"cluster": view(cx, &name, &["TAGS", "SETTINGS", "CONFIGURATIONS"])}))
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut asked: Vec<&str> = texts(input, "clusters").collect();
    if asked.is_empty() {
        asked.push("default");
    }
    unless(asked.len() <= 100, || refuse::parameter("clusters cannot have more than 100 elements."))?;
    let include: Vec<&str> = texts(input, "include").collect();
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    for name in asked {
        if cx.here.ecs.any_cluster(name).is_some() {
            clusters.push(view(cx, last_part(name), &include));
        } else {
            let arn = cx.arn("ecs", &format!("cluster/{}", last_part(name)));
            failures.push(json!({"arn": arn, "reason": "MISSING"}));
        }
    }
    Ok(json!({"clusters": clusters, "failures": failures}))
}

pub fn names(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let clusters = cx.here.ecs.clusters.values().map(|kept| &kept.document);
    let arns =
        clusters.filter(|c| text(c, "status") != "INACTIVE").map(|c| c["clusterArn"].clone()).collect();
    page(arns, "clusterArns", input, 100)
}

pub fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = existing(cx, input)?;
    let mut services = cx.here.ecs.services.get(&name).into_iter().flat_map(|all| all.values());
    if services.any(|service| service.status() != "INACTIVE") {
        return Err(Refusal::bad(
            "ClusterContainsServicesException",
            "The Cluster cannot be deleted while Services are active.",
        ));
    }
    let gone_at = Some(cx.now + REMEMBERED);
    let mut cluster = document(cx, &name);
    cluster["status"] = json!("INACTIVE");
    cx.here.ecs.tags.remove(text(&cluster, "clusterArn"));
    cx.here.ecs.clusters.insert(name.clone(), Kept { document: cluster, gone_at });
    Ok(json!({"cluster": view(cx, &name, &["SETTINGS"])}))
}

/// The cluster as AWS shows it: settings, configuration and tags only where asked for.
fn view(cx: &Context<'_>, name: &str, include: &[&str]) -> Value {
    let mut cluster = document(cx, name);
    if !include.contains(&"SETTINGS") {
        cluster["settings"] = json!([]);
    }
    if !include.contains(&"CONFIGURATIONS") {
        remove(&mut cluster, "configuration");
    }
    let shows_tags = include.contains(&"TAGS");
    let arn = text(&cluster, "clusterArn").to_string();
    cluster["tags"] = if shows_tags { cx.here.ecs.tags_of(&arn) } else { json!([]) };
    cluster
}

fn document(cx: &Context<'_>, name: &str) -> Value {
    cx.here.ecs.clusters.get(name).map(|kept| kept.document.clone()).unwrap_or_default()
}

fn store(cx: &mut Context<'_>, name: &str, document: Value) {
    cx.here.ecs.clusters.insert(name.to_string(), Kept { document, gone_at: None });
}

fn apply_settings(cx: &mut Context<'_>, cluster: &mut Value, input: &Value) -> Result<(), Refusal> {
    for setting in list(input, "settings") {
        let value = text(setting, "value");
        unless(["enhanced", "enabled", "disabled"].contains(&value), || {
            refuse::parameter(format!("Invalid value '{value}' for the cluster setting containerInsights."))
        })?;
        cluster["settings"] = json!([setting]);
    }
    if has(input, "configuration") {
        check_exec(&input["configuration"]["executeCommandConfiguration"])?;
        cluster["configuration"] = input["configuration"].clone();
    }
    if let Some(namespace) = input["serviceConnectDefaults"]["namespace"].as_str() {
        if namespace.is_empty() {
            remove(cluster, "serviceConnectDefaults");
        } else {
            cluster["serviceConnectDefaults"] = json!({"namespace": namespace_arn(cx, namespace)?});
        }
    }
    Ok(())
}

fn check_exec(exec: &Value) -> Result<(), Refusal> {
    let overrides = text(exec, "logging") == "OVERRIDE";
    unless(overrides == has(exec, "logConfiguration"), || {
        refuse::parameter("The logConfiguration must be specified if and only if logging is OVERRIDE.")
    })
}

/// ARN of the namespace; a name that Cloud Map does not know yet becomes an HTTP namespace.
fn namespace_arn(cx: &mut Context<'_>, namespace: &str) -> Result<String, Refusal> {
    let cloud_map = &mut cx.here.servicediscovery;
    if let Some(known) = cloud_map.namespace(namespace) {
        return Ok(text(known, "Arn").to_string());
    }
    unless(!namespace.starts_with("arn:"), || {
        Refusal::bad("NamespaceNotFoundException", "The specified namespace was not found.")
    })?;
    let id = format!("ns-{}", cx.ids.hex(16));
    let mut made = Namespace::http(&id, cx.region, cx.account, cx.now, namespace);
    made.tags.insert("AmazonECSManaged".into(), "true".into());
    Ok(cloud_map.add(made))
}

/// A capacity provider strategy with AWS's defaults.
pub fn strategy(items: &Value) -> Value {
    let mut items = items.as_array().cloned().unwrap_or_default();
    for item in &mut items {
        fill(item, "weight", json!(0));
        fill(item, "base", json!(0));
    }
    items.into()
}

/// A strategy draws on providers of the cluster only, and gives one of several a weight.
pub fn check_strategy(items: &[Value], providers: &[&str]) -> Result<(), Refusal> {
    unless(items.len() <= 20, || {
        refuse::parameter("A capacity provider strategy can contain a maximum of 20 capacity providers.")
    })?;
    unless(items.iter().all(|item| providers.contains(&text(item, "capacityProvider"))), || {
        refuse::parameter(
            "The specified capacity provider strategy cannot contain a capacity provider that is not \
             associated with the cluster. Associate the capacity provider with the cluster and try again.",
        )
    })?;
    unless(items.len() < 2 || items.iter().any(|item| int(item, "weight") > 0), || {
        refuse::parameter("At least one capacity provider in the strategy must have a weight greater than 0.")
    })
}

fn check_providers(cx: &Context<'_>, input: &Value) -> Result<(), Refusal> {
    let own = |name: &str| {
        let mut clusters = cx.here.ecs.clusters.values();
        clusters.any(|kept| texts(&kept.document, "capacityProviders").any(|known| known == name))
    };
    let providers: Vec<&str> = texts(input, "capacityProviders").collect();
    for name in &providers {
        unless(["FARGATE", "FARGATE_SPOT"].contains(name) || own(name), || {
            refuse::parameter("The specified capacity provider does not exist. Specify a valid name or ARN.")
        })?;
    }
    check_strategy(list(input, "defaultCapacityProviderStrategy"), &providers)
}
