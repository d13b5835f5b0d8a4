//! `iam.role`: policies and tags come from IAM's dump; description and session
//! length, which the dump leaves out, from the list of roles.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use super::decoded;
use super::entity::Entity;
use crate::Cx;
use crate::batch::{Alone, Batch, List, always};
use crate::cx::Why;

const ROLE: Entity = Entity {
    word: "Role",
    name: "RoleName",
    inline: "RolePolicyList",
    get: ReadOp::new("iam", "GetRole"),
    list_inline: ReadOp::new("iam", "ListRolePolicies"),
    get_inline: ReadOp::new("iam", "GetRolePolicy"),
    list_attached: ReadOp::new("iam", "ListAttachedRolePolicies"),
};

/// Roles without their tags and boundaries, which a list leaves out and the dump has.
static ROLES: Batch = Batch {
    op: ROLE.get,
    most: 1,
    input: |_, names| json!({"RoleName": names.first()}),
    items: ("Roles", "RoleName"),
    there: always,
    gone: &["NoSuchEntity"],
    list: Some(List::Whole(ReadOp::new("iam", "ListRoles"), || json!({"MaxItems": 1000}))),
    alone: Some(Alone { op: ROLE.get, input: |_, name| json!({"RoleName": name}), item: "Role", most: 0 }),
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

/// The role with its policies: from the dump, or asked one by one where the
/// dump is forbidden.
async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let (dump, role) = tokio::join!(cx.iam(), cx.one(&ROLES, "", &name));
    let Some(role) = role? else { return Ok(None) };
    if let Some(detail) = dump.ok().and_then(|dump| dump.role(&name)) {
        let mut role = Value::clone(&role);
        for member in ["Tags", "PermissionsBoundary"] {
            role[member] = detail[member].clone();
        }
        return Ok(Some(found(cx, &role, detail)));
    }
    let Some(role) = bare(cx, &name).await? else { return Ok(None) };
    Ok(Some(found(cx, &role, &ROLE.policies(cx, &name).await?)))
}

/// The role with its tags.
pub(super) async fn bare(cx: &Cx<'_>, name: &str) -> Result<Option<Value>, AwsError> {
    Ok(ROLE.get(cx, name).await?.map(|mut answer| answer[ROLE.word].take()))
}

pub(super) fn found(cx: &Cx<'_>, role: &Value, policies: &Value) -> Found {
    let mut document = role.clone();
    document["AssumeRolePolicyDocument"] = decoded(&role["AssumeRolePolicyDocument"]);
    document["PermissionsBoundary"] = role["PermissionsBoundary"]["PermissionsBoundaryArn"].clone();
    ROLE.lift(&mut document, policies);
    let exports = [("arn", &role["Arn"]), ("name", &role["RoleName"]), ("id", &role["RoleId"])];
    cx.found(KindId::IamRole, &document, &role["Tags"], &exports)
}
