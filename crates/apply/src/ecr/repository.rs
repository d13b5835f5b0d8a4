//! `ecr.repository`. Its two policies are calls of their own.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::surplus;

const CREATE: WriteOp = WriteOp::new("ecr", "CreateRepository");
const MUTABILITY: WriteOp = WriteOp::new("ecr", "PutImageTagMutability");
const SCANNING: WriteOp = WriteOp::new("ecr", "PutImageScanningConfiguration");
const TAG: WriteOp = WriteOp::new("ecr", "TagResource");
const UNTAG: WriteOp = WriteOp::new("ecr", "UntagResource");
const DELETE: WriteOp = WriteOp::new("ecr", "DeleteRepository");

/// A document that a repository has or has not.
struct Document {
    field: &'static str,
    put: WriteOp,
    drop: WriteOp,
    none: &'static str,
}

const LIFECYCLE: Document = Document {
    field: "lifecycle_policy",
    put: WriteOp::new("ecr", "PutLifecyclePolicy"),
    drop: WriteOp::new("ecr", "DeleteLifecyclePolicy"),
    none: "LifecyclePolicyNotFoundException",
};
const POLICY: Document = Document {
    field: "repository_policy",
    put: WriteOp::new("ecr", "SetRepositoryPolicy"),
    drop: WriteOp::new("ecr", "DeleteRepositoryPolicy"),
    none: "RepositoryPolicyNotFoundException",
};

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["tags"] = item.upper_tags();
    let answer = cx.write(CREATE, input).await?;
    for document in [LIFECYCLE, POLICY] {
        if !item.spec[document.field].is_null() {
            write(cx, item, &document).await?;
        }
    }
    let names = [
        ("arn", "repositoryArn"),
        ("name", "repositoryName"),
        ("repository_uri", "repositoryUri"),
        ("registry_id", "registryId"),
    ];
    Ok(crate::ecs::exports(&answer["repository"], &names))
}

async fn write(cx: &Cx<'_>, item: &Item<'_>, document: &Document) -> Result<(), Failure> {
    let mut input = item.aws_fields(&[document.field.to_string()].into(), &[]);
    let there = input.as_object().is_some_and(|members| !members.is_empty());
    input["repositoryName"] = json!(item.text("name"));
    match there {
        true => cx.write(document.put, input).await?,
        false => cx.write_unless(document.drop, input, &[document.none]).await?,
    };
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let item = &item.beside(live);
    let with_name = |fields: &[&str]| {
        let mut input = item.aws_fields(&fields.iter().map(ToString::to_string).collect(), &[]);
        input["repositoryName"] = json!(item.text("name"));
        input
    };
    // the filters mean something together with their mutability only
    let mutability = ["image_tag_mutability", "image_tag_mutability_exclusion_filters"];
    if mutability.iter().any(|field| changed.has(field)) {
        cx.write(MUTABILITY, with_name(&mutability)).await?;
    }
    if changed.has("image_scanning_configuration") {
        let mut input = with_name(&["image_scanning_configuration"]);
        if input["imageScanningConfiguration"].is_null() {
            input["imageScanningConfiguration"] = json!({"scanOnPush": false});
        }
        cx.write(SCANNING, input).await?;
    }
    for document in [LIFECYCLE, POLICY] {
        if changed.has(document.field) {
            write(cx, item, &document).await?;
        }
    }
    if changed.tags {
        let arn = live.export("arn");
        cx.write(TAG, json!({"resourceArn": arn, "tags": item.upper_tags()})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"resourceArn": arn, "tagKeys": surplus})).await?;
        }
    }
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found, forced: bool) -> Result<(), Failure> {
    let input = json!({"repositoryName": live.export("name"), "force": forced});
    match cx.write_unless(DELETE, input, &["RepositoryNotFoundException"]).await {
        Err(error) if error.is(&["RepositoryNotEmptyException"]) => Err(Failure::Refused(format!(
            "there are images in it: `force_delete = true` would delete them ({error})"
        ))),
        answer => Ok(answer.map(|_| ())?),
    }
}
