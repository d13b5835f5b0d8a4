//! What ECS refuses with, by AWS's code.

use crate::refusal::Refusal;

pub fn parameter(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterException", message)
}

pub fn client(message: impl Into<String>) -> Refusal {
    Refusal::bad("ClientException", message)
}

pub fn cluster_not_found() -> Refusal {
    Refusal::bad("ClusterNotFoundException", "Cluster not found.")
}

pub fn service_not_found() -> Refusal {
    Refusal::bad("ServiceNotFoundException", "Service not found.")
}

pub fn service_not_active() -> Refusal {
    Refusal::bad("ServiceNotActiveException", "Service was not ACTIVE.")
}

pub fn task_set_not_found() -> Refusal {
    Refusal::bad("TaskSetNotFoundException", "The specified task set was not found.")
}

pub fn unsupported(message: impl Into<String>) -> Refusal {
    Refusal::bad("UnsupportedFeatureException", message)
}

/// Refuses with the message unless the condition holds.
pub fn unless(condition: bool, refusal: impl FnOnce() -> Refusal) -> Result<(), Refusal> {
    if condition { Ok(()) } else { Err(refusal()) }
}
