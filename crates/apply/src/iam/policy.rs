//! `iam.policy`. A change is a new version; AWS keeps five of them.

use futures_util::future::try_join_all;
use recon_aws::{ReadOp, WriteOp};
use recon_model::Found;
use serde_json::{Value, json};

use super::GONE;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("iam", "CreatePolicy");
const VERSIONS: ReadOp = ReadOp::new("iam", "ListPolicyVersions");
const NEW_VERSION: WriteOp = WriteOp::new("iam", "CreatePolicyVersion");
const DROP_VERSION: WriteOp = WriteOp::new("iam", "DeletePolicyVersion");
const HOLDERS: ReadOp = ReadOp::new("iam", "ListEntitiesForPolicy");
const TAG: WriteOp = WriteOp::new("iam", "TagPolicy");
const UNTAG: WriteOp = WriteOp::new("iam", "UntagPolicy");
const DELETE: WriteOp = WriteOp::new("iam", "DeletePolicy");

/// Versions that AWS keeps of a policy.
const MOST: usize = 5;

/// Who may hold a policy: the list in the answer, the name in it, the call that takes it away.
const DETACH: [(&str, &str, WriteOp); 3] = [
    ("PolicyRoles", "RoleName", WriteOp::new("iam", "DetachRolePolicy")),
    ("PolicyUsers", "UserName", WriteOp::new("iam", "DetachUserPolicy")),
    ("PolicyGroups", "GroupName", WriteOp::new("iam", "DetachGroupPolicy")),
];

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["Tags"] = item.upper_tags();
    let answer = cx.write(CREATE, input).await?;
    Ok(crate::ecs::exports(&answer["Policy"], &[("arn", "Arn"), ("name", "PolicyName"), ("id", "PolicyId")]))
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let arn = live.export("arn").unwrap_or_default();
    if changed.has("document") {
        let others = other_versions(cx, arn).await?;
        if let Some(oldest) = others.first().filter(|_| others.len() + 1 >= MOST) {
            let input = json!({"PolicyArn": arn, "VersionId": oldest["VersionId"]});
            cx.write_unless(DROP_VERSION, input, GONE).await?;
        }
        let document = item.kind.kind().creation(&item.spec)["PolicyDocument"].clone();
        let input = json!({"PolicyArn": arn, "PolicyDocument": document, "SetAsDefault": true});
        cx.write(NEW_VERSION, input).await?;
    }
    if changed.tags {
        cx.write(TAG, json!({"PolicyArn": arn, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"PolicyArn": arn, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

/// Versions that do not count, the oldest first.
async fn other_versions(cx: &Cx<'_>, arn: &str) -> Result<Vec<Value>, Failure> {
    let answer = match cx.read_all(VERSIONS, json!({"PolicyArn": arn})).await {
        Err(error) if error.is(GONE) => return Ok(Vec::new()),
        answer => answer?,
    };
    let all = answer["Versions"].as_array().into_iter().flatten();
    let mut others: Vec<Value> = all.filter(|version| version["IsDefaultVersion"] != true).cloned().collect();
    // `v12` was made after `v9`
    let number = |version: &Value| {
        let id = version["VersionId"].as_str().unwrap_or_default();
        id.trim_start_matches('v').parse::<u64>().unwrap_or(u64::MAX)
    };
    others.sort_by_key(number);
    Ok(others)
}

/// AWS deletes no policy that somebody holds, and none with other versions. As
/// a boundary it stays: taking one away would allow more.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let arn = live.export("arn").unwrap_or_default();
    let input = json!({"PolicyArn": arn, "PolicyUsageFilter": "PermissionsPolicy"});
    let holders = match cx.read_all(HOLDERS, input).await {
        Err(error) if error.is(GONE) => return Ok(()),
        answer => answer?,
    };
    for (list, name, detach) in DETACH {
        let entities = holders[list].as_array().into_iter().flatten();
        try_join_all(
            entities
                .map(|entity| cx.write_unless(detach, json!({name: entity[name], "PolicyArn": arn}), GONE)),
        )
        .await?;
    }
    for version in other_versions(cx, arn).await? {
        let input = json!({"PolicyArn": arn, "VersionId": version["VersionId"]});
        cx.write_unless(DROP_VERSION, input, GONE).await?;
    }
    cx.write_unless(DELETE, json!({"PolicyArn": arn}), GONE).await?;
    Ok(())
}
