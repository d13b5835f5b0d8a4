//! IAM's refusals, each with the status that AWS gives it.

use crate::refusal::Refusal;

pub(super) fn no_such(message: impl Into<String>) -> Refusal {
    Refusal::new(404, "NoSuchEntity", message)
}

pub(super) fn exists(message: impl Into<String>) -> Refusal {
    Refusal::new(409, "EntityAlreadyExists", message)
}

pub(super) fn conflict(message: impl Into<String>) -> Refusal {
    Refusal::new(409, "DeleteConflict", message)
}

pub(super) fn limit(message: impl Into<String>) -> Refusal {
    Refusal::new(409, "LimitExceeded", message)
}

/// `Cannot exceed quota for PoliciesPerRole: 10`.
pub(super) fn quota(name: &str, most: usize) -> Refusal {
    limit(format!("Cannot exceed quota for {name}: {most}"))
}

pub(super) fn malformed(message: impl Into<String>) -> Refusal {
    Refusal::bad("MalformedPolicyDocument", message)
}

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidInput", message)
}
