//! What elbv2 says no with, under the codes that stand on the wire.

use crate::refusal::Refusal;

/// The code for everything that the model does not catch and no exception names.
pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationError", message)
}

pub(super) fn configuration(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidConfigurationRequest", message)
}

pub(super) fn action(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidLoadBalancerAction", message)
}

pub(super) fn protocols(message: impl Into<String>) -> Refusal {
    Refusal::bad("IncompatibleProtocols", message)
}

pub(super) fn not_permitted(message: impl Into<String>) -> Refusal {
    Refusal::bad("OperationNotPermitted", message)
}
