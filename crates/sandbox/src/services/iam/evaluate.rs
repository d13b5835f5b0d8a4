//! What policy documents allow, as far as the sandbox's services ask: recon's own
//! evaluator says so. What it cannot know (a condition on what no request here
//! carries) is let through: AWS would only refuse it where it surely does not hold.

use recon_iam::{Access, Asked, Caller, Context, Policy, Truth, UNKNOWN, evaluate};
use serde_json::Value;

/// Does the trust document let the service assume the role?
pub(super) fn trusts(document: &Value, role: &str, service: &str) -> bool {
    let trust = Policy::read(document);
    let access = Access { resource: Some(&trust), resource_decides: true, ..Access::default() };
    let asked = Asked {
        caller: Caller::Service(service.into()),
        action: "sts:AssumeRole".into(),
        resource: role.into(),
        context: Context::new(),
    };
    evaluate(&access, &asked).allowed != Truth::No
}

/// Do the documents together allow the action on some resource, within the boundary?
pub(super) fn allows(documents: &[Value], boundary: Option<&Value>, role: &str, action: &str) -> bool {
    let policies: Vec<Policy> = documents.iter().map(Policy::read).collect();
    let boundary = boundary.map(Policy::read);
    let access =
        Access { identity: policies.iter().collect(), boundary: boundary.as_ref(), ..Access::default() };
    let asked = Asked {
        caller: Caller::Arn(role.into()),
        action: action.into(),
        resource: format!("{UNKNOWN}whichever{UNKNOWN}"),
        context: Context::new(),
    };
    evaluate(&access, &asked).allowed != Truth::No
}
