//! Tags of load balancers, groups, listeners and rules: DescribeTags, 20 a call.

use recon_aws::{AwsError, ReadOp};
use recon_model::Resource;
use serde_json::{Value, json};

use crate::Cx;
use crate::batch::{Batch, always};

static TAGS: Batch = Batch {
    op: ReadOp::new("elbv2", "DescribeTags"),
    most: 20,
    input: |_, arns| json!({"ResourceArns": arns}),
    items: ("TagDescriptions", "ResourceArn"),
    there: always,
    gone: &[],
    list: None,
    alone: None,
};

/// The tag list of an ARN.
pub async fn of(cx: &Cx<'_>, arn: &str) -> Result<Value, AwsError> {
    Ok(cx.one(&TAGS, "", arn).await?.map(|described| described["Tags"].clone()).unwrap_or_default())
}

/// The same of what is declared.
pub async fn declared(cx: &Cx<'_>, resource: &Resource, arn: &str) -> Result<Value, AwsError> {
    cx.tags(resource, arn, of(cx, arn)).await
}

/// An ARN as text.
pub fn arn(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap_or_default().to_string()
}
