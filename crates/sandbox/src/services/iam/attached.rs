//! Managed policies on roles, users and groups, and permissions boundaries.

use serde_json::{Value, json};

use super::entity::Entity;
use super::{Kind, State, nothing, page, refusals};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

/// AWS's default quota for each of the three kinds.
const MOST: usize = 10;

pub(super) fn attach(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "PolicyArn");
    cx.global.iam.get(kind, input)?;
    check_attachable(&cx.global.iam, arn)?;
    let entity = cx.global.iam.get_mut(kind, input)?;
    if entity.attached.len() >= MOST && !entity.attached.contains(arn) {
        return Err(refusals::quota(&format!("PoliciesPer{}", kind.word()), MOST));
    }
    entity.attached.insert(arn.to_string());
    Ok(nothing())
}

pub(super) fn detach(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "PolicyArn");
    if !cx.global.iam.get_mut(kind, input)?.attached.remove(arn) {
        return Err(refusals::no_such(format!("Policy {arn} was not found.")));
    }
    Ok(nothing())
}

pub(super) fn list(cx: &Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let state = &cx.global.iam;
    let prefix = input["PathPrefix"].as_str().unwrap_or("/");
    let below = |arn: &str| state.policy(arn).is_some_and(|p| text(&p.doc, "Path").starts_with(prefix));
    let entity = state.get(kind, input)?;
    let policies = attached_policies(entity).into_iter().filter(|p| below(text(p, "PolicyArn"))).collect();
    page::answer("AttachedPolicies", policies, input)
}

/// `[{PolicyName, PolicyArn}]`.
pub(super) fn attached_policies(entity: &Entity) -> Vec<Value> {
    let name = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_string();
    entity.attached.iter().map(|arn| json!({"PolicyName": name(arn), "PolicyArn": arn})).collect()
}

pub(super) fn put_boundary(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    cx.global.iam.get(kind, input)?;
    let boundary = boundary(&cx.global.iam, text(input, "PermissionsBoundary"))?;
    cx.global.iam.get_mut(kind, input)?.doc["PermissionsBoundary"] = boundary;
    Ok(nothing())
}

pub(super) fn delete_boundary(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let entity = cx.global.iam.get_mut(kind, input)?;
    if entity.boundary().is_none() {
        let name = text(input, kind.name_member());
        let kind = kind.lower();
        return Err(refusals::no_such(format!("The {kind} {name} has no permissions boundary.")));
    }
    if let Some(doc) = entity.doc.as_object_mut() {
        doc.remove("PermissionsBoundary");
    }
    Ok(nothing())
}

/// The boundary in AWS's form, if there is such a policy.
pub(super) fn boundary(state: &State, arn: &str) -> Result<Value, Refusal> {
    check_attachable(state, arn)?;
    Ok(json!({"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}))
}

fn check_attachable(state: &State, arn: &str) -> Result<(), Refusal> {
    if !(arn.starts_with("arn:") && arn.contains(":policy/")) {
        return Err(refusals::invalid(format!("ARN {arn} is not valid.")));
    }
    match state.policy(arn) {
        Some(policy) if text(&policy.doc, "Path").starts_with("/aws-service-role/") => Err(Refusal::bad(
            "PolicyNotAttachable",
            format!("Policy {arn} can only be attached to the service-linked role it was made for."),
        )),
        Some(_) => Ok(()),
        None => Err(refusals::no_such(format!("Policy {arn} does not exist or is not attachable."))),
    }
}
