//! `iam.user`: IAM's dump has all of it.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::Value;

use super::entity::Entity;
use crate::Cx;
use crate::cx::Why;

const USER: Entity = Entity {
    word: "User",
    name: "UserName",
    inline: "UserPolicyList",
    get: ReadOp::new("iam", "GetUser"),
    list_inline: ReadOp::new("iam", "ListUserPolicies"),
    get_inline: ReadOp::new("iam", "GetUserPolicy"),
    list_attached: ReadOp::new("iam", "ListAttachedUserPolicies"),
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let detail = detail(cx, &resource.name(), Depth::Whole).await?;
    Ok(detail.map(|detail| found(cx, &detail)))
}

/// How much of a user is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The user with its tags.
    Bare,
    /// The policies as well.
    Whole,
}

/// The user in the dump's form, asked for by itself where the dump is forbidden.
pub(super) async fn detail(cx: &Cx<'_>, name: &str, depth: Depth) -> Result<Option<Value>, AwsError> {
    if let Ok(dump) = cx.iam().await {
        return Ok(dump.user(name).cloned());
    }
    let Some(mut answer) = USER.get(cx, name).await? else { return Ok(None) };
    let mut detail = answer[USER.word].take();
    if depth == Depth::Whole {
        let policies = USER.policies(cx, name).await?;
        for member in [USER.inline, "AttachedManagedPolicies"] {
            detail[member] = policies[member].clone();
        }
    }
    Ok(Some(detail))
}

pub(super) fn found(cx: &Cx<'_>, user: &Value) -> Found {
    let mut document = user.clone();
    document["PermissionsBoundary"] = user["PermissionsBoundary"]["PermissionsBoundaryArn"].clone();
    USER.lift(&mut document, user);
    let exports = [("arn", &user["Arn"]), ("name", &user["UserName"]), ("id", &user["UserId"])];
    cx.found(KindId::IamUser, &document, &user["Tags"], &exports)
}
