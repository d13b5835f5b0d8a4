//! elbv2 in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What elbv2 holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// The target group of that ARN, in AWS's form.
    pub fn target_group(&self, arn: &str) -> Option<&Value> {
        let _ = arn;
        None
    }

    /// The target group of that name.
    pub fn target_group_named(&self, name: &str) -> Option<&Value> {
        let _ = name;
        None
    }

    /// The load balancer whose listeners or rules forward to the target group.
    pub fn load_balancer_of(&self, target_group_arn: &str) -> Option<&Value> {
        let _ = target_group_arn;
        None
    }

    /// The listener of that ARN.
    pub fn listener(&self, arn: &str) -> Option<&Value> {
        let _ = arn;
        None
    }

    /// The listener rule of that ARN.
    pub fn rule(&self, arn: &str) -> Option<&Value> {
        let _ = arn;
        None
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("elbv2", operation))
}
