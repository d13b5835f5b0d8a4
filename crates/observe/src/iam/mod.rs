//! Reading kinds of the family `iam`.
//!
//! One dump of the account tells of all of them, also of those that the stack
//! declares no more. Where it may not be read, each is asked for by itself.

pub(crate) mod caller;
mod entity;
pub(crate) mod group;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod service_credential;
pub(crate) mod user;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use recon_model::{Found, KindId, Orphan, Owner, PENDING_CREDENTIAL, Resource, mark};
use serde_json::{Value, json};

use crate::{Cx, kind_of_address, tags};

/// IAM's dump of the account, with what it lists by name.
pub struct Dump {
    document: Arc<Value>,
    roles: HashMap<String, usize>,
    users: HashMap<String, usize>,
    policies: HashMap<String, usize>,
}

impl Dump {
    pub fn new(document: Arc<Value>) -> Self {
        let names = |member: &str, name: &str| {
            let all = list(&document, member).enumerate();
            all.map(|(at, detail)| (text(detail, name).to_string(), at)).collect()
        };
        let (roles, users) = (names("RoleDetailList", "RoleName"), names("UserDetailList", "UserName"));
        let policies = names("Policies", "PolicyName");
        Self { document, roles, users, policies }
    }

    fn role(&self, name: &str) -> Option<&Value> {
        Some(&self.document["RoleDetailList"][*self.roles.get(name)?])
    }

    fn user(&self, name: &str) -> Option<&Value> {
        Some(&self.document["UserDetailList"][*self.users.get(name)?])
    }

    fn policy(&self, name: &str) -> Option<&Value> {
        Some(&self.document["Policies"][*self.policies.get(name)?])
    }
}

/// What of IAM is the stack's and not declared under its name.
pub async fn strangers(cx: &Cx<'_>) {
    let dump = match cx.iam().await {
        Ok(dump) => &*dump.document,
        Err(error) => return cx.blind(format!("iam: {error}")),
    };
    let names = |kind: KindId| -> BTreeSet<String> {
        cx.stack.resources.values().filter(|r| r.kind == kind).map(Resource::name).collect()
    };
    let (roles, users) = (names(KindId::IamRole), names(KindId::IamUser));
    for detail in list(dump, "RoleDetailList").filter(|d| !roles.contains(text(d, "RoleName"))) {
        stranger(cx, role::found(cx, detail, detail));
    }
    for detail in list(dump, "UserDetailList").filter(|d| !users.contains(text(d, "UserName"))) {
        stranger(cx, user::found(cx, detail));
    }
    group::strangers(cx, dump, &names(KindId::IamGroup));
    let policies = names(KindId::IamPolicy);
    tokio::join!(policy::strangers(cx, dump, &policies), service_credential::strangers(cx, dump));
}

fn stranger(cx: &Cx<'_>, found: Found) {
    let Some(owner) = found.owner.clone().filter(|owner| owner.stack == cx.stack.name) else { return };
    if let Some((address, kind)) = kind_of_address(&owner.address) {
        cx.orphan(Orphan { address, kind, found });
    }
}

/// Groups and credentials have no tags: a user or a role carries a mark for each.
fn marks(holder: &Value, kind: KindId) -> Vec<(String, Owner)> {
    // what is about to be made has no mark of its own yet
    let tags = tags::read(&holder["Tags"]).into_iter().filter(|(key, _)| key != PENDING_CREDENTIAL);
    tags.filter_map(|(key, value)| mark(kind, &key, &value)).collect()
}

fn list<'a>(dump: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    dump[name].as_array().into_iter().flatten()
}

fn text<'a>(document: &'a Value, member: &str) -> &'a str {
    document[member].as_str().unwrap_or_default()
}

/// IAM gives documents URL-encoded (RFC 3986).
fn decoded(document: &Value) -> Value {
    match document.as_str() {
        Some(text) if text.trim_start().starts_with('%') => {
            json!(percent_decode_str(text).decode_utf8_lossy())
        }
        _ => document.clone(),
    }
}
