//! `iam.group`.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use recon_aws::WriteOp;
use recon_model::{Address, Found, KindId, Reference, holders, mark_key};
use serde_json::{Value, json};

use super::entity::Entity;
use super::{GONE, Holder, mark, unmark};
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
    marks(cx, item, &Found::default(), true).await?;
    let answer = cx.write(CREATE, item.kind.kind().creation(&item.spec)).await?;
    GROUP.policies(cx, item, &json!({})).await?;
    members(cx, item, &Found::default()).await?;
    Ok(crate::ecs::exports(&answer["Group"], &[("arn", "Arn"), ("name", "GroupName"), ("id", "GroupId")]))
}

/// Brings who is in the group.
async fn members(cx: &Cx<'_>, item: &Item<'_>, live: &Found) -> Result<(), Failure> {
    let group = item.text("name");
    let (wanted, there) = (names(&item.spec["members"]), names(&live.spec["members"].value()));
    let input = |user: &String| json!({"GroupName": group, "UserName": user});
    try_join_all(wanted.difference(&there).map(|user| cx.write(JOIN, input(user)))).await?;
    try_join_all(there.difference(&wanted).map(|user| cx.write_unless(LEAVE, input(user), GONE))).await?;
    Ok(())
}

fn names(list: &Value) -> BTreeSet<String> {
    let names = list.as_array().into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_string)).collect()
}

/// Brings the group's mark to those who carry it. `anew` where it says another address.
async fn marks(cx: &Cx<'_>, item: &Item<'_>, live: &Found, anew: bool) -> Result<(), Failure> {
    let Some(key) = mark_key(item.kind, item.text("name")) else { return Ok(()) };
    let marked = marked(live);
    let wanted: BTreeSet<Holder> =
        holders(cx.stack, item.resource).into_iter().filter_map(|address| holder(cx, address)).collect();
    let new = wanted.iter().filter(|holder| anew || !marked.contains(holder));
    try_join_all(new.map(|holder| mark(cx, holder, &key, item.address))).await?;
    try_join_all(marked.difference(&wanted).map(|holder| unmark(cx, holder, &key))).await?;
    Ok(())
}

fn holder(cx: &Cx<'_>, target: Address) -> Option<Holder> {
    let of = if target.kind == KindId::IamRole.name() { Holder::Role } else { Holder::User };
    let name = cx.known(&Reference { target, attribute: "name".into() })?;
    Some(of(name.as_str()?.to_string()))
}

fn marked(live: &Found) -> BTreeSet<Holder> {
    let marked = &live.extra["marked"];
    let users = names(&marked["users"]).into_iter().map(Holder::User);
    users.chain(names(&marked["roles"]).into_iter().map(Holder::Role)).collect()
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
        GROUP.policies(cx, item, &live.spec.value()).await?;
    }
    if changed.has("members") || changed.tags {
        marks(cx, item, live, changed.tags).await?;
    }
    if changed.has("members") {
        members(cx, item, live).await?;
    }
    Ok(exports)
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let group = live.export("name").unwrap_or_default();
    for user in names(&live.spec["members"].value()) {
        cx.write_unless(LEAVE, json!({"GroupName": group, "UserName": user}), GONE).await?;
    }
    GROUP.strip(cx, live).await?;
    cx.write_unless(DELETE, json!({"GroupName": group}), GONE).await?;
    if let Some(key) = mark_key(KindId::IamGroup, group) {
        try_join_all(marked(live).iter().map(|holder| unmark(cx, holder, &key))).await?;
    }
    Ok(())
}
