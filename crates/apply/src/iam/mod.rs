//! Writing kinds of the family `iam`.

mod entity;
pub(crate) mod group;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod service_credential;
pub(crate) mod user;

use recon_aws::{AwsError, WriteOp};
use recon_model::{Address, mark_value};
use serde_json::json;

use crate::cx::Cx;

const TAG_USER: WriteOp = WriteOp::new("iam", "TagUser");
const UNTAG_USER: WriteOp = WriteOp::new("iam", "UntagUser");
const TAG_ROLE: WriteOp = WriteOp::new("iam", "TagRole");
const UNTAG_ROLE: WriteOp = WriteOp::new("iam", "UntagRole");

/// What is not there is gone already.
const GONE: &[&str] = &["NoSuchEntity"];

/// Who carries a mark for what has no tags itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    User(String),
    Role(String),
}

async fn mark(cx: &Cx<'_>, holder: &Holder, key: &str, address: &Address) -> Result<(), AwsError> {
    let tags = json!([{"Key": key, "Value": mark_value(cx.stack, address)}]);
    match holder {
        Holder::User(name) => cx.write(TAG_USER, json!({"UserName": name, "Tags": tags})).await?,
        Holder::Role(name) => cx.write(TAG_ROLE, json!({"RoleName": name, "Tags": tags})).await?,
    };
    Ok(())
}

async fn unmark(cx: &Cx<'_>, holder: &Holder, key: &str) -> Result<(), AwsError> {
    let (op, member, name) = match holder {
        Holder::User(name) => (UNTAG_USER, "UserName", name),
        Holder::Role(name) => (UNTAG_ROLE, "RoleName", name),
    };
    cx.write_unless(op, json!({member: name, "TagKeys": [key]}), GONE).await?;
    Ok(())
}
