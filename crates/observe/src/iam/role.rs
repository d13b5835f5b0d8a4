//! `iam.role`: policies and tags come from IAM's dump; description and session
//! length, which the dump leaves out, from GetRole.

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::Value;

use super::entity::Entity;
use super::{decoded, list};
use crate::Cx;
use crate::cx::unreadable;

const ROLE: Entity = Entity {
    word: "Role",
    name: "RoleName",
    inline: "RolePolicyList",
    get: ReadOp::new("iam", "GetRole"),
    list_inline: ReadOp::new("iam", "ListRolePolicies"),
    get_inline: ReadOp::new("iam", "GetRolePolicy"),
    list_attached: ReadOp::new("iam", "ListAttachedRolePolicies"),
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.iter().map(|resource| async {
        let live = match one(cx, &resource.name()).await {
            Ok(found) => found.map_or(Live::Absent, |found| Live::Present(Box::new(found))),
            Err(error) => unreadable(&error),
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

/// The role with its policies: from the dump, or asked one by one where the
/// dump is forbidden.
async fn one(cx: &Cx<'_>, name: &str) -> Result<Option<Found>, AwsError> {
    let (dump, answer) = tokio::join!(cx.iam(), ROLE.get(cx, name));
    let Some(answer) = answer? else { return Ok(None) };
    let role = &answer[ROLE.word];
    let detail = dump.ok().and_then(|dump| list(dump, "RoleDetailList").find(|d| d["RoleName"] == *name));
    Ok(Some(match detail {
        Some(detail) => found(cx, role, detail),
        None => found(cx, role, &ROLE.policies(cx, name).await?),
    }))
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
