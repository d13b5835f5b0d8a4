//! sns in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What sns holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// The topic of that ARN.
    pub fn topic(&self, arn: &str) -> Option<&Value> {
        let _ = arn;
        None
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("sns", operation))
}
