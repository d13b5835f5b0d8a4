//! `iam.group`: IAM's dump has all of it; who is in a group, it says of the users.
//!
//! A group has no tags. It is the stack's by a mark on one of its users; a
//! declared one that nobody marked is, too, as nothing but a name says whose it is.
//! Where a user of the stack could carry the mark, that it is missing shows.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join_all, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Owner, Resource};
use serde_json::{Value, json};

use super::entity::Entity;
use super::user::{self, Depth};
use super::{list, marks, stranger, text};
use crate::Cx;
use crate::cx::unreadable;

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
    join_all(resources.iter().map(|resource| async {
        let live = match one(cx, &resource.name()).await {
            Ok(None) => Live::Absent,
            Ok(Some(mut found)) => {
                let users = resource.spec.references();
                let unmarked = markable(&resource.name())
                    && users.iter().any(|(_, reference)| reference.target.kind == KindId::IamUser.name());
                let address = if unmarked { String::new() } else { resource.address.to_string() };
                found.owner.get_or_insert(Owner { stack: cx.stack.name.clone(), address });
                Live::Present(Box::new(found))
            }
            Err(error) => unreadable(&error),
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

/// A tag's key holds no more than 128 characters, and no comma.
fn markable(group: &str) -> bool {
    "recon:group:".len() + group.len() <= 128 && !group.contains(',')
}

async fn one(cx: &Cx<'_>, name: &str) -> Result<Option<Found>, AwsError> {
    if let Ok(dump) = cx.iam().await {
        let group = list(dump, "GroupDetailList").find(|detail| detail["GroupName"] == *name);
        return Ok(group.map(|group| found(cx, group, &members(dump, name))));
    }
    let Some(answer) = GROUP.get(cx, name).await? else { return Ok(None) };
    let mut group = answer[GROUP.word].clone();
    let users = list(&answer, "Users").map(|user| user::detail(cx, text(user, "UserName"), Depth::Bare));
    let users: Vec<Value> = try_join_all(users).await?.into_iter().flatten().collect();
    let policies = GROUP.policies(cx, name).await?;
    for member in [GROUP.inline, "AttachedManagedPolicies"] {
        group[member] = policies[member].clone();
    }
    Ok(Some(found(cx, &group, &users.iter().collect::<Vec<_>>())))
}

fn members<'a>(dump: &'a Value, group: &str) -> Vec<&'a Value> {
    let is_in = |user: &&Value| list(user, "GroupList").any(|name| *name == *group);
    list(dump, "UserDetailList").filter(is_in).collect()
}

fn found(cx: &Cx<'_>, group: &Value, users: &[&Value]) -> Found {
    let mut document = group.clone();
    document["Users"] = users.iter().map(|user| user["UserName"].clone()).collect();
    GROUP.lift(&mut document, group);
    let exports = [("arn", &group["Arn"]), ("name", &group["GroupName"]), ("id", &group["GroupId"])];
    let mut found = cx.found(KindId::IamGroup, &document, &Value::Null, &exports);
    let name = text(group, "GroupName");
    let marked = |user: &&Value| marks(user, KindId::IamGroup).into_iter().find(|(of, _)| of == name);
    found.owner = users.iter().find_map(marked).map(|(_, owner)| owner);
    let marked: Vec<&Value> =
        users.iter().filter(|user| marked(user).is_some()).map(|u| &u["UserName"]).collect();
    found.extra = json!({"marked": marked});
    found
}

/// Groups that a mark says are the stack's, and that are not declared.
pub(super) fn strangers(cx: &Cx<'_>, dump: &Value, declared: &BTreeSet<String>) {
    let groups: BTreeMap<&str, &Value> =
        list(dump, "GroupDetailList").map(|group| (text(group, "GroupName"), group)).collect();
    for (name, group) in groups.into_iter().filter(|(name, _)| !declared.contains(*name)) {
        stranger(cx, found(cx, group, &members(dump, name)));
    }
}
