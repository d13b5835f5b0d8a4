//! Tags of load balancers, groups, listeners and rules: DescribeTags, 20 a call.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use serde_json::{Value, json};

use crate::Cx;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeTags");

/// Tag lists by ARN.
pub async fn of(cx: &Cx<'_>, arns: &[String]) -> Result<BTreeMap<String, Value>, AwsError> {
    let batches = arns.chunks(20).map(|chunk| cx.read(DESCRIBE, json!({"ResourceArns": chunk})));
    let mut out = BTreeMap::new();
    for answer in join_all(batches).await {
        for described in answer?["TagDescriptions"].as_array().into_iter().flatten() {
            if let Some(arn) = described["ResourceArn"].as_str() {
                out.insert(arn.to_string(), described["Tags"].clone());
            }
        }
    }
    Ok(out)
}

/// An ARN as text.
pub fn arn(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap_or_default().to_string()
}
