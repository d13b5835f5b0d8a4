//! `iam.role`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use super::entity::Entity;
use super::{GONE, TAG_ROLE, UNTAG_ROLE};
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("iam", "CreateRole");
const UPDATE: WriteOp = WriteOp::new("iam", "UpdateRole");
const TRUST: WriteOp = WriteOp::new("iam", "UpdateAssumeRolePolicy");
const ROLE: Entity = Entity {
    name: "RoleName",
    attach: WriteOp::new("iam", "AttachRolePolicy"),
    detach: WriteOp::new("iam", "DetachRolePolicy"),
    put: WriteOp::new("iam", "PutRolePolicy"),
    drop: WriteOp::new("iam", "DeleteRolePolicy"),
};
const BOUND: WriteOp = WriteOp::new("iam", "PutRolePermissionsBoundary");
const UNBOUND: WriteOp = WriteOp::new("iam", "DeleteRolePermissionsBoundary");
const DELETE: WriteOp = WriteOp::new("iam", "DeleteRole");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    if let Some(map) = input.as_object_mut() {
        map.remove("ManagedPolicyArns");
        map.remove("Policies");
    }
    input["AssumeRolePolicyDocument"] = json!(item.canonical["trust"].to_string());
    input["Tags"] = item.upper_tags();
    let answer = cx.write(CREATE, input).await?;
    let exports =
        crate::ecs::exports(&answer["Role"], &[("arn", "Arn"), ("name", "RoleName"), ("id", "RoleId")]);
    ROLE.policies(cx, item, &json!({})).await?;
    Ok(exports)
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let role = item.text("name");
    if changed.has("trust") {
        let input = json!({"RoleName": role, "PolicyDocument": item.canonical["trust"].to_string()});
        cx.write(TRUST, input).await?;
    }
    if changed.has("description") || changed.has("max_session_duration") {
        // left out, AWS would set the duration back
        let both = ["description".to_string(), "max_session_duration".to_string()].into();
        let mut input = item.aws_fields(&both, &[]);
        input["RoleName"] = json!(role);
        cx.write(UPDATE, input).await?;
    }
    if changed.has("permissions_boundary") {
        match item.spec["permissions_boundary"].as_str() {
            Some(arn) => cx.write(BOUND, json!({"RoleName": role, "PermissionsBoundary": arn})).await?,
            None => cx.write(UNBOUND, json!({"RoleName": role})).await?,
        };
    }
    if changed.has("managed") || changed.has("inline") {
        ROLE.policies(cx, item, &live.spec.value()).await?;
    }
    if changed.tags {
        cx.write(TAG_ROLE, json!({"RoleName": role, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG_ROLE, json!({"RoleName": role, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    ROLE.strip(cx, live).await?;
    cx.write_unless(DELETE, json!({"RoleName": live.export("name")}), GONE).await?;
    Ok(())
}
