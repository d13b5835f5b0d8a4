//! IAM: roles, users, groups, their policies and Git credentials.
//!
//! Roles, users and groups have most of their operations in common, so those
//! are written once over [`Kind`]; what differs has a file of its own.

mod attached;
mod credentials;
mod details;
mod document;
mod entity;
mod evaluate;
mod groups;
mod inline;
mod linked;
mod managed;
mod page;
mod policies;
mod refusals;
mod roles;
mod tagging;
mod users;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use entity::{Entity, Kind};
use policies::Policy;

/// What IAM holds. AWS's own managed policies are not in it: every account has them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    roles: BTreeMap<String, Entity>,
    users: BTreeMap<String, Entity>,
    groups: BTreeMap<String, Entity>,
    /// Customer managed policies by ARN.
    policies: BTreeMap<String, Policy>,
    /// Service-specific credentials by id, without their passwords.
    credentials: BTreeMap<String, Value>,
}

impl State {
    /// The role, in AWS's form (`AssumeRolePolicyDocument` as JSON text).
    pub fn role(&self, name_or_arn: &str) -> Option<&Value> {
        self.role_entity(name_or_arn).map(|role| &role.doc)
    }

    /// Does the role exist and let that service principal assume it?
    pub fn trusts(&self, role_arn: &str, principal: &str) -> bool {
        self.role_entity(role_arn).is_some_and(|role| {
            let trust = document::read(text(&role.doc, "AssumeRolePolicyDocument"));
            evaluate::trusts(&trust, text(&role.doc, "Arn"), principal)
        })
    }

    /// Do the role's inline and managed policies allow the action on anything?
    /// A permissions boundary must allow it too.
    pub fn role_allows(&self, role_arn: &str, action: &str) -> bool {
        let Some(role) = self.role_entity(role_arn) else { return false };
        let attached = role.attached.iter().filter_map(|arn| self.policy(arn)?.default_document());
        let documents: Vec<Value> =
            role.inline.values().cloned().chain(attached).map(|text| document::read(&text)).collect();
        // a boundary that is gone bounds everything
        let boundary = role.boundary().map(|arn| {
            let text = self.policy(arn).and_then(|policy| policy.default_document());
            text.map_or(Value::Null, |text| document::read(&text))
        });
        evaluate::allows(&documents, boundary.as_ref(), text(&role.doc, "Arn"), action)
    }

    fn role_entity(&self, name_or_arn: &str) -> Option<&Entity> {
        if name_or_arn.starts_with("arn:") {
            // the ARN as a whole: with a wrong path it names no role
            self.roles.values().find(|role| text(&role.doc, "Arn") == name_or_arn)
        } else {
            self.roles.get(name_or_arn)
        }
    }

    fn policy(&self, arn: &str) -> Option<&Policy> {
        self.policies.get(arn).or_else(|| managed::policy(arn))
    }
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        let entities = [&self.roles, &self.users, &self.groups].into_iter().flat_map(BTreeMap::values);
        let policies = self.policies.values().map(|policy| &policy.doc);
        let credentials = self.credentials.keys().cloned();
        arns(entities.map(|entity| &entity.doc).chain(policies), "Arn")
            .into_iter()
            .chain(credentials)
            .collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let answer = match operation {
        op if op.contains("ServiceSpecificCredential") => credentials::handle(cx, op, input)?,
        op if op.ends_with("ServiceLinkedRole") => linked::handle(cx, op, input)?,
        "GetAccountAuthorizationDetails" => Some(details::get(cx, input)?),
        "AddUserToGroup" | "RemoveUserFromGroup" | "ListGroupsForUser" => {
            groups::membership(cx, operation, input)?
        }
        op => match Kind::named_in(op) {
            Some(kind) => of_kind(cx, kind, op, input)?,
            None => policies::handle(cx, op, input)?,
        },
    };
    answer.ok_or_else(|| Refusal::unknown_operation("iam", operation))
}

/// Operations that roles, users and groups share, then those of one kind.
fn of_kind(
    cx: &mut Context<'_>,
    kind: Kind,
    operation: &str,
    input: &Value,
) -> Result<Option<Value>, Refusal> {
    if kind == Kind::Role && entity::changes(operation) {
        linked::protect(cx, input)?;
    }
    let common = operation.replacen(kind.word(), "", 1);
    let answer = match common.as_str() {
        "PutPolicy" => inline::put(cx, kind, input)?,
        "GetPolicy" => inline::get(cx, kind, input)?,
        "DeletePolicy" => inline::delete(cx, kind, input)?,
        "ListPolicies" => inline::list(cx, kind, input)?,
        "AttachPolicy" => attached::attach(cx, kind, input)?,
        "DetachPolicy" => attached::detach(cx, kind, input)?,
        "ListAttachedPolicies" => attached::list(cx, kind, input)?,
        "PutPermissionsBoundary" => attached::put_boundary(cx, kind, input)?,
        "DeletePermissionsBoundary" => attached::delete_boundary(cx, kind, input)?,
        "Tag" => tagging::tag(cx, kind, input)?,
        "Untag" => tagging::untag(cx, kind, input)?,
        "ListTags" => tagging::list(cx, kind, input)?,
        _ => {
            return match kind {
                Kind::Role => roles::handle(cx, operation, input),
                Kind::User => users::handle(cx, operation, input),
                Kind::Group => groups::handle(cx, operation, input),
            };
        }
    };
    Ok(Some(answer))
}

/// The answer of operations that answer nothing.
fn nothing() -> Value {
    json!({})
}
