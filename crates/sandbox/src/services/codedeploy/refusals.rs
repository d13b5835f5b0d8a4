//! CodeDeploy's refusals that more than one operation gives.

use crate::refusal::Refusal;

pub(super) fn no_application(name: &str) -> Refusal {
    Refusal::bad("ApplicationDoesNotExistException", format!("No application found for name: {name}"))
}

pub(super) fn no_group(name: &str) -> Refusal {
    Refusal::bad(
        "DeploymentGroupDoesNotExistException",
        format!("No Deployment Group found for name: {name}"),
    )
}

pub(super) fn no_config(name: &str) -> Refusal {
    Refusal::bad(
        "DeploymentConfigDoesNotExistException",
        format!("No Deployment Configuration found for name: {name}"),
    )
}

pub(super) fn load_balancer(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidLoadBalancerInfoException", message)
}

pub(super) fn pair(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidTargetGroupPairException", message)
}

pub(super) fn routing(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidTrafficRoutingConfigurationException", message)
}

pub(super) fn blue_green(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidBlueGreenDeploymentConfigurationException", message)
}

pub(super) fn ecs_service(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidECSServiceException", message)
}

pub(super) fn input(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidInputException", message)
}
