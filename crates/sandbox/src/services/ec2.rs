//! ec2 in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What ec2 holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

/// The VPC of that id: every region starts with a default VPC.
pub fn vpc(region: &str, id: &str) -> Option<Value> {
    let _ = (region, id);
    None
}

/// The subnet of that id.
pub fn subnet(region: &str, id: &str) -> Option<Value> {
    let _ = (region, id);
    None
}

/// The security group of that id.
pub fn security_group(region: &str, id: &str) -> Option<Value> {
    let _ = (region, id);
    None
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("ec2", operation))
}
