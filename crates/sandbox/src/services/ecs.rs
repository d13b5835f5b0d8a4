//! ecs in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What ecs holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// The cluster, unless it is INACTIVE.
    pub fn cluster(&self, name_or_arn: &str) -> Option<&Value> {
        let _ = name_or_arn;
        None
    }

    /// The service (cluster and service by name or ARN), unless it is INACTIVE.
    pub fn service(&self, cluster: &str, service: &str) -> Option<&Value> {
        let _ = (cluster, service);
        None
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("ecs", operation))
}
