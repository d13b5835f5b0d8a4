//! What roles, users and groups have in common.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{State, refusals};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

/// A role, a user or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    User,
    Group,
}

/// One role, user or group.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Entity {
    /// AWS's own form, policy documents as JSON text.
    pub doc: Value,
    /// Inline policies: JSON text by name.
    pub inline: BTreeMap<String, String>,
    /// ARNs of managed policies.
    pub attached: BTreeSet<String>,
    /// Names of a user's groups.
    pub groups: BTreeSet<String>,
}

impl Entity {
    /// ARN of the policy that bounds what the entity may do.
    pub fn boundary(&self) -> Option<&str> {
        self.doc.pointer("/PermissionsBoundary/PermissionsBoundaryArn")?.as_str()
    }
}

impl Kind {
    /// The kind that an operation's name speaks of.
    pub fn named_in(operation: &str) -> Option<Self> {
        [Self::Role, Self::User, Self::Group].into_iter().find(|kind| operation.contains(kind.word()))
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Role => "Role",
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// As AWS's sentences and ARNs call it.
    pub fn lower(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::User => "user",
            Self::Group => "group",
        }
    }

    pub fn name_member(self) -> &'static str {
        match self {
            Self::Role => "RoleName",
            Self::User => "UserName",
            Self::Group => "GroupName",
        }
    }

    fn id_member(self) -> &'static str {
        match self {
            Self::Role => "RoleId",
            Self::User => "UserId",
            Self::Group => "GroupId",
        }
    }

    fn id_prefix(self) -> &'static str {
        match self {
            Self::Role => "AROA",
            Self::User => "AIDA",
            Self::Group => "AGPA",
        }
    }
}

impl State {
    pub(super) fn all(&self, kind: Kind) -> &BTreeMap<String, Entity> {
        match kind {
            Kind::Role => &self.roles,
            Kind::User => &self.users,
            Kind::Group => &self.groups,
        }
    }

    pub(super) fn all_mut(&mut self, kind: Kind) -> &mut BTreeMap<String, Entity> {
        match kind {
            Kind::Role => &mut self.roles,
            Kind::User => &mut self.users,
            Kind::Group => &mut self.groups,
        }
    }

    /// The entity that the input names.
    pub(super) fn get(&self, kind: Kind, input: &Value) -> Result<&Entity, Refusal> {
        let name = text(input, kind.name_member());
        self.all(kind).get(name).ok_or_else(|| unknown(kind, name))
    }

    pub(super) fn get_mut(&mut self, kind: Kind, input: &Value) -> Result<&mut Entity, Refusal> {
        let name = text(input, kind.name_member());
        self.all_mut(kind).get_mut(name).ok_or_else(|| unknown(kind, name))
    }

    /// IAM keeps the case of a name but tells no two names apart by it.
    pub(super) fn name_is_free(&self, kind: Kind, name: &str) -> Result<(), Refusal> {
        if self.all(kind).keys().any(|taken| taken.eq_ignore_ascii_case(name)) {
            return Err(refusals::exists(format!("{} with name {name} already exists.", kind.word())));
        }
        Ok(())
    }
}

/// Members that every new entity has.
pub(super) fn new_doc(cx: &mut Context<'_>, kind: Kind, name: &str, path: &str) -> Value {
    let id = format!("{}{}", kind.id_prefix(), cx.ids.upper(17));
    json!({
        "Path": path,
        kind.name_member(): name,
        kind.id_member(): id,
        "Arn": arn(cx, kind.lower(), path, name),
        "CreateDate": cx.timestamp(),
    })
}

/// `arn:aws:iam::ACCOUNT:role/path/name`.
pub(super) fn arn(cx: &Context<'_>, kind: &str, path: &str, name: &str) -> String {
    format!("arn:aws:iam::{}:{kind}{path}{name}", cx.account)
}

/// `Path` as given, `/` otherwise.
pub(super) fn path_of(input: &Value) -> &str {
    input["Path"].as_str().unwrap_or("/")
}

/// The document without some of its members.
pub(super) fn without(doc: &Value, members: &[&str]) -> Value {
    let mut doc = doc.clone();
    if let Some(map) = doc.as_object_mut() {
        map.retain(|name, _| !members.contains(&name.as_str()));
    }
    doc
}

/// Is the entity below the input's `PathPrefix`?
pub(super) fn under_prefix(doc: &Value, input: &Value) -> bool {
    input["PathPrefix"].as_str().is_none_or(|prefix| text(doc, "Path").starts_with(prefix))
}

/// Does the operation change what it names?
pub(super) fn changes(operation: &str) -> bool {
    !["Get", "List", "Create", "Tag", "Untag"].iter().any(|verb| operation.starts_with(verb))
}

/// Gives a user or a group another name or path.
pub(super) fn rename(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<(String, String), Refusal> {
    let entity = cx.global.iam.get(kind, input)?;
    let old = text(input, kind.name_member()).to_string();
    let [member_name, member_path] = match kind {
        Kind::Group => ["NewGroupName", "NewPath"],
        _ => ["NewUserName", "NewPath"],
    };
    let new = input[member_name].as_str().unwrap_or(&old).to_string();
    let path = input[member_path].as_str().unwrap_or_else(|| text(&entity.doc, "Path")).to_string();
    if !new.eq_ignore_ascii_case(&old) {
        cx.global.iam.name_is_free(kind, &new)?;
    }
    let arn = arn(cx, kind.lower(), &path, &new);
    if let Some(mut entity) = cx.global.iam.all_mut(kind).remove(&old) {
        entity.doc["Path"] = json!(path);
        entity.doc["Arn"] = json!(arn);
        entity.doc[kind.name_member()] = json!(new);
        cx.global.iam.all_mut(kind).insert(new.clone(), entity);
    }
    Ok((old, new))
}

pub(super) fn unknown(kind: Kind, name: &str) -> Refusal {
    refusals::no_such(format!("The {} with name {name} cannot be found.", kind.lower()))
}
