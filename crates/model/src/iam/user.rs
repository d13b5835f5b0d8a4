//! `iam.user`: facts in AWS's API reference, CreateUser, PutUserPolicy and
//! AttachUserPolicy. Its groups are `members` of `iam.group`.

use crate::iam::role::{POLICY, inline, managed};
use crate::kind::Kind;

pub(crate) fn kind() -> Kind {
    Kind::new("iam.user", "iam", "CreateUserRequest", "A person or a machine with credentials of its own.")
        .cfn("AWS::IAM::User")
        .rename("user_name", "name")
        .exports(&["arn", "name", "id"])
        .create_only(&["name"])
        .default("path", "/")
        .refers("permissions_boundary", POLICY)
        .add(managed())
        .add(inline())
}
