//! Managed policies and their versions.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::entity::{arn, path_of, under_prefix, without};
use super::{Kind, State, document, managed, nothing, page, refusals, tagging};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

const VERSIONS: usize = 5;
const SIZE: usize = 6_144;

/// A managed policy.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Policy {
    /// AWS's form, without the counts, which depend on the rest of the state.
    pub doc: Value,
    /// AWS's form, `Document` as JSON text, oldest first.
    pub versions: Vec<Value>,
    /// How many versions there ever were: their numbers are not used twice.
    pub made: u64,
}

impl Policy {
    /// The JSON text that counts now.
    pub fn default_document(&self) -> Option<String> {
        let version = self.versions.iter().find(|version| version["IsDefaultVersion"] == true)?;
        version["Document"].as_str().map(str::to_string)
    }

    /// Adds a version; answers it without its document, as AWS does.
    fn add(&mut self, document: &str, default: bool, now: Value) -> Value {
        self.made += 1;
        if default {
            self.versions.iter_mut().for_each(|version| version["IsDefaultVersion"] = json!(false));
            self.doc["DefaultVersionId"] = json!(format!("v{}", self.made));
        }
        self.doc["UpdateDate"] = now.clone();
        let version = json!({
            "VersionId": format!("v{}", self.made),
            "IsDefaultVersion": default,
            "CreateDate": now,
            "Document": document,
        });
        let shown = without(&version, &["Document"]);
        self.versions.push(version);
        shown
    }
}

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Option<Value>, Refusal> {
    Ok(Some(match operation {
        "CreatePolicy" => create(cx, input)?,
        "GetPolicy" => json!({"Policy": counted(&cx.global.iam, find(&cx.global.iam, input)?)}),
        "GetPolicyVersion" => get_version(cx, input)?,
        "CreatePolicyVersion" => create_version(cx, input)?,
        "DeletePolicyVersion" => delete_version(cx, input)?,
        "ListPolicyVersions" => {
            let versions = find(&cx.global.iam, input)?.versions.iter().rev();
            page::answer("Versions", versions.map(|v| without(v, &["Document"])).collect(), input)?
        }
        "ListPolicies" => list(cx, input)?,
        "ListEntitiesForPolicy" => list_entities(cx, input)?,
        "DeletePolicy" => delete(cx, input)?,
        "TagPolicy" => {
            tagging::add(&mut find_own(cx, input)?.doc, &input["Tags"])?;
            nothing()
        }
        "UntagPolicy" => {
            tagging::remove(&mut find_own(cx, input)?.doc, &input["TagKeys"]);
            nothing()
        }
        "ListPolicyTags" => page::answer("Tags", tagging::of(&find(&cx.global.iam, input)?.doc), input)?,
        _ => return Ok(None),
    }))
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (name, text_of_policy) = (text(input, "PolicyName"), text(input, "PolicyDocument"));
    let path = path_of(input);
    let taken = |policy: &Policy| text(&policy.doc, "PolicyName").eq_ignore_ascii_case(name);
    if cx.global.iam.policies.values().any(taken) {
        return Err(refusals::exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    check(text_of_policy)?;
    let arn = arn(cx, "policy", path, name);
    let mut doc = json!({
        "PolicyName": name,
        "PolicyId": format!("ANPA{}", cx.ids.upper(17)),
        "Arn": arn,
        "Path": path,
        "IsAttachable": true,
        "CreateDate": cx.timestamp(),
    });
    if let Some(description) = input["Description"].as_str() {
        doc["Description"] = json!(description);
    }
    tagging::add(&mut doc, &input["Tags"])?;
    let mut policy = Policy { doc, ..Policy::default() };
    policy.add(text_of_policy, true, cx.timestamp());
    // the description is shown by GetPolicy alone
    let answer = json!({"Policy": without(&counted(&cx.global.iam, &policy), &["Description"])});
    cx.global.iam.policies.insert(arn, policy);
    Ok(answer)
}

fn check(document: &str) -> Result<(), Refusal> {
    document::check_identity(document)?;
    if document::size(document) > SIZE {
        return Err(refusals::quota("PolicySize", SIZE));
    }
    Ok(())
}

fn get_version(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "VersionId");
    let policy = find(&cx.global.iam, input)?;
    let version = policy.versions.iter().find(|version| version["VersionId"] == id);
    let version = version.ok_or_else(|| unknown_version(input))?;
    Ok(json!({"PolicyVersion": shown(version)}))
}

/// A version with its document as answers carry it.
pub(super) fn shown(version: &Value) -> Value {
    let mut version = version.clone();
    version["Document"] = json!(document::encode(text(&version, "Document")));
    version
}

fn create_version(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let now = cx.timestamp();
    let document = text(input, "PolicyDocument");
    let policy = find_own(cx, input)?;
    check(document)?;
    if policy.versions.len() >= VERSIONS {
        return Err(refusals::limit(
            "A managed policy can have up to 5 versions. \
             Before you create a new version, you must delete an existing version.",
        ));
    }
    let default = input["SetAsDefault"].as_bool().unwrap_or(false);
    Ok(json!({"PolicyVersion": policy.add(document, default, now)}))
}

fn delete_version(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = text(input, "VersionId");
    let policy = find_own(cx, input)?;
    let at = policy.versions.iter().position(|version| version["VersionId"] == id);
    let at = at.ok_or_else(|| unknown_version(input))?;
    if policy.versions[at]["IsDefaultVersion"] == true {
        return Err(refusals::conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.remove(at);
    Ok(nothing())
}

fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let state = &cx.global.iam;
    let scope = input["Scope"].as_str().unwrap_or("All");
    let own = state.policies.values().filter(|_| scope != "AWS");
    let aws = managed::all().values().filter(|_| scope != "Local");
    let only_attached = input["OnlyAttached"] == true;
    let usage = input["PolicyUsageFilter"].as_str();
    let wanted = |doc: &Value| {
        let (attached, bounding) = (doc["AttachmentCount"] != 0, doc["PermissionsBoundaryUsageCount"] != 0);
        under_prefix(doc, input)
            && (!only_attached || attached)
            && (usage != Some("PermissionsPolicy") || attached)
            && (usage != Some("PermissionsBoundary") || bounding)
    };
    let policies = own.chain(aws).map(|policy| counted(state, policy)).filter(wanted);
    page::answer("Policies", policies.map(|doc| without(&doc, &["Description", "Tags"])).collect(), input)
}

fn list_entities(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let state = &cx.global.iam;
    find(state, input)?;
    let arn = text(input, "PolicyArn");
    let usage = input["PolicyUsageFilter"].as_str();
    let mut found: Vec<(&str, Value)> = Vec::new();
    for (kind, list) in
        [(Kind::Group, "PolicyGroups"), (Kind::User, "PolicyUsers"), (Kind::Role, "PolicyRoles")]
    {
        if input["EntityFilter"].as_str().is_some_and(|wanted| wanted != kind.word()) {
            continue;
        }
        for entity in state.all(kind).values().filter(|entity| under_prefix(&entity.doc, input)) {
            let attached = usage != Some("PermissionsBoundary") && entity.attached.contains(arn);
            let bounded = usage != Some("PermissionsPolicy") && entity.boundary() == Some(arn);
            if attached || bounded {
                let [name, id] = ["Name", "Id"].map(|end| format!("{}{end}", kind.word()));
                found.push((list, json!({name.as_str(): entity.doc[&name], id.as_str(): entity.doc[&id]})));
            }
        }
    }
    let (page, marker) = page::cut(found, input)?;
    let mut answer = json!({"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": []});
    for (list, entity) in page {
        if let Some(list) = answer[list].as_array_mut() {
            list.push(entity);
        }
    }
    page::finish(&mut answer, marker);
    Ok(answer)
}

fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    find_own(cx, input)?;
    let policy = counted(&cx.global.iam, find(&cx.global.iam, input)?);
    if policy["AttachmentCount"] != 0 || policy["PermissionsBoundaryUsageCount"] != 0 {
        return Err(refusals::conflict("Cannot delete a policy attached to entities."));
    }
    if find(&cx.global.iam, input)?.versions.len() > 1 {
        return Err(refusals::conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the \
             policy's versions. The default version is deleted with the policy.",
        ));
    }
    cx.global.iam.policies.remove(text(input, "PolicyArn"));
    Ok(nothing())
}

