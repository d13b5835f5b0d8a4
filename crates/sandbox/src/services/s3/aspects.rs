//! What is set on a bucket: each aspect has its own Put, Get and Delete.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{bucket, policy};
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

const TAGS: usize = 50;
const LIFECYCLE_RULES: usize = 1000;

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetBucketVersioning" => get(cx, input, "Versioning"),
        "PutBucketVersioning" => put(cx, input, "Versioning", versioning(input)?),
        "GetBucketEncryption" => get(cx, input, "Encryption"),
        "PutBucketEncryption" => put(cx, input, "Encryption", encryption(input)?),
        // there is no bucket without encryption any more
        "DeleteBucketEncryption" => put(cx, input, "Encryption", s3_managed_keys()),
        "GetPublicAccessBlock" => get(cx, input, "PublicAccessBlock"),
        "PutPublicAccessBlock" => put(cx, input, "PublicAccessBlock", public_access_block(input)),
        "DeletePublicAccessBlock" => delete(cx, input, "PublicAccessBlock"),
        "GetBucketOwnershipControls" => get(cx, input, "OwnershipControls"),
        "PutBucketOwnershipControls" => put(cx, input, "OwnershipControls", ownership(input)?),
        "DeleteBucketOwnershipControls" => delete(cx, input, "OwnershipControls"),
        "GetBucketLifecycleConfiguration" => get(cx, input, "Lifecycle"),
        "PutBucketLifecycleConfiguration" => put_lifecycle(cx, input),
        "DeleteBucketLifecycle" => delete(cx, input, "Lifecycle"),
        "GetBucketPolicy" => get(cx, input, "Policy"),
        "PutBucketPolicy" => put_policy(cx, input),
        "DeleteBucketPolicy" => delete(cx, input, "Policy"),
        "GetBucketTagging" => get(cx, input, "Tagging"),
        "PutBucketTagging" => put_tagging(cx, input),
        "DeleteBucketTagging" => delete(cx, input, "Tagging"),
        "GetBucketLogging" => get(cx, input, "Logging"),
        "PutBucketLogging" => put_logging(cx, input),
        _ => Err(Refusal::unknown_operation("s3", operation)),
    }
}

/// What S3 has set on every new bucket since April 2023, and what the call asks for.
pub(super) fn of_a_new_bucket(input: &Value) -> Result<BTreeMap<String, Value>, Refusal> {
    let ownership = input["ObjectOwnership"].as_str().unwrap_or("BucketOwnerEnforced");
    let block = json!({"PublicAccessBlockConfiguration": {
        "BlockPublicAcls": true, "IgnorePublicAcls": true,
        "BlockPublicPolicy": true, "RestrictPublicBuckets": true,
    }});
    let controls = json!({"OwnershipControls": {"Rules": [{"ObjectOwnership": ownership}]}});
    let mut aspects = BTreeMap::from([
        ("Encryption".to_string(), s3_managed_keys()),
        ("PublicAccessBlock".to_string(), block),
        ("OwnershipControls".to_string(), controls),
    ]);
    let tags = items(&input["CreateBucketConfiguration"], "Tags");
    if !tags.is_empty() {
        check_tags(tags)?;
        aspects.insert("Tagging".to_string(), json!({"TagSet": tags}));
    }
    Ok(aspects)
}

fn get(cx: &mut Context<'_>, input: &Value, aspect: &str) -> Result<Value, Refusal> {
    let found = bucket(cx, input)?.aspects.get(aspect).cloned();
    let (code, message) = match aspect {
        "Encryption" => (
            "ServerSideEncryptionConfigurationNotFoundError",
            "The server side encryption configuration was not found",
        ),
        "PublicAccessBlock" => {
            ("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
        }
        "OwnershipControls" => {
            ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
        }
        "Lifecycle" => ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        "Policy" => ("NoSuchBucketPolicy", "The bucket policy does not exist"),
        "Tagging" => ("NoSuchTagSet", "The TagSet does not exist"),
        // versioning and logging that were never set are an empty answer
        _ => return Ok(found.unwrap_or_else(|| json!({}))),
    };
    found.ok_or_else(|| Refusal::new(404, code, message))
}

fn put(cx: &mut Context<'_>, input: &Value, aspect: &str, value: Value) -> Result<Value, Refusal> {
    bucket(cx, input)?.aspects.insert(aspect.to_string(), value);
    Ok(json!({}))
}

fn delete(cx: &mut Context<'_>, input: &Value, aspect: &str) -> Result<Value, Refusal> {
    bucket(cx, input)?.aspects.remove(aspect);
    Ok(json!({}))
}

fn versioning(input: &Value) -> Result<Value, Refusal> {
    let wanted = &input["VersioningConfiguration"];
    if wanted["Status"].is_null() {
        return Err(Refusal::bad(
            "IllegalVersioningConfigurationException",
            "The Versioning element must be specified",
        ));
    }
    Ok(wanted.clone())
}

fn s3_managed_keys() -> Value {
    let default = json!({"SSEAlgorithm": "AES256"});
    json!({"ServerSideEncryptionConfiguration": {
        "Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": false}],
    }})
}

