//! Roles.

use serde_json::{Value, json};

use super::entity::{Entity, new_doc, path_of, under_prefix, without};
use super::{Kind, attached, document, nothing, page, refusals, tagging};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Option<Value>, Refusal> {
    Ok(Some(match operation {
        "CreateRole" => create(cx, input)?,
        "GetRole" => get(cx, input)?,
        "UpdateRole" => update(cx, input)?,
        "UpdateAssumeRolePolicy" => update_trust(cx, input)?,
        "DeleteRole" => delete(cx, input)?,
        "ListRoles" => list(cx, input)?,
        "ListInstanceProfilesForRole" => {
            cx.global.iam.get(Kind::Role, input)?;
            page::answer("InstanceProfiles", Vec::new(), input)?
        }
        _ => return Ok(None),
    }))
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "RoleName");
    let trust = text(input, "AssumeRolePolicyDocument");
    cx.global.iam.name_is_free(Kind::Role, name)?;
    check_trust(cx, trust)?;
    if path_of(input).starts_with("/aws-service-role/") {
        return Err(refusals::invalid("The path /aws-service-role/ is reserved for service-linked roles."));
    }
    let mut doc = new_doc(cx, Kind::Role, name, path_of(input));
    doc["AssumeRolePolicyDocument"] = json!(trust);
    doc["MaxSessionDuration"] = json!(input["MaxSessionDuration"].as_u64().unwrap_or(3600));
    set_description(&mut doc, input);
    tagging::add(&mut doc, &input["Tags"])?;
    if let Some(arn) = input["PermissionsBoundary"].as_str() {
        doc["PermissionsBoundary"] = attached::boundary(&cx.global.iam, arn)?;
    }
    let answer = json!({"Role": shown(&doc)});
    cx.global.iam.roles.insert(name.to_string(), Entity { doc, ..Entity::default() });
    Ok(answer)
}

fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut role = shown(&cx.global.iam.get(Kind::Role, input)?.doc);
    role["RoleLastUsed"] = json!({});
    Ok(json!({"Role": role}))
}

/// AWS documents that a duration left out becomes one hour again.
fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let doc = &mut cx.global.iam.get_mut(Kind::Role, input)?.doc;
    doc["MaxSessionDuration"] = json!(input["MaxSessionDuration"].as_u64().unwrap_or(3600));
    set_description(doc, input);
    Ok(nothing())
}

fn update_trust(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let trust = text(input, "PolicyDocument");
    cx.global.iam.get(Kind::Role, input)?;
    check_trust(cx, trust)?;
    cx.global.iam.get_mut(Kind::Role, input)?.doc["AssumeRolePolicyDocument"] = json!(trust);
    Ok(nothing())
}

fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let role = cx.global.iam.get(Kind::Role, input)?;
    check_bare(role)?;
    let gone = role.doc.clone();
    cx.global.iam.roles.remove(text(input, "RoleName"));
    forget(cx, text(&gone, "Arn"), text(&gone, "RoleId"));
    Ok(nothing())
}

/// Nothing may be deleted that still has policies.
pub(super) fn check_bare(entity: &Entity) -> Result<(), Refusal> {
    if !entity.attached.is_empty() {
        return Err(refusals::conflict("Cannot delete entity, must detach all policies first."));
    }
    if !entity.inline.is_empty() {
        return Err(refusals::conflict("Cannot delete entity, must delete policies first."));
    }
    Ok(())
}

/// Trust documents name a principal by its id underneath: once it is gone they
/// show that id, and a new principal of the old name is not meant by them.
pub(super) fn forget(cx: &mut Context<'_>, arn: &str, id: &str) {
    for role in cx.global.iam.roles.values_mut() {
        let trust = text(&role.doc, "AssumeRolePolicyDocument");
        let now = trust.replace(&format!("\"{arn}\""), &format!("\"{id}\""));
        role.doc["AssumeRolePolicyDocument"] = json!(now);
    }
}

fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let roles = cx.global.iam.roles.values().map(|role| &role.doc).filter(|doc| under_prefix(doc, input));
    let shown = roles.map(|doc| without(&shown(doc), &["Tags", "PermissionsBoundary"])).collect();
    page::answer("Roles", shown, input)
}

fn check_trust(cx: &Context<'_>, trust: &str) -> Result<(), Refusal> {
    const MOST: usize = 2_048;
    document::check_trust(&cx.global.iam, cx.account, trust)?;
    if document::size(trust) > MOST {
        return Err(refusals::quota("ACLSizePerRole", MOST));
    }
    Ok(())
}

fn set_description(doc: &mut Value, input: &Value) {
    let Some(description) = input["Description"].as_str() else { return };
    if description.is_empty() {
        *doc = without(doc, &["Description"]);
    } else {
        doc["Description"] = json!(description);
    }
}

/// The role as answers show it.
pub(super) fn shown(doc: &Value) -> Value {
    let mut doc = doc.clone();
    doc["AssumeRolePolicyDocument"] = json!(document::encode(text(&doc, "AssumeRolePolicyDocument")));
    doc
}
