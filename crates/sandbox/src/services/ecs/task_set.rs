//! Task sets: what CodeDeploy and external controllers deploy.

use serde_json::{Value, json};

use super::document::{fill, flag, has, list, list_mut, text, texts};
use super::refuse::{self, unless};
use super::service::{DRAIN, Record, active, new_id};
use super::{cluster, service, tag};
use crate::context::{Context, Ids};
use crate::refusal::Refusal;

/// Task sets that a service may have at once.
const MOST: usize = 5;

/// What a task set takes over from the service, and a service from its PRIMARY task set.
const SHARED: &[&str] = &[
    "capacityProviderStrategy",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "platformFamily",
    "platformVersion",
    "serviceRegistries",
    "taskDefinition",
];

/// A PRIMARY task set with the service's own settings.
pub fn of_service(record: &Record, ids: &mut Ids, now: f64) -> Value {
    let mut set = new(record, ids, now, &record.settings);
    set["status"] = json!("PRIMARY");
    set["startedBy"] = json!("CODE_DEPLOY");
    set["scale"] = json!({"value": 100.0, "unit": "PERCENT"});
    set
}

fn new(record: &Record, ids: &mut Ids, now: f64, settings: &Value) -> Value {
    let id = new_id(ids);
    let service = text(&record.document, "serviceArn");
    let mut set = json!({
        "id": id,
        "taskSetArn": format!("{}/{id}", service.replacen(":service/", ":task-set/", 1)),
        "serviceArn": service,
        "clusterArn": record.document["clusterArn"],
        "status": "ACTIVE",
        "runningCount": 0, "pendingCount": 0, "computedDesiredCount": 0,
        "createdAt": now.floor(), "updatedAt": now.floor(),
    });
    for key in SHARED {
        set[*key] = settings[*key].clone();
    }
    set["platformVersion"] = service::resolved_platform(settings);
    super::without_nulls(&set)
}

/// CodeDeploy's deployment, once it is done: see [`super::State::deploy`].
pub fn deploy(
    record: &mut Record,
    task_definition: &str,
    target_group: Option<&str>,
    ids: &mut Ids,
    now: f64,
) -> Result<(), Refusal> {
    unless(record.status() == "ACTIVE", refuse::service_not_active)?;
    unless(record.controller() == "CODE_DEPLOY", || {
        refuse::parameter("The service does not have a CODE_DEPLOY deployment controller.")
    })?;
    record.settings["taskDefinition"] = json!(task_definition);
    if let Some(arn) = target_group {
        for entry in list_mut(&mut record.settings, "loadBalancers") {
            entry["targetGroupArn"] = json!(arn);
        }
    }
    record.show();
    let old: Vec<String> = list(&record.document, "taskSets")
        .iter()
        .filter(|set| text(set, "status") != "DRAINING")
        .map(|set| text(set, "id").to_string())
        .collect();
    for id in old {
        record.drain_task_set(&id, now, DRAIN);
    }
    let mut set = of_service(record, ids, now);
    set["externalId"] = json!(format!("d-{}", ids.upper(9)));
    record.add_task_set(set, now);
    Ok(())
}

pub fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let tags = tag::parse(input)?;
    let record = external(cx, &cluster, input)?;
    let record_desired = record.settings["desiredCount"].clone();
    let count = list(&record.document, "taskSets").len() + record.left_behind.len();
    unless(count < MOST, || {
        Refusal::bad("LimitExceededException", "The service has reached the limit of task sets.")
    })?;
    let mut settings = input.clone();
    settings["desiredCount"] = record_desired;
    for key in ["loadBalancers", "serviceRegistries"] {
        fill(&mut settings, key, json!([]));
    }
    service::place(cx, &cluster, &mut settings);
    service::normal_network(&mut settings);
    let definition = service::check_task_set(cx, &cluster, &settings)?;
    settings["taskDefinition"] = json!(definition);

    let (now, ids) = (cx.now, &mut *cx.ids);
    let name = super::last_part(text(input, "service"));
    let services = cx.here.ecs.services.get_mut(&cluster);
    let record = services.and_then(|all| all.get_mut(name)).ok_or_else(refuse::service_not_found)?;
    let mut set = new(record, ids, now, &settings);
    set["scale"] = json!({"value": 0.0, "unit": "PERCENT"});
    if has(input, "scale") {
        set["scale"] = scale(&input["scale"])?;
    }
    if has(input, "externalId") {
        set["externalId"] = input["externalId"].clone();
    }
    let (id, arn) = (text(&set, "id").to_string(), text(&set, "taskSetArn").to_string());
    record.add_task_set(set, now);
    let mut set = find(record, &id).cloned().unwrap_or_default();
    cx.here.ecs.set_tags(&arn, tags);
    set["tags"] = cx.here.ecs.tags_of(&arn);
    Ok(json!({"taskSet": set}))
}

