//! codebuild in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What codebuild holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// The project of that name.
    pub fn project(&self, name: &str) -> Option<&Value> {
        let _ = name;
        None
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("codebuild", operation))
}