fn encryption(input: &Value) -> Result<Value, Refusal> {
    let mut wanted = input["ServerSideEncryptionConfiguration"].clone();
    let [rule] = wanted["Rules"].as_array_mut().map(Vec::as_mut_slice).unwrap_or_default() else {
        return Err(malformed());
    };
    if rule["BucketKeyEnabled"].is_null() {
        rule["BucketKeyEnabled"] = json!(false);
    }
    let default = &rule["ApplyServerSideEncryptionByDefault"];
    if default["SSEAlgorithm"] == "AES256" && !default["KMSMasterKeyID"].is_null() {
        return Err(Refusal::bad(
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        ));
    }
    Ok(json!({"ServerSideEncryptionConfiguration": wanted}))
}

fn public_access_block(input: &Value) -> Value {
    let wanted = &input["PublicAccessBlockConfiguration"];
    let members = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
    let block: Value =
        members.iter().map(|member| (member.to_string(), json!(wanted[*member] == json!(true)))).collect();
    json!({"PublicAccessBlockConfiguration": block})
}

fn ownership(input: &Value) -> Result<Value, Refusal> {
    match items(&input["OwnershipControls"], "Rules").len() {
        1 => Ok(json!({"OwnershipControls": input["OwnershipControls"]})),
        _ => Err(malformed()),
    }
}

fn put_lifecycle(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut rules = items(&input["LifecycleConfiguration"], "Rules").to_vec();
    if rules.is_empty() || rules.len() > LIFECYCLE_RULES {
        return Err(malformed());
    }
    let actions = [
        "Expiration",
        "Transitions",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransitions",
        "AbortIncompleteMultipartUpload",
    ];
    let mut ids = BTreeSet::new();
    for rule in &mut rules {
        if rule["Filter"].is_null() == rule["Prefix"].is_null() {
            return Err(malformed());
        }
        if actions.iter().all(|action| rule[*action].is_null()) {
            return Err(Refusal::bad(
                "InvalidRequest",
                "At least one action needs to be specified in a rule",
            ));
        }
        if rule["ID"].is_null() {
            rule["ID"] = json!(cx.ids.hex(32));
        }
        if !ids.insert(text(rule, "ID").to_string()) {
            return Err(Refusal::bad(
                "InvalidArgument",
                "Rule ID must be unique. Found same ID for more than one rule",
            ));
        }
    }
    let size = input["TransitionDefaultMinimumObjectSize"].as_str().unwrap_or("all_storage_classes_128K");
    let lifecycle = json!({"Rules": rules, "TransitionDefaultMinimumObjectSize": size});
    put(cx, input, "Lifecycle", lifecycle)?;
    Ok(json!({"TransitionDefaultMinimumObjectSize": size}))
}

fn put_policy(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let block = bucket(cx, input)?.aspects.get("PublicAccessBlock").cloned().unwrap_or_default();
    let blocked = block["PublicAccessBlockConfiguration"]["BlockPublicPolicy"] == json!(true);
    let policy = text(input, "Policy");
    policy::check(cx, text(input, "Bucket"), policy, blocked)?;
    put(cx, input, "Policy", json!({"Policy": policy}))
}

/// Replaces all tags; a set without any is none.
fn put_tagging(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let tags = items(&input["Tagging"], "TagSet");
    check_tags(tags)?;
    match tags.is_empty() {
        true => delete(cx, input, "Tagging"),
        false => put(cx, input, "Tagging", json!({"TagSet": tags})),
    }
}

fn check_tags(tags: &[Value]) -> Result<(), Refusal> {
    if tags.len() > TAGS {
        return Err(Refusal::bad("BadRequest", "Bucket tag count cannot be greater than 50"));
    }
    let mut keys = BTreeSet::new();
    for key in tags.iter().map(|tag| text(tag, "Key")) {
        if key.starts_with("aws:") {
            return Err(Refusal::bad("InvalidTag", "System tags cannot be added/updated by requester"));
        }
        if !keys.insert(key) {
            return Err(Refusal::bad("InvalidTag", "Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(())
}

fn put_logging(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let status = input["BucketLoggingStatus"].clone();
    let Some(target) = status["LoggingEnabled"]["TargetBucket"].as_str() else {
        return delete(cx, input, "Logging");
    };
    let Some(target) = cx.global.s3.bucket(target) else {
        let message = "The target bucket for logging does not exist";
        return Err(Refusal::bad("InvalidTargetBucketForLogging", message));
    };
    if target["BucketRegion"] != cx.region {
        let message = "Cross S3 location logging not allowed.";
        return Err(Refusal::new(403, "CrossLocationLoggingProhibited", message));
    }
    put(cx, input, "Logging", status)
}

fn malformed() -> Refusal {
    Refusal::bad(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    )
}
