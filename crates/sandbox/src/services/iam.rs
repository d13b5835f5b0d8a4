//! iam in the sandbox.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

/// What iam holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl State {
    /// The role, in AWS's form (`AssumeRolePolicyDocument` as JSON text).
    pub fn role(&self, name_or_arn: &str) -> Option<&Value> {
        let _ = name_or_arn;
        None
    }

    /// Does the role exist and let that service principal assume it?
    pub fn trusts(&self, role_arn: &str, principal: &str) -> bool {
        let _ = (role_arn, principal);
        false
    }

    /// Do the role's inline and managed policies allow the action on anything?
    pub fn role_allows(&self, role_arn: &str, action: &str) -> bool {
        let _ = (role_arn, action);
        false
    }
}

pub(crate) fn handle(_cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    Err(Refusal::unknown_operation("iam", operation))
}
