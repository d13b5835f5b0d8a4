//! What CodeDeploy refuses of a deployment group, whatever call brings it.

mod load_balancer;
mod notices;
mod service;

use serde_json::Value;

use super::{configs, refusals};
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;
pub(super) use load_balancer::routes;
pub(super) use service::{check as service, ecs_services};

/// Refuses a group that AWS would not store.
pub(super) fn check(cx: &Context<'_>, group: &Value) -> Result<(), Refusal> {
    let platform = text(group, "computePlatform");
    config(cx, group, text(group, "deploymentConfigName"))?;
    notices::check(cx, group)?;
    if platform == "ECS" {
        ecs(group)?;
        load_balancer::check_shape(group)?;
        blue_green(group)?;
    } else {
        not_ecs(platform, group)?;
    }
    role(cx, group)?;
    if platform == "ECS" {
        service(cx, group)?;
        load_balancer::check_parts(cx, group)?;
    }
    Ok(())
}

/// A config must exist, be of the group's platform, and suit its load balancer.
pub(super) fn config(cx: &Context<'_>, group: &Value, name: &str) -> Result<(), Refusal> {
    let config = configs::find(&cx.here.codedeploy, name)?;
    let platform = text(group, "computePlatform");
    if config["computePlatform"] != platform {
        return Err(Refusal::bad(
            "InvalidDeploymentConfigNameException",
            format!(
                "Compute platform of deployment config {name} does not match expected compute platform, \
                 correct compute platform should be {platform}."
            ),
        ));
    }
    let shifts = config["trafficRoutingConfig"]["type"] != "AllAtOnce";
    if platform == "ECS" && shifts && routes(group).any(|(_, arn)| arn.contains(":listener/net/")) {
        return Err(refusals::load_balancer(
            "When a Network Load Balancer is used, only the CodeDeployDefault.ECSAllAtOnce deployment \
             configuration is supported",
        ));
    }
    Ok(())
}

/// CodeDeploy must be able to assume the group's role.
pub(super) fn role(cx: &Context<'_>, group: &Value) -> Result<(), Refusal> {
    let role = text(group, "serviceRoleArn");
    if cx.global.iam.trusts(role, "codedeploy.amazonaws.com") {
        return Ok(());
    }
    Err(Refusal::bad(
        "InvalidRoleException",
        format!("AWS CodeDeploy does not have the permissions required to assume the role {role}."),
    ))
}

fn ecs(group: &Value) -> Result<(), Refusal> {
    let style = &group["deploymentStyle"];
    if style["deploymentType"] != "BLUE_GREEN" || style["deploymentOption"] != "WITH_TRAFFIC_CONTROL" {
        return Err(Refusal::bad(
            "InvalidDeploymentStyleException",
            "For ECS deployment, the deployment type must be BLUE_GREEN, \
             and deployment option must be WITH_TRAFFIC_CONTROL.",
        ));
    }
    for member in ["ec2TagFilters", "onPremisesInstanceTagFilters", "autoScalingGroups"] {
        if !items(group, member).is_empty() {
            return Err(refusals::input(format!("For ECS deployment group, {member} must not be specified")));
        }
    }
    Ok(())
}

fn not_ecs(platform: &str, group: &Value) -> Result<(), Refusal> {
    if !items(group, "ecsServices").is_empty() {
        return Err(refusals::ecs_service(format!(
            "Should not specify ECS services parameter for {platform} deployment group"
        )));
    }
    if !items(&group["loadBalancerInfo"], "targetGroupPairInfoList").is_empty() {
        return Err(refusals::load_balancer(format!(
            "For {platform} deployment group, loadBalancerInfo must not contain targetGroupPairInfo list"
        )));
    }
    Ok(())
}

fn blue_green(group: &Value) -> Result<(), Refusal> {
    const LONGEST: i64 = 2_880;
    let config = &group["blueGreenDeploymentConfiguration"];
    if config.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(refusals::blue_green(
            "For ECS deployment group, blueGreenDeploymentConfiguration must be specified",
        ));
    }
    if !config["greenFleetProvisioningOption"].is_null() {
        return Err(refusals::blue_green(
            "For ECS deployment group, greenFleetProvisioningOption must not be specified",
        ));
    }
    let after = &config["terminateBlueInstancesOnDeploymentSuccess"]["terminationWaitTimeInMinutes"];
    if !(0..=LONGEST).contains(&after.as_i64().unwrap_or(0)) {
        return Err(refusals::blue_green(format!(
            "The maximum termination wait time is {LONGEST} minutes, and it cannot be negative"
        )));
    }
    let ready = &config["deploymentReadyOption"];
    if ready["actionOnTimeout"] == "CONTINUE_DEPLOYMENT" && ready["waitTimeInMinutes"].as_i64() > Some(0) {
        return Err(refusals::blue_green(
            "waitTimeInMinutes can be specified only when actionOnTimeout is STOP_DEPLOYMENT",
        ));
    }
    Ok(())
}
