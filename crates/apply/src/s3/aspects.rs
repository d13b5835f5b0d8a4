//! What is set on a bucket.

use recon_aws::WriteOp;
use serde_json::{Value, json};

use crate::cx::{Cx, Failure};
use crate::item::Item;

const OWNERSHIP: WriteOp = WriteOp::new("s3", "PutBucketOwnershipControls");
const PUBLIC: WriteOp = WriteOp::new("s3", "PutPublicAccessBlock");
const VERSIONING: WriteOp = WriteOp::new("s3", "PutBucketVersioning");
const ENCRYPT: WriteOp = WriteOp::new("s3", "PutBucketEncryption");
const USUAL_KEY: WriteOp = WriteOp::new("s3", "DeleteBucketEncryption");
const LIFECYCLE: WriteOp = WriteOp::new("s3", "PutBucketLifecycleConfiguration");
const NO_LIFECYCLE: WriteOp = WriteOp::new("s3", "DeleteBucketLifecycle");
const LOGGING: WriteOp = WriteOp::new("s3", "PutBucketLogging");
const POLICY: WriteOp = WriteOp::new("s3", "PutBucketPolicy");
const NO_POLICY: WriteOp = WriteOp::new("s3", "DeleteBucketPolicy");

/// In the order in which they are written: what a policy may say depends on the
/// block before it.
pub const FIELDS: &[&str] = &[
    "object_ownership",
    "public_access_block",
    "versioning",
    "encryption",
    "lifecycle",
    "logging",
    "policy",
];

/// Brings one aspect to what is declared, or to what S3 has where nothing is.
pub async fn write(cx: &Cx<'_>, item: &Item<'_>, field: &str) -> Result<(), Failure> {
    let (op, mut input) = call(item, field);
    input["Bucket"] = json!(item.text("name"));
    cx.write(op, input).await?;
    Ok(())
}

fn call(item: &Item<'_>, field: &str) -> (WriteOp, Value) {
    let said = !item.spec[field].is_null();
    let aws = |member: &str| {
        let mut all = item.canonical_aws(field);
        all[member].take()
    };
    match field {
        "object_ownership" => {
            let rule = json!({"ObjectOwnership": aws("ObjectOwnership")});
            (OWNERSHIP, json!({"OwnershipControls": {"Rules": [rule]}}))
        }
        "public_access_block" => {
            let member = "PublicAccessBlockConfiguration";
            (PUBLIC, json!({ member: aws(member) }))
        }
        "versioning" => (VERSIONING, json!({"VersioningConfiguration": versioning(item)})),
        "encryption" if said => {
            let member = "ServerSideEncryptionConfiguration";
            (ENCRYPT, json!({ member: aws(member) }))
        }
        "encryption" => (USUAL_KEY, json!({})),
        "lifecycle"
            if said && item.spec[field]["rules"].as_array().is_some_and(|rules| !rules.is_empty()) =>
        {
            (LIFECYCLE, lifecycle(aws("LifecycleConfiguration")))
        }
        "lifecycle" => (NO_LIFECYCLE, json!({})),
        "logging" if said => {
            (LOGGING, json!({"BucketLoggingStatus": {"LoggingEnabled": aws("LoggingEnabled")}}))
        }
        "logging" => (LOGGING, json!({"BucketLoggingStatus": {}})),
        _ if said => (POLICY, json!({"Policy": aws("Policy")})),
        _ => (NO_POLICY, json!({})),
    }
}

/// A bucket once versioned can only be suspended.
fn versioning(item: &Item<'_>) -> Value {
    let mut wanted = json!({"Status": item.spec["versioning"]["status"].as_str().unwrap_or("Suspended")});
    if let Some(delete) = item.spec["versioning"]["mfa_delete"].as_str() {
        wanted["MFADelete"] = json!(delete);
    }
    wanted
}

/// The answer's form has beside the rules what the request has beside the document.
fn lifecycle(mut whole: Value) -> Value {
    let mut input = json!({"LifecycleConfiguration": {"Rules": whole["Rules"].take()}});
    if let Value::String(size) = whole["TransitionDefaultMinimumObjectSize"].take() {
        input["TransitionDefaultMinimumObjectSize"] = json!(size);
    }
    input
}
