//! servicediscovery in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What servicediscovery holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// The namespace of that name, id or ARN.
    pub fn namespace(&self, name_or_arn: &str) -> Option<&Value> {
        let _ = name_or_arn;
        None
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("servicediscovery", operation))
}
