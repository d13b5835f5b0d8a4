//! `iam.policy`: facts in AWS's API reference, CreatePolicy and
//! CreatePolicyVersion.

use crate::kind::Kind;
use crate::schema::DocumentForm;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "iam.policy",
        "iam",
        "CreatePolicyRequest",
        "A policy to be attached to roles, users and groups; a change is a new version of it.",
    )
    .cfn("AWS::IAM::ManagedPolicy")
    .rename("policy_name", "name")
    .exports(&["arn", "name", "id"])
    .create_only(&["name", "path", "description"])
    .rename("policy_document", "document")
    .document("document", DocumentForm::Policy)
    .default("path", "/")
}
