//! `iam.group`.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use super::entity::Entity;
use super::{GONE, mark, unmark};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("iam", "CreateGroup");
const UPDATE: WriteOp = WriteOp::new("iam", "UpdateGroup");
const JOIN: WriteOp = WriteOp::new("iam", "AddUserToGroup");
const LEAVE: WriteOp = WriteOp::new("iam", "RemoveUserFromGroup");
const DELETE: WriteOp = WriteOp::new("iam", "DeleteGroup");
const GROUP: Entity = Entity {
    name: "GroupName",
    attach: WriteOp::new("iam", "AttachGroupPolicy"),
    detach: WriteOp::new("iam", "DetachGroupPolicy"),
    put: WriteOp::new("iam", "PutGroupPolicy"),
    drop: WriteOp::new("iam", "DeleteGroupPolicy"),
};

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let answer = cx.write(CREATE, item.kind.kind().creation(&item.spec)).await?;
    GROUP.policies(cx, item, &json!({})).await?;
    members(cx, item, &Found::default()).await?;
    Ok(crate::ecs::exports(&answer["Group"], &[("arn", "Arn"), ("name", "GroupName"), ("id", "GroupId")]))
}

/// Brings who is in the group, and the mark of the group on those that are the stack's own.
async fn members(cx: &Cx<'_>, item: &Item<'_>, live: &Found) -> Result<(), Failure> {
    let group = item.text("name");
    let (wanted, there) = (names(&item.spec["members"]), names(&live.spec["members"]));
    let input = |user: &String| json!({"GroupName": group, "UserName": user});
    try_join_all(wanted.difference(&there).map(|user| cx.write(JOIN, input(user)))).await?;
    let marked = names(&live.extra["marked"]);
    if let Some(key) = mark_key(group) {
        let own = own(cx, item);
        try_join_all(own.difference(&marked).map(|user| mark(cx, user, &key, item.address))).await?;
        try_join_all(marked.difference(&wanted).map(|user| unmark(cx, user, &key))).await?;
    }
    try_join_all(there.difference(&wanted).map(|user| cx.write_unless(LEAVE, input(user), GONE))).await?;
    Ok(())
}

fn names(list: &Value) -> BTreeSet<String> {
    let names = list.as_array().into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_string)).collect()
}

/// Members that the stack declares: nobody else's users are marked.
fn own(cx: &Cx<'_>, item: &Item<'_>) -> BTreeSet<String> {
    let references = item.resource.spec.references();
    let users = references.iter().filter(|(_, reference)| reference.target.kind == "iam.user");
    users.filter_map(|(_, reference)| cx.known(reference)?.as_str().map(str::to_string)).collect()
}

/// A tag's key holds no more than 128 characters, and no comma.
fn mark_key(group: &str) -> Option<String> {
    let key = format!("recon:group:{group}");
    (key.len() <= 128 && !group.contains(',')).then_some(key)
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let group = item.text("name");
    let mut exports = live.exports.clone();
    if changed.has("path") {
        let path = item.spec["path"].as_str().unwrap_or("/");
        cx.write(UPDATE, json!({"GroupName": group, "NewPath": path})).await?;
        let arn = format!("arn:{}:iam::{}:group{path}{group}", cx.stack.home.partition, cx.account);
        exports.insert("arn".into(), arn);
    }
    if changed.has("managed") || changed.has("inline") {
        GROUP.policies(cx, item, &live.spec).await?;
    }
    if changed.has("members") || changed.tags {
        members(cx, item, live).await?;
    }
    if changed.tags {
        // it was another address: the marks say so anew
        if let Some(key) = mark_key(group) {
            try_join_all(own(cx, item).iter().map(|user| mark(cx, user, &key, item.address))).await?;
        }
    }
    Ok(exports)
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let group = live.export("name").unwrap_or_default();
    for user in names(&live.spec["members"]) {
        cx.write_unless(LEAVE, json!({"GroupName": group, "UserName": user}), GONE).await?;
    }
    GROUP.strip(cx, live).await?;
    cx.write_unless(DELETE, json!({"GroupName": group}), GONE).await?;
    if let Some(key) = mark_key(group) {
        for user in names(&live.extra["marked"]) {
            unmark(cx, &user, &key).await?;
        }
    }
    Ok(())
}
