//! GetAccountAuthorizationDetails: everything in one list of pages.

use serde_json::{Value, json};

use super::attached::attached_policies;
use super::entity::{Entity, without};
use super::policies::{Policy, counted, shown};
use super::{State, document, managed, page, roles, tagging};
use crate::context::Context;
use crate::refusal::Refusal;

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let state = &cx.global.iam;
    let filter: Vec<&str> =
        input["Filter"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let wanted = |kind: &str| filter.is_empty() || filter.contains(&kind);
    let mut all: Vec<(&str, Value)> = Vec::new();
    if wanted("User") {
        all.extend(state.users.values().map(|entity| ("UserDetailList", user(entity))));
    }
    if wanted("Group") {
        all.extend(state.groups.values().map(|entity| ("GroupDetailList", group(entity))));
    }
    if wanted("Role") {
        all.extend(state.roles.values().map(|entity| ("RoleDetailList", role(entity))));
    }
    if wanted("LocalManagedPolicy") {
        all.extend(state.policies.values().map(|own| ("Policies", policy(state, own))));
    }
    if wanted("AWSManagedPolicy") {
        // of AWS's own, only those that somebody in the account uses
        let used = managed::all().values().map(|aws| policy(state, aws));
        all.extend(used.filter(|policy| policy["AttachmentCount"] != 0).map(|policy| ("Policies", policy)));
    }
    let (page, marker) = page::cut(all, input)?;
    let mut answer =
        json!({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []});
    for (list, detail) in page {
        if let Some(list) = answer[list].as_array_mut() {
            list.push(detail);
        }
    }
    page::finish(&mut answer, marker);
    Ok(answer)
}

/// AWS leaves a role's description and session duration out of this answer.
fn role(entity: &Entity) -> Value {
    let mut detail = without(&roles::shown(&entity.doc), &["Description", "MaxSessionDuration"]);
    detail["InstanceProfileList"] = json!([]);
    detail["RolePolicyList"] = inline(entity);
    detail["AttachedManagedPolicies"] = json!(attached_policies(entity));
    detail["RoleLastUsed"] = json!({});
    detail["Tags"] = json!(tagging::of(&entity.doc));
    detail
}

fn user(entity: &Entity) -> Value {
    let mut detail = entity.doc.clone();
    detail["UserPolicyList"] = inline(entity);
    detail["GroupList"] = json!(entity.groups);
    detail["AttachedManagedPolicies"] = json!(attached_policies(entity));
    detail["Tags"] = json!(tagging::of(&entity.doc));
    detail
}

fn group(entity: &Entity) -> Value {
    let mut detail = entity.doc.clone();
    detail["GroupPolicyList"] = inline(entity);
    detail["AttachedManagedPolicies"] = json!(attached_policies(entity));
    detail
}

fn policy(state: &State, policy: &Policy) -> Value {
    let mut detail = without(&counted(state, policy), &["Tags"]);
    detail["PolicyVersionList"] = policy.versions.iter().rev().map(shown).collect();
    detail
}

fn inline(entity: &Entity) -> Value {
    let shown = |name: &str, policy: &str| {
        let document = document::encode(policy);
        json!({"PolicyName": name, "PolicyDocument": document})
    };
    entity.inline.iter().map(|(name, policy)| shown(name, policy)).collect()
}
