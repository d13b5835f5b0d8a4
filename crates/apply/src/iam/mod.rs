//! Writing kinds of the family `iam`.

mod entity;
pub(crate) mod group;
pub(crate) mod policy;
pub(crate) mod role;
pub(crate) mod service_credential;
pub(crate) mod user;

use recon_aws::{AwsError, WriteOp};
use recon_model::Address;
use serde_json::json;

use crate::cx::Cx;

const TAG_USER: WriteOp = WriteOp::new("iam", "TagUser");
const UNTAG_USER: WriteOp = WriteOp::new("iam", "UntagUser");

/// What is not there is gone already.
const GONE: &[&str] = &["NoSuchEntity"];

/// Marks a user with what of the stack hangs on it and has no tags itself:
/// `recon:group:NAME` or `recon:credential:ID`, saying `STACK/LABEL`.
async fn mark(cx: &Cx<'_>, user: &str, key: &str, address: &Address) -> Result<(), AwsError> {
    let value = format!("{}/{}", cx.stack.name, address.label);
    cx.write(TAG_USER, json!({"UserName": user, "Tags": [{"Key": key, "Value": value}]})).await?;
    Ok(())
}

async fn unmark(cx: &Cx<'_>, user: &str, key: &str) -> Result<(), AwsError> {
    cx.write_unless(UNTAG_USER, json!({"UserName": user, "TagKeys": [key]}), GONE).await?;
    Ok(())
}