/// The policy with how often it is used.
pub(super) fn counted(state: &State, policy: &Policy) -> Value {
    let arn = text(&policy.doc, "Arn");
    let all = || [Kind::Role, Kind::User, Kind::Group].into_iter().flat_map(|kind| state.all(kind).values());
    let mut doc = policy.doc.clone();
    doc["AttachmentCount"] = json!(all().filter(|entity| entity.attached.contains(arn)).count());
    doc["PermissionsBoundaryUsageCount"] = json!(all().filter(|e| e.boundary() == Some(arn)).count());
    doc
}

fn find<'a>(state: &'a State, input: &Value) -> Result<&'a Policy, Refusal> {
    let arn = text(input, "PolicyArn");
    state.policy(arn).ok_or_else(|| refusals::no_such(format!("Policy {arn} was not found.")))
}

/// The policy, if it is this account's to change.
fn find_own<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Policy, Refusal> {
    let arn = text(input, "PolicyArn");
    if arn.starts_with("arn:aws:iam::aws:") {
        return Err(Refusal::new(403, "AccessDenied", "Policy is outside your own account."));
    }
    let policy = cx.global.iam.policies.get_mut(arn);
    policy.ok_or_else(|| refusals::no_such(format!("Policy {arn} was not found.")))
}

fn unknown_version(input: &Value) -> Refusal {
    let (arn, id) = (text(input, "PolicyArn"), text(input, "VersionId"));
    refusals::no_such(format!("Policy {arn} version {id} does not exist or is not attachable."))
}
