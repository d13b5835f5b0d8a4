//! What AWS refuses because of the deployment controller.

use serde_json::Value;

use super::super::document::{flag, has, list, text};
use super::super::refuse::{self, unless};
use super::Record;
use crate::refusal::Refusal;

/// What only a deployment changes, and what AWS calls it.
const DEPLOYED: &[(&str, &str)] = &[
    ("taskDefinition", "task definition"),
    ("networkConfiguration", "network parameters"),
    ("loadBalancers", "load balancers"),
    ("platformVersion", "platform version"),
    ("serviceRegistries", "service registries"),
    ("serviceConnectConfiguration", "service connect configuration"),
    ("volumeConfigurations", "volume configurations"),
    ("vpcLatticeConfigurations", "VPC Lattice configurations"),
    ("availabilityZoneRebalancing", "availability zone rebalancing"),
    ("gatewayConnectors", "gateway connectors"),
];

/// An update of a service that another controller deploys must not even name what it deploys.
pub fn check_members(controller: &str, input: &Value) -> Result<(), Refusal> {
    let remedy = match controller {
        "CODE_DEPLOY" => "Use AWS CodeDeploy to trigger a new deployment.",
        "EXTERNAL" => "Create a new task set to change them.",
        _ => return Ok(()),
    };
    let on = format!("on services with a {controller} deployment controller. {remedy}");
    for (member, what) in DEPLOYED {
        unless(!has(input, member), || refuse::parameter(format!("Unable to update {what} {on}")))?;
    }
    let forced = ["forceNewDeployment", "capacityProviderStrategy"].iter().any(|member| has(input, member));
    unless(!forced, || refuse::parameter(format!("Cannot force a new deployment {on}")))
}

/// A change of the controller itself: AWS knows four, under conditions.
pub fn check_change(record: &Record, wanted: &str) -> Result<(), Refusal> {
    let from = record.controller();
    let known =
        [("CODE_DEPLOY", "ECS"), ("CODE_DEPLOY", "EXTERNAL"), ("ECS", "EXTERNAL"), ("EXTERNAL", "ECS")];
    unless(known.contains(&(from, wanted)), || {
        refuse::parameter(format!(
            "Unable to update the deployment controller of the service from {from} to {wanted}."
        ))
    })?;
    unless(!record.is_moving(), || {
        refuse::parameter(
            "You can't update the deployment controller of a service during an ongoing service deployment.",
        )
    })?;
    if from == "ECS" { check_leaving_ecs(&record.settings, wanted) } else { Ok(()) }
}

fn check_leaving_ecs(settings: &Value, wanted: &str) -> Result<(), Refusal> {
    let configuration = &settings["deploymentConfiguration"];
    let uses = [
        ("VPC Lattice", !list(settings, "vpcLatticeConfigurations").is_empty()),
        ("Service Connect", flag(&settings["serviceConnectConfiguration"], "enabled")),
        ("deployment alarms", flag(&configuration["alarms"], "enable")),
        ("the deployment circuit breaker", flag(&configuration["deploymentCircuitBreaker"], "enable")),
        ("a deployment strategy other than ROLLING", text(configuration, "strategy") != "ROLLING"),
    ];
    match uses.iter().find(|(_, used)| *used) {
        None => Ok(()),
        Some((what, _)) => Err(refuse::parameter(format!(
            "Unable to update the deployment controller to {wanted} on services that use {what}."
        ))),
    }
}
