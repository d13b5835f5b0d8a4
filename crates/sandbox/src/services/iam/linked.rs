//! Service-linked roles: made for a service, changed by nobody else.

use serde_json::{Value, json};

use super::entity::{Entity, new_doc};
use super::{Kind, refusals, roles};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

/// Service, role, policy.
const SERVICES: &[(&str, &str, &str)] = &[
    ("ecs.amazonaws.com", "AWSServiceRoleForECS", "AmazonECSServiceRolePolicy"),
    (
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    (
        "ecs.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    ("replication.ecr.amazonaws.com", "AWSServiceRoleForECRReplication", "ECRReplicationServiceRolePolicy"),
    (
        "codestar-notifications.amazonaws.com",
        "AWSServiceRoleForCodeStarNotifications",
        "AWSCodeStarNotificationsServiceRolePolicy",
    ),
];

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Option<Value>, Refusal> {
    match operation {
        "CreateServiceLinkedRole" => create(cx, input).map(Some),
        "DeleteServiceLinkedRole" => delete(cx, input).map(Some),
        _ => Ok(None),
    }
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let service = text(input, "AWSServiceName");
    let Some((_, name, policy)) = SERVICES.iter().find(|(known, ..)| *known == service) else {
        return Err(refusals::invalid(format!("The sandbox has no service-linked role for {service}.")));
    };
    if input["CustomSuffix"].is_string() {
        return Err(refusals::invalid(format!("Custom suffix is not allowed for {service}")));
    }
    if cx.global.iam.roles.contains_key(*name) {
        return Err(refusals::invalid(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    let mut doc = new_doc(cx, Kind::Role, name, &format!("/aws-service-role/{service}/"));
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"Service": service}}],
    });
    doc["AssumeRolePolicyDocument"] = json!(trust.to_string());
    doc["MaxSessionDuration"] = json!(3600);
    if let Some(description) = input["Description"].as_str() {
        doc["Description"] = json!(description);
    }
    let answer = json!({"Role": roles::shown(&doc)});
    let attached = [format!("arn:aws:iam::aws:policy/aws-service-role/{policy}")].into();
    cx.global.iam.roles.insert((*name).to_string(), Entity { doc, attached, ..Entity::default() });
    Ok(answer)
}

/// AWS deletes in the background; here it is done when the task's id is out.
fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let role = &cx.global.iam.get(Kind::Role, input)?.doc;
    let name = text(input, "RoleName");
    if !is_linked(role) {
        return Err(refusals::no_such(format!("The service-linked role {name} cannot be found.")));
    }
    let place = text(role, "Path").to_string();
    cx.global.iam.roles.remove(name);
    Ok(json!({"DeletionTaskId": format!("task{place}{name}/{}", cx.ids.uuid())}))
}

/// Refuses a change to a service-linked role.
pub(super) fn protect(cx: &Context<'_>, input: &Value) -> Result<(), Refusal> {
    let name = text(input, "RoleName");
    match cx.global.iam.roles.get(name) {
        Some(role) if is_linked(&role.doc) => Err(Refusal::bad(
            "UnmodifiableEntity",
            format!(
                "Cannot perform the operation on the protected role '{name}' - \
                 this role is only modifiable by AWS"
            ),
        )),
        _ => Ok(()),
    }
}

fn is_linked(role: &Value) -> bool {
    text(role, "Path").starts_with("/aws-service-role/")
}
