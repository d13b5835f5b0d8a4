//! codedeploy in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What codedeploy holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// Application and deployment group that deploy the ECS service.
    pub fn group_of_service(&self, cluster: &str, service: &str) -> Option<(String, String)> {
        let _ = (cluster, service);
        None
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("codedeploy", operation))
}
