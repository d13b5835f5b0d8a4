//! What AWS refuses in a service's network configuration.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::document::{has, list, text, texts};
use super::super::refuse::{self, unless};
use super::settings::is_fargate;
use crate::context::Context;
use crate::refusal::Refusal;
use crate::services::ec2;

/// `definition` is the task definition that runs in the network.
pub fn check(cx: &Context<'_>, settings: &Value, definition: &Value) -> Result<(), Refusal> {
    let vpc = &settings["networkConfiguration"]["awsvpcConfiguration"];
    if text(definition, "networkMode") != "awsvpc" {
        return unless(vpc.is_null(), || {
            refuse::parameter(
                "Network Configuration is not valid for the given networkMode of this task definition.",
            )
        });
    }
    unless(has(vpc, "subnets"), || {
        refuse::parameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    })?;
    let (subnets, groups) = (list(vpc, "subnets").len(), list(vpc, "securityGroups").len());
    unless(subnets > 0, || refuse::parameter("subnets can not be empty."))?;
    unless(subnets <= 16, || refuse::parameter("subnets can have at most 16 items."))?;
    unless(groups <= 5, || refuse::parameter("securityGroups can have at most 5 items."))?;
    unless(text(vpc, "assignPublicIp") != "ENABLED" || is_fargate(settings), || {
        refuse::parameter("Assign public IP is not supported for this launch type.")
    })?;
    check_ids(cx, vpc)
}

fn check_ids(cx: &Context<'_>, vpc: &Value) -> Result<(), Refusal> {
    let mut vpcs = BTreeSet::new();
    for id in texts(vpc, "subnets") {
        let subnet = ec2::subnet(cx.region, id).ok_or_else(|| {
            refuse::parameter(format!(
                "Error retrieving subnet information for [{id}]: The subnet ID '{id}' does not exist \
                 (ErrorCode: InvalidSubnetID.NotFound)"
            ))
        })?;
        vpcs.insert(text(&subnet, "VpcId").to_string());
    }
    unless(vpcs.len() <= 1, || refuse::parameter("All specified subnets must be from the same VPC."))?;
    for id in texts(vpc, "securityGroups") {
        let group = ec2::security_group(cx.region, id).ok_or_else(|| {
            refuse::parameter(format!(
                "Error retrieving security group information for [{id}]: The security group '{id}' does not \
                 exist (ErrorCode: InvalidGroup.NotFound)"
            ))
        })?;
        unless(vpcs.contains(text(&group, "VpcId")), || {
            refuse::parameter("All specified security groups must be from the VPC of the subnets.")
        })?;
    }
    Ok(())
}
