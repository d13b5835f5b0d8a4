//! `s3.bucket`: one call for each aspect, all at once. Each would say that there
//! is no such bucket, so nobody asks that first.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::{Look, Trouble, Why};
use crate::loader::Loader;

const VERSIONING: ReadOp = ReadOp::new("s3", "GetBucketVersioning");
const ENCRYPTION: ReadOp = ReadOp::new("s3", "GetBucketEncryption");
const PUBLIC: ReadOp = ReadOp::new("s3", "GetPublicAccessBlock");
const OWNERSHIP: ReadOp = ReadOp::new("s3", "GetBucketOwnershipControls");
const LIFECYCLE: ReadOp = ReadOp::new("s3", "GetBucketLifecycleConfiguration");
const LOGGING: ReadOp = ReadOp::new("s3", "GetBucketLogging");
const POLICY: ReadOp = ReadOp::new("s3", "GetBucketPolicy");
const TAGS: ReadOp = ReadOp::new("s3", "GetBucketTagging");
const OBJECTS: ReadOp = ReadOp::new("s3", "ListObjectVersions");

/// S3's words for an aspect that nobody has set.
const UNSET: &[&str] = &[
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "NoSuchLifecycleConfiguration",
    "NoSuchBucketPolicy",
    "NoSuchTagSet",
];

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    match get(cx, resource, &resource.name()).await {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is(&["NoSuchBucket"]) => Ok(None),
        Err(error) if error.is(&["PermanentRedirect"]) => {
            let why = "a bucket of that name stands in another region";
            Err(Trouble::ParentUnreadable(why.into()).into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn get(cx: &Cx<'_>, resource: &Resource, name: &str) -> Result<Found, AwsError> {
    let arn = format!("arn:{}:s3:::{name}", cx.stack.home.partition);
    let ask = async { Ok(aspect(cx, TAGS, name).await?["TagSet"].take()) };
    let holds = async {
        match cx.look {
            Look::Close => holds(&cx.loader, name).await,
            Look::Glance => None,
        }
    };
    let (versioning, encryption, public, ownership, lifecycle, logging, policy, tags, holds) = tokio::join!(
        aspect(cx, VERSIONING, name),
        aspect(cx, ENCRYPTION, name),
        aspect(cx, PUBLIC, name),
        aspect(cx, OWNERSHIP, name),
        aspect(cx, LIFECYCLE, name),
        aspect(cx, LOGGING, name),
        aspect(cx, POLICY, name),
        cx.tags(resource, &arn, ask),
        holds,
    );
    let document = json!({
        "Bucket": name,
        "VersioningConfiguration": versioning?,
        "ServerSideEncryptionConfiguration": encryption?["ServerSideEncryptionConfiguration"],
        "PublicAccessBlockConfiguration": blocked(&public?),
        "ObjectOwnership": owner(&ownership?),
        "LifecycleConfiguration": lifecycle?,
        "LoggingEnabled": logging?["LoggingEnabled"],
        "Policy": policy?["Policy"],
    });
    let partition = &cx.stack.home.partition;
    let suffix = if partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
    let exports = [
        ("arn", &json!(arn)),
        ("name", &document["Bucket"]),
        ("domain_name", &json!(format!("{name}.s3.{suffix}"))),
        ("regional_domain_name", &json!(format!("{name}.s3.{}.{suffix}", cx.region))),
    ];
    let mut found = cx.found(KindId::S3Bucket, &document, &tags?, &exports);
    found.holds = holds;
    Ok(found)
}

/// What is set, or nothing.
async fn aspect(cx: &Cx<'_>, op: ReadOp, bucket: &str) -> Result<Value, AwsError> {
    match cx.read(op, json!({"Bucket": bucket})).await {
        Err(error) if error.is(UNSET) => Ok(Value::Null),
        answer => answer,
    }
}

/// Nothing set blocks nothing, although new buckets are made with everything blocked.
fn blocked(answer: &Value) -> Value {
    let said = &answer["PublicAccessBlockConfiguration"];
    let members = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    members.iter().map(|member| ((*member).to_string(), json!(said[*member] == true))).collect()
}

/// Without the rule, whoever writes an object owns it.
fn owner(answer: &Value) -> Value {
    match &answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"] {
        Value::Null => json!("ObjectWriter"),
        said => said.clone(),
    }
}

/// Only whether there are any. Who may not ask learns it when S3 refuses the end.
pub(crate) async fn holds(loader: &Loader, bucket: &str) -> Option<String> {
    let answer = loader.read(OBJECTS, json!({"Bucket": bucket, "MaxKeys": 1})).await.ok()?;
    let any = |list: &str| answer[list].as_array().is_some_and(|all| !all.is_empty());
    (any("Versions") || any("DeleteMarkers")).then(|| "objects".to_string())
}
