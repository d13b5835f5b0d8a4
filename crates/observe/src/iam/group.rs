//! `iam.group`: IAM's dump has all of it; who is in a group, it says of the users.
//!
//! A group has no tags. It is the stack's by a mark on one of its users, or on
//! another user or role of the stack where it has none.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Owner, Resource, holders};
use serde_json::{Value, json};

use super::entity::Entity;
use super::user::{self, Depth};
use super::{list, marks, role, stranger, text};
use crate::Cx;
use crate::cx::{Why, by_its_word};

const GROUP: Entity = Entity {
    word: "Group",
    name: "GroupName",
    inline: "GroupPolicyList",
    get: ReadOp::new("iam", "GetGroup"),
    list_inline: ReadOp::new("iam", "ListGroupPolicies"),
    get_inline: ReadOp::new("iam", "GetGroupPolicy"),
    list_attached: ReadOp::new("iam", "ListAttachedGroupPolicies"),
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let mut found = group(cx, resource).await?;
    if let Some(found) = &mut found {
        by_its_word(cx, resource, found);
    }
    Ok(found)
}

async fn group(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, AwsError> {
    let name = resource.name();
    if let Ok(dump) = cx.iam().await {
        let dump = &*dump.document;
        let group = list(dump, "GroupDetailList").find(|detail| detail["GroupName"] == *name);
        return Ok(group.map(|group| found(cx, group, &members(dump, &name), &everybody(dump))));
    }
    let Some(answer) = GROUP.get(cx, &name).await? else { return Ok(None) };
    let mut group = answer[GROUP.word].clone();
    let users = list(&answer, "Users").map(|user| user::detail(cx, text(user, "UserName"), Depth::Bare));
    let users: Vec<Value> = try_join_all(users).await?.into_iter().flatten().collect();
    let mut holders = users.clone();
    for holder in holders_of(cx, resource) {
        holders.extend(match holder.kind {
            KindId::IamRole => role::bare(cx, &holder.name()).await?,
            _ => user::detail(cx, &holder.name(), Depth::Bare).await?,
        });
    }
    let policies = GROUP.policies(cx, &name).await?;
    for member in [GROUP.inline, "AttachedManagedPolicies"] {
        group[member] = policies[member].clone();
    }
    let (users, holders): (Vec<&Value>, Vec<&Value>) = (users.iter().collect(), holders.iter().collect());
    Ok(Some(found(cx, &group, &users, &holders)))
}

/// Who of the stack carries its mark.
fn holders_of<'a>(cx: &Cx<'a>, resource: &Resource) -> Vec<&'a Resource> {
    holders(cx.stack, resource).iter().filter_map(|address| cx.stack.resources.get(address)).collect()
}

fn members<'a>(dump: &'a Value, group: &str) -> Vec<&'a Value> {
    let is_in = |user: &&Value| list(user, "GroupList").any(|name| *name == *group);
    list(dump, "UserDetailList").filter(is_in).collect()
}

/// Who may carry a mark.
fn everybody(dump: &Value) -> Vec<&Value> {
    list(dump, "UserDetailList").chain(list(dump, "RoleDetailList")).collect()
}

fn found(cx: &Cx<'_>, group: &Value, users: &[&Value], holders: &[&Value]) -> Found {
    let mut document = group.clone();
    document["Users"] = users.iter().map(|user| user["UserName"].clone()).collect();
    GROUP.lift(&mut document, group);
    let exports = [("arn", &group["Arn"]), ("name", &group["GroupName"]), ("id", &group["GroupId"])];
    let mut found = cx.found(KindId::IamGroup, &document, &Value::Null, &exports);
    let name = text(group, "GroupName");
    let marked = |holder: &&&Value| marks(holder, KindId::IamGroup).iter().any(|(of, _)| of == name);
    let marked: Vec<&Value> = holders.iter().filter(marked).copied().collect();
    let owners = marked.iter().flat_map(|holder| marks(holder, KindId::IamGroup));
    let mut owners: Vec<Owner> = owners.filter(|(of, _)| of == name).map(|(_, owner)| owner).collect();
    // marks of two stacks: that of the other one counts, so that it is said
    owners.sort_by_key(|owner| owner.stack == cx.stack.name);
    found.owner = owners.into_iter().next();
    let names = |member: &str| marked.iter().map(|h| h[member].clone()).filter(|n| n.is_string()).collect();
    let (users, roles): (Value, Value) = (names("UserName"), names("RoleName"));
    found.extra = json!({"marked": {"users": users, "roles": roles}});
    found
}

/// Groups that a mark says are the stack's, and that are not declared.
pub(super) fn strangers(cx: &Cx<'_>, dump: &Value, declared: &BTreeSet<String>) {
    let groups: BTreeMap<&str, &Value> =
        list(dump, "GroupDetailList").map(|group| (text(group, "GroupName"), group)).collect();
    for (name, group) in groups.into_iter().filter(|(name, _)| !declared.contains(*name)) {
        stranger(cx, found(cx, group, &members(dump, name), &everybody(dump)));
    }
}