fn scale(given: &Value) -> Result<Value, Refusal> {
    let mut scale = given.clone();
    fill(&mut scale, "unit", json!("PERCENT"));
    fill(&mut scale, "value", json!(100.0));
    let percent = scale["value"].as_f64().unwrap_or(-1.0);
    unless((0.0..=100.0).contains(&percent), || {
        refuse::parameter("The scale of a task set must be between 0 and 100 percent.")
    })?;
    Ok(scale)
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let record = active(cx, &cluster, text(input, "service"))?;
    unless(record.controller() != "ECS", || {
        refuse::unsupported(
            "Task sets are only supported for services with a CODE_DEPLOY or EXTERNAL controller.",
        )
    })?;
    let mut sets: Vec<Value> =
        list(&record.document, "taskSets").iter().chain(&record.left_behind).cloned().collect();
    let mut failures = Vec::new();
    let asked: Vec<&str> = texts(input, "taskSets").collect();
    if !asked.is_empty() {
        let missing = asked.iter().filter(|name| !sets.iter().any(|set| is_named(set, name)));
        failures = missing.map(|name| json!({"arn": name, "reason": "MISSING"})).collect();
        sets.retain(|set| asked.iter().any(|name| is_named(set, name)));
    }
    if texts(input, "include").any(|part| part == "TAGS") {
        for set in &mut sets {
            set["tags"] = cx.here.ecs.tags_of(text(set, "taskSetArn"));
        }
    }
    Ok(json!({"taskSets": sets, "failures": failures}))
}

pub fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let now = cx.now;
    let scale = scale(&input["scale"])?;
    let record = external(cx, &cluster, input)?;
    let id = id_of(record, text(input, "taskSet"))?;
    for set in list_mut(&mut record.document, "taskSets").filter(|set| text(set, "id") == id) {
        set["scale"] = scale.clone();
    }
    record.aim_task_sets(now);
    record.settle(now);
    Ok(json!({"taskSet": find(record, &id)}))
}

pub fn make_primary(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let record = external(cx, &cluster, input)?;
    let id = id_of(record, text(input, "primaryTaskSet"))?;
    for set in list_mut(&mut record.document, "taskSets").filter(|set| text(set, "status") != "DRAINING") {
        set["status"] = json!(if text(set, "id") == id { "PRIMARY" } else { "ACTIVE" });
    }
    let primary = find(record, &id).cloned().unwrap_or_default();
    for key in SHARED {
        record.settings[*key] = primary[*key].clone();
    }
    record.settings = super::without_nulls(&record.settings);
    record.show();
    Ok(json!({"taskSet": primary}))
}

pub fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let now = cx.now;
    let record = external(cx, &cluster, input)?;
    let name = text(input, "taskSet");
    if let Some(at) = record.left_behind.iter().position(|set| is_named(set, name)) {
        let mut set = record.left_behind.remove(at);
        set["status"] = json!("DRAINING");
        record.document["deployments"] = json!([]);
        fill(&mut record.document, "taskSets", json!([]));
        record.settle(now);
        return Ok(json!({"taskSet": set}));
    }
    let id = id_of(record, name)?;
    let set = find(record, &id).cloned().unwrap_or_default();
    let scaled = set["scale"]["value"].as_f64().unwrap_or_default() > 0.0;
    unless(!scaled || flag(input, "force"), || {
        refuse::parameter(
            "The task set cannot be deleted while it is scaled above 0. Use force to delete it.",
        )
    })?;
    record.drain_task_set(&id, now, DRAIN);
    let set = find(record, &id).cloned().unwrap_or_default();
    cx.here.ecs.tags.remove(text(&set, "taskSetArn"));
    Ok(json!({"taskSet": set}))
}

/// The service that a request names, which must be deployed by an external controller.
fn external<'a>(cx: &'a mut Context<'_>, cluster: &str, input: &Value) -> Result<&'a mut Record, Refusal> {
    let record = active(cx, cluster, text(input, "service"))?;
    unless(record.controller() == "EXTERNAL", || {
        refuse::parameter(
            "Task sets can only be changed for services with an EXTERNAL deployment controller.",
        )
    })?;
    Ok(record)
}

fn is_named(set: &Value, name: &str) -> bool {
    text(set, "id") == name || text(set, "taskSetArn") == name
}

fn find<'a>(record: &'a Record, name: &str) -> Option<&'a Value> {
    list(&record.document, "taskSets").iter().find(|set| is_named(set, name))
}

fn id_of(record: &Record, name: &str) -> Result<String, Refusal> {
    find(record, name).map(|set| text(set, "id").to_string()).ok_or_else(refuse::task_set_not_found)
}
