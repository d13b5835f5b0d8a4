//! Reading kinds of the family `codedeploy`.

pub(crate) mod application;
pub(crate) mod deployment_config;
pub(crate) mod deployment_group;

use recon_aws::{AwsError, ReadOp};
use serde_json::{Value, json};

use crate::Cx;

const TAGS: ReadOp = ReadOp::new("codedeploy", "ListTagsForResource");

/// Tags of an application or a group; answers of other reads have none.
async fn tags(cx: &Cx<'_>, arn: &str) -> Result<Value, AwsError> {
    Ok(cx.read_all(TAGS, json!({"ResourceArn": arn})).await?["Tags"].clone())
}
