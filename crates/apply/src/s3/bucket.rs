//! `s3.bucket`. Each aspect is a call of its own; one after the other, for S3
//! refuses two at a time on one bucket.

use recon_aws::{ReadOp, WriteOp};
use recon_model::{Found, STACK_TAG};
use serde_json::{Value, json};

use super::aspects;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("s3", "CreateBucket");
const TAG: WriteOp = WriteOp::new("s3", "PutBucketTagging");
const DELETE: WriteOp = WriteOp::new("s3", "DeleteBucket");
const DELETE_OBJECTS: WriteOp = WriteOp::new("s3", "DeleteObjects");
const TAGS: ReadOp = ReadOp::new("s3", "GetBucketTagging");
const VERSIONS: ReadOp = ReadOp::new("s3", "ListObjectVersions");

/// The region that S3 takes for said where none is.
const FIRST_REGION: &str = "us-east-1";

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let name = item.text("name");
    let mut input = item.kind.kind().creation(&item.spec);
    input["CreateBucketConfiguration"] = json!({"Tags": item.upper_tags()});
    if cx.region != FIRST_REGION {
        input["CreateBucketConfiguration"]["LocationConstraint"] = json!(cx.region);
    }
    match cx.write(CREATE, input).await {
        // an answer that got lost; a bucket without our tag would be another matter
        Err(error) if error.is(&["BucketAlreadyOwnedByYou"]) && ours(cx, name).await => {}
        answer => {
            answer?;
            // with the creation S3 takes tags only since 2025, and not all that speaks S3 does
            if !ours(cx, name).await {
                tag(cx, item).await?;
            }
        }
    }
    for field in aspects::FIELDS.iter().filter(|field| !item.spec[**field].is_null()) {
        aspects::write(cx, item, field).await?;
    }
    Ok(exports(cx, name))
}

async fn ours(cx: &Cx<'_>, name: &str) -> bool {
    let answer = cx.read(TAGS, json!({"Bucket": name})).await.unwrap_or_default();
    let mut tags = answer["TagSet"].as_array().into_iter().flatten();
    tags.any(|tag| tag["Key"] == STACK_TAG && tag["Value"] == *cx.stack.name)
}

fn exports(cx: &Cx<'_>, name: &str) -> Exports {
    let partition = &cx.stack.home.partition;
    let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let all = [
        ("arn", format!("arn:{partition}:s3:::{name}")),
        ("name", name.to_string()),
        ("domain_name", format!("{name}.s3.{suffix}")),
        ("regional_domain_name", format!("{name}.s3.{}.{suffix}", cx.region)),
    ];
    all.into_iter().map(|(attribute, text)| (attribute.to_string(), text)).collect()
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let item = &item.beside(live);
    for field in aspects::FIELDS.iter().filter(|field| changed.has(field)) {
        aspects::write(cx, item, field).await?;
    }
    if changed.tags {
        tag(cx, item).await?;
    }
    Ok(live.exports.clone())
}

/// Replaces them all: what is surplus goes with it.
async fn tag(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let input = json!({"Bucket": item.text("name"), "Tagging": {"TagSet": item.upper_tags()}});
    cx.write(TAG, input).await?;
    Ok(())
}

pub async fn delete(cx: &Cx<'_>, live: &Found, forced: bool) -> Result<(), Failure> {
    let bucket = live.export("name").unwrap_or_default();
    if forced {
        empty(cx, bucket).await?;
    }
    match cx.write_unless(DELETE, json!({"Bucket": bucket}), &["NoSuchBucket"]).await {
        Err(error) if error.is(&["BucketNotEmpty"]) => Err(Failure::Refused(format!(
            "there are objects in it: `force_delete = true` would delete them ({error})"
        ))),
        answer => Ok(answer.map(|_| ())?),
    }
}

/// Deletes every version and every mark of a deletion. The list is begun anew
/// each time: what it showed before is gone.
async fn empty(cx: &Cx<'_>, bucket: &str) -> Result<(), Failure> {
    loop {
        let page = match cx.read(VERSIONS, json!({"Bucket": bucket})).await {
            Ok(page) => page,
            Err(error) if error.is(&["NoSuchBucket"]) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let lists = ["Versions", "DeleteMarkers"].into_iter();
        let entries = lists.flat_map(|list| page[list].as_array().into_iter().flatten());
        let objects: Vec<Value> =
            entries.map(|entry| json!({"Key": entry["Key"], "VersionId": entry["VersionId"]})).collect();
        if objects.is_empty() {
            return Ok(());
        }
        let input = json!({"Bucket": bucket, "Delete": {"Objects": objects, "Quiet": true}});
        let answer = cx.write(DELETE_OBJECTS, input).await?;
        if let Some(error) = answer["Errors"].as_array().and_then(|errors| errors.first()) {
            return Err(Failure::Refused(format!(
                "{} cannot be deleted: {}: {}",
                error["Key"], error["Code"], error["Message"]
            )));
        }
    }
}
