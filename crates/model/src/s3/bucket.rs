//! `s3.bucket`: facts in AWS's API reference, CreateBucket and the Put… call of
//! each aspect.
//!
//! Each aspect is a field, in the form of its Get… answer: `versioning`,
//! `lifecycle` and `logging` are those whole answers, `object_ownership` is the
//! one rule of GetBucketOwnershipControls. A public access block that AWS does
//! not have (its answer is an error) is four times false, and no silence.

use serde_json::{Map, Value, json};

use crate::kind::Kind;
use crate::schema::{DocumentForm, Type};
use crate::targets::{BUCKET, KMS_KEY};

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "s3.bucket",
        "s3",
        "CreateBucketRequest",
        "A bucket for artifacts and logs, with everything that is set on it.",
    )
    .cfn("AWS::S3::Bucket")
    .rename("bucket", "name")
    .exports(&["arn", "name", "domain_name", "regional_domain_name"])
    .create_only(&["name"])
    .leave_out(LEFT_OUT)
    .default("object_ownership", "BucketOwnerEnforced")
    .doc(
        "object_ownership",
        "Who owns what is written into the bucket; `BucketOwnerEnforced` switches ACLs off.",
    )
    .take("PutBucketPolicyRequest", "Policy", "policy")
    .document("policy", DocumentForm::Policy)
    .take("GetBucketTaggingOutput", "TagSet", "tags")
    .setting("force_delete", Type::Bool, "Empty the bucket, versions included, to delete it.")
    .kept("force_delete")
    .canonical(canonical);
    logging(lifecycle(protection(kind)))
}

const LEFT_OUT: &[(&str, &str)] = &[
    ("acl", "with BucketOwnerEnforced, AWS's default since 2023, ACLs are refused: `policy` says who may"),
    ("create_bucket_configuration", "its region is the stack's, its tags are `tags`"),
    ("grant_full_control", "an ACL"),
    ("grant_read", "an ACL"),
    ("grant_read_acp", "an ACL"),
    ("grant_write", "an ACL"),
    ("grant_write_acp", "an ACL"),
    (
        "object_lock_enabled_for_bucket",
        "a bucket of locked objects is no place for artifacts, and cannot be emptied",
    ),
    ("bucket_namespace", "no call answers with it; the ending of the name says it as well"),
];

fn protection(kind: Kind) -> Kind {
    let rule = "encryption.rules";
    let default = "encryption.rules.apply_server_side_encryption_by_default";
    kind.take("PutBucketVersioningRequest", "VersioningConfiguration", "versioning")
        .shorthand("versioning", "status")
        .doc(
            "versioning",
            "`Enabled` keeps what is overwritten or deleted; after that there is only `Suspended`.",
        )
        .take("GetBucketEncryptionOutput", "ServerSideEncryptionConfiguration", "encryption")
        .doc("encryption", "How objects are encrypted where they do not say; left out, with S3's own keys.")
        .rename(&format!("{default}.kms_master_key_id"), "kms_master_key")
        .public(&[&format!("{default}.kms_master_key")])
        .refers(&format!("{default}.kms_master_key"), KMS_KEY)
        // of type aws:kms without a key: the AWS managed one
        .unmanaged(&[&format!("{default}.kms_master_key"), &format!("{rule}.blocked_encryption_types")])
        .default(&format!("{rule}.bucket_key_enabled"), false)
        .take("GetPublicAccessBlockOutput", "PublicAccessBlockConfiguration", "public_access_block")
        .doc("public_access_block", "What is refused to the public whatever policies say; left out, all.")
        .default("public_access_block.block_public_acls", true)
        .default("public_access_block.ignore_public_acls", true)
        .default("public_access_block.block_public_policy", true)
        .default("public_access_block.restrict_public_buckets", true)
}

/// The answer of GetBucketLifecycleConfiguration: the rules and, beside them,
/// from which size on objects move.
fn lifecycle(kind: Kind) -> Kind {
    kind.take_whole("GetBucketLifecycleConfigurationOutput", "LifecycleConfiguration", "lifecycle")
        .doc("lifecycle", "When objects expire or move to cheaper storage.")
        .required(&["lifecycle.rules"])
        .default("lifecycle.transition_default_minimum_object_size", "all_storage_classes_128K")
        // AWS gives one where nobody did
        .unmanaged(&["lifecycle.rules.id"])
}

fn logging(kind: Kind) -> Kind {
    kind.take("GetBucketLoggingOutput", "LoggingEnabled", "logging")
        .doc("logging", "Where S3 writes who read and wrote what.")
        .refers("logging.target_bucket", BUCKET)
        .optional(&["logging.target_prefix"])
        .default("logging.target_prefix", "")
}

fn canonical(spec: &mut Value) {
    let Some(map) = spec.as_object_mut() else { return };
    map.entry("object_ownership").or_insert_with(|| json!("BucketOwnerEnforced"));
    if map.get("versioning").is_some_and(|versioning| versioning["status"] == "Suspended") {
        // as near to never versioned as a bucket can come again
        map.remove("versioning");
    }
    let block = map.entry("public_access_block").or_insert_with(|| json!({}));
    for member in
        ["block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"]
    {
        entry(block, member, json!(true));
    }
    map.entry("encryption").or_insert_with(
        || json!({"rules": [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}]}),
    );
    if let Some(logging) = map.get_mut("logging").filter(|logging| !logging["target_bucket"].is_null()) {
        entry(logging, "target_prefix", json!(""));
    }
    let rules = map.get_mut("lifecycle").and_then(|lifecycle| lifecycle.get_mut("rules"));
    for rule in rules.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
        every_object(rule);
    }
}

/// A rule needs a filter; one that says nothing means every object.
fn every_object(rule: &mut Map<String, Value>) {
    if !rule.contains_key("prefix") {
        rule.entry("filter").or_insert_with(|| json!({}));
    }
}

fn entry(value: &mut Value, member: &str, usual: Value) {
    if let Some(map) = value.as_object_mut() {
        map.entry(member).or_insert(usual);
    }
}
