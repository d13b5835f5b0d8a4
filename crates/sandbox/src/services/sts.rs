//! STS in the sandbox: it says who the caller is.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};

/// What sts holds in one region: nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        Vec::new()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, _input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetCallerIdentity" => Ok(json!({
            "UserId": "AIDASANDBOXSANDBOX000",
            "Account": cx.account,
            "Arn": format!("arn:aws:iam::{}:user/sandbox", cx.account),
        })),
        _ => Err(Refusal::unknown_operation("sts", operation)),
    }
}
