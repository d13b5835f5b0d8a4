//! `ecr.repository`: facts in AWS's API reference, CreateRepository,
//! PutLifecyclePolicy and SetRepositoryPolicy.

use crate::kind::Kind;
use crate::schema::{DocumentForm, Type};
use crate::targets::KMS_KEY;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "ecr.repository",
        "ecr",
        "CreateRepositoryRequest",
        "A private registry's repository of images.",
    )
    .cfn("AWS::ECR::Repository")
    .rename("repository_name", "name")
    .exports(&["arn", "name", "repository_uri", "registry_id"])
    .leave_out(&[("registry_id", "the registry is the account's own")])
    .create_only(&["name", "encryption_configuration"])
    .default("image_tag_mutability", "MUTABLE")
    .default("image_scanning_configuration.scan_on_push", false)
    .matched_by("image_tag_mutability_exclusion_filters", "filter")
    .shorthand("encryption_configuration", "encryption_type")
    .default("encryption_configuration.encryption_type", "AES256")
    .refers("encryption_configuration.kms_key", KMS_KEY)
    // of type KMS without a key: the AWS managed one
    .unmanaged(&["encryption_configuration.kms_key"])
    .take("GetLifecyclePolicyResponse", "lifecyclePolicyText", "lifecycle_policy")
    .document("lifecycle_policy", DocumentForm::Json)
    .doc("lifecycle_policy", "Which images ECR deletes by itself: AWS's JSON, as a table, a text or a file.")
    .take("GetRepositoryPolicyResponse", "policyText", "repository_policy")
    .document("repository_policy", DocumentForm::Policy)
    .doc("repository_policy", "Who else may pull and push.")
    .setting("force_delete", Type::Bool, "Delete the repository though it has images in it.")
    .kept("force_delete")
}
