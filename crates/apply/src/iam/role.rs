//! `iam.role`. Each attached and each inline policy is a call of its own.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("iam", "CreateRole");
const UPDATE: WriteOp = WriteOp::new("iam", "UpdateRole");
const TRUST: WriteOp = WriteOp::new("iam", "UpdateAssumeRolePolicy");
const PUT: WriteOp = WriteOp::new("iam", "PutRolePolicy");
const DROP: WriteOp = WriteOp::new("iam", "DeleteRolePolicy");
const ATTACH: WriteOp = WriteOp::new("iam", "AttachRolePolicy");
const DETACH: WriteOp = WriteOp::new("iam", "DetachRolePolicy");
const BOUND: WriteOp = WriteOp::new("iam", "PutRolePermissionsBoundary");
const UNBOUND: WriteOp = WriteOp::new("iam", "DeleteRolePermissionsBoundary");
const TAG: WriteOp = WriteOp::new("iam", "TagRole");
const UNTAG: WriteOp = WriteOp::new("iam", "UntagRole");
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
    let nothing = json!({});
    policies(cx, item, &nothing).await?;
    Ok(exports)
}

/// Attaches and puts what is wanted, detaches and drops what is not.
async fn policies(cx: &Cx<'_>, item: &Item<'_>, live: &Value) -> Result<(), Failure> {
    let role = item.text("name");
    let (wanted, there) = (arns(&item.spec), arns(live));
    let attach =
        wanted.difference(&there).map(|arn| cx.write(ATTACH, json!({"RoleName": role, "PolicyArn": arn})));
    try_join_all(attach).await?;
    let empty = serde_json::Map::new();
    let inline = item.spec["inline"].as_object().unwrap_or(&empty);
    let put = inline.iter().filter(|(name, document)| live["inline"][name.as_str()] != **document);
    try_join_all(put.map(|(name, document)| {
        cx.write(PUT, json!({"RoleName": role, "PolicyName": name, "PolicyDocument": document.to_string()}))
    }))
    .await?;
    // what is taken away goes last: nothing is missing in between
    let detach =
        there.difference(&wanted).map(|arn| cx.write(DETACH, json!({"RoleName": role, "PolicyArn": arn})));
    try_join_all(detach).await?;
    let gone =
        live["inline"].as_object().into_iter().flatten().filter(|(name, _)| !inline.contains_key(*name));
    try_join_all(gone.map(|(name, _)| cx.write(DROP, json!({"RoleName": role, "PolicyName": name})))).await?;
    Ok(())
}

fn arns(spec: &Value) -> BTreeSet<String> {
    spec["managed"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|arn| arn.as_str().map(str::to_string))
        .collect()
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
        policies(cx, item, &live.spec).await?;
    }
    if changed.tags {
        cx.write(TAG, json!({"RoleName": role, "Tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"RoleName": role, "TagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

/// AWS refuses to delete a role that still has policies.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    const GONE: &[&str] = &["NoSuchEntity"];
    let role = live.export("name").unwrap_or_default();
    for arn in arns(&live.spec) {
        cx.write_unless(DETACH, json!({"RoleName": role, "PolicyArn": arn}), GONE).await?;
    }
    for (name, _) in live.spec["inline"].as_object().into_iter().flatten() {
        cx.write_unless(DROP, json!({"RoleName": role, "PolicyName": name}), GONE).await?;
    }
    cx.write_unless(DELETE, json!({"RoleName": role}), GONE).await?;
    Ok(())
}
