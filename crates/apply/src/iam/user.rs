//! `iam.user`.

use recon_aws::{ReadOp, WriteOp};
use recon_model::Found;
use serde_json::json;

use super::entity::Entity;
use super::{GONE, TAG_USER, UNTAG_USER};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("iam", "CreateUser");
const UPDATE: WriteOp = WriteOp::new("iam", "UpdateUser");
const BOUND: WriteOp = WriteOp::new("iam", "PutUserPermissionsBoundary");
const UNBOUND: WriteOp = WriteOp::new("iam", "DeleteUserPermissionsBoundary");
const GROUPS: ReadOp = ReadOp::new("iam", "ListGroupsForUser");
const LEAVE: WriteOp = WriteOp::new("iam", "RemoveUserFromGroup");
const DELETE: WriteOp = WriteOp::new("iam", "DeleteUser");
const USER: Entity = Entity {
    name: "UserName",
    attach: WriteOp::new("iam", "AttachUserPolicy"),
    detach: WriteOp::new("iam", "DetachUserPolicy"),
    put: WriteOp::new("iam", "PutUserPolicy"),
    drop: WriteOp::new("iam", "DeleteUserPolicy"),
};

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["Tags"] = item.upper_tags();
    let answer = cx.write(CREATE, input).await?;
    USER.policies(cx, item, &json!({})).await?;
    Ok(crate::ecs::exports(&answer["User"], &[("arn", "Arn"), ("name", "UserName"), ("id", "UserId")]))
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let user = item.text("name");
    let mut exports = live.exports.clone();
    if changed.has("path") {
        let path = item.spec["path"].as_str().unwrap_or("/");
        cx.write(UPDATE, json!({"UserName": user, "NewPath": path})).await?;
        let arn = format!("arn:{}:iam::{}:user{path}{user}", cx.stack.home.partition, cx.account);
        exports.insert("arn".into(), arn);
    }
    if changed.has("permissions_boundary") {
        match item.spec["permissions_boundary"].as_str() {
            Some(arn) => cx.write(BOUND, json!({"UserName": user, "PermissionsBoundary": arn})).await?,
            None => cx.write(UNBOUND, json!({"UserName": user})).await?,
        };
    }
    if changed.has("managed") || changed.has("inline") {
        USER.policies(cx, item, &live.spec.value()).await?;
    }
    if changed.tags {
        cx.write(TAG_USER, json!({"UserName": user, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG_USER, json!({"UserName": user, "TagKeys": surplus})).await?;
        }
    }
    Ok(exports)
}

/// Keys, passwords and devices that somebody gave the user stand in the way, and
/// shall: they may be in use.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let user = live.export("name").unwrap_or_default();
    let groups = match cx.read_all(GROUPS, json!({"UserName": user})).await {
        Err(error) if error.is(GONE) => return Ok(()),
        answer => answer?,
    };
    for group in groups["Groups"].as_array().into_iter().flatten() {
        let input = json!({"UserName": user, "GroupName": group["GroupName"]});
        cx.write_unless(LEAVE, input, GONE).await?;
    }
    USER.strip(cx, live).await?;
    cx.write_unless(DELETE, json!({"UserName": user}), GONE).await?;
    Ok(())
}
