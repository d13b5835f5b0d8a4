//! CreateService.

use serde_json::{Value, json};

use super::super::document::{has, is_name, list, remove, text};
use super::super::refuse::{self, unless};
use super::super::{cluster, tag, task_set};
use super::{Record, rules, settings};
use crate::context::Context;
use crate::refusal::Refusal;

pub fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let name = text(input, "serviceName");
    unless(is_name(name), || refuse::parameter("Invalid service name."))?;
    let token = text(input, "clientToken");
    unless(token.len() <= 36 && token.bytes().all(|b| (33..=126).contains(&b)), || {
        refuse::parameter("clientToken must have at most 36 printable ASCII characters.")
    })?;
    let request = comparable(input);
    if let Some(mut same) = known(cx, &cluster, name, &request)? {
        same["tags"] = cx.here.ecs.tags_of(text(&same, "serviceArn"));
        return Ok(json!({"service": same}));
    }
    let tags = tag::parse(input)?;
    check_form(input)?;
    let settings = settings::new(cx, &cluster, input);
    rules::check(cx, &cluster, &settings)?;
    rules::check_deployable(cx, &cluster, &settings)?;

    let arn = cx.arn("ecs", &format!("service/{cluster}/{name}"));
    let mut record =
        Record { document: blank(cx, &cluster, name, &arn), settings, request, ..Record::default() };
    record.show();
    start(cx, &mut record);
    cx.here.ecs.set_tags(&arn, tags);
    let mut document = record.document.clone();
    document["tags"] = cx.here.ecs.tags_of(&arn);
    cx.here.ecs.services.entry(cluster).or_default().insert(name.to_string(), record);
    Ok(json!({"service": document}))
}

/// The request without what does not tell two services apart.
fn comparable(input: &Value) -> Value {
    let mut request = input.clone();
    remove(&mut request, "clientToken");
    remove(&mut request, "cluster");
    request
}

/// The service of that name where it is the one asked for; a refusal where it is in the way.
fn known(cx: &Context<'_>, cluster: &str, name: &str, request: &Value) -> Result<Option<Value>, Refusal> {
    let Some(record) = cx.here.ecs.record(cluster, name) else { return Ok(None) };
    match record.status() {
        "DRAINING" => Err(refuse::parameter("Unable to Start a service that is still Draining.")),
        "ACTIVE" if record.request == *request => Ok(Some(record.document.clone())),
        "ACTIVE" => Err(refuse::parameter("Creation of service was not idempotent.")),
        _ => Ok(None),
    }
}

/// What only the request itself shows: the settings have defaults in them.
fn check_form(input: &Value) -> Result<(), Refusal> {
    let daemon = text(input, "schedulingStrategy") == "DAEMON";
    unless(daemon || has(input, "desiredCount"), || {
        refuse::parameter("The desiredCount parameter is required for the REPLICA scheduling strategy.")
    })?;
    unless(!(daemon && has(input, "desiredCount")), || {
        refuse::parameter("The desiredCount parameter is not supported for the DAEMON scheduling strategy.")
    })?;
    unless(text(input, "role").is_empty() || !list(input, "loadBalancers").is_empty(), || {
        refuse::parameter("A role can only be specified for services configured to use load balancers.")
    })
}

fn blank(cx: &Context<'_>, cluster: &str, name: &str, arn: &str) -> Value {
    json!({
        "serviceArn": arn,
        "serviceName": name,
        "clusterArn": cx.arn("ecs", &format!("cluster/{cluster}")),
        "status": "ACTIVE",
        "runningCount": 0,
        "pendingCount": 0,
        "deployments": [],
        "events": [],
        "createdAt": cx.timestamp(),
        "createdBy": format!("arn:aws:iam::{}:root", cx.account),
        "resourceManagementType": "CUSTOMER",
    })
}

/// Each controller has its own first step: ECS a deployment, CodeDeploy a task set, EXTERNAL none.
fn start(cx: &mut Context<'_>, record: &mut Record) {
    match record.controller() {
        "ECS" => record.roll_out(cx.ids, cx.now),
        controller => {
            let first = controller == "CODE_DEPLOY";
            record.document["taskSets"] = json!([]);
            if first {
                let set = task_set::of_service(record, cx.ids, cx.now);
                record.add_task_set(set, cx.now);
            }
        }
    }
}
