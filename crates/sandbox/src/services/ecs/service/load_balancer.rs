//! What AWS refuses in a service's load balancers.

use serde_json::{Value, json};

use super::super::document::{has, int, list, text};
use super::super::refuse::{self, unless};
use crate::context::Context;
use crate::refusal::Refusal;

/// Every load balancer of the settings, against the task definition behind it.
pub fn check_all(cx: &Context<'_>, settings: &Value, definition: &Value) -> Result<(), Refusal> {
    let strategy = text(&settings["deploymentConfiguration"], "strategy");
    for entry in list(settings, "loadBalancers") {
        check_container(entry, definition)?;
        let arn = text(entry, "targetGroupArn");
        unless(arn.is_empty() || !has(entry, "loadBalancerName"), || {
            refuse::parameter("targetGroupArn and loadBalancerName cannot both be set.")
        })?;
        if arn.is_empty() {
            unless(has(entry, "loadBalancerName"), || {
                refuse::parameter("Either targetGroupArn or loadBalancerName must be set.")
            })?;
            continue;
        }
        check_group(cx, arn, definition)?;
        if ["BLUE_GREEN", "LINEAR", "CANARY"].contains(&strategy) {
            check_advanced(cx, &entry["advancedConfiguration"], strategy, arn, definition)?;
        }
    }
    Ok(())
}

fn check_container(entry: &Value, definition: &Value) -> Result<(), Refusal> {
    let (name, port) = (text(entry, "containerName"), int(entry, "containerPort"));
    let containers = list(definition, "containerDefinitions");
    let container = containers.iter().find(|container| text(container, "name") == name);
    let container = container.ok_or_else(|| {
        refuse::parameter(format!("The container {name} does not exist in the task definition."))
    })?;
    unless(
        list(container, "portMappings").iter().any(|mapping| int(mapping, "containerPort") == port),
        || refuse::parameter(format!("The container {name} did not have a container port {port} defined.")),
    )
}

fn check_group(cx: &Context<'_>, arn: &str, definition: &Value) -> Result<(), Refusal> {
    let group = cx.here.elbv2.target_group(arn).ok_or_else(|| {
        refuse::parameter(format!("The target group with targetGroupArn {arn} does not exist."))
    })?;
    unless(cx.here.elbv2.load_balancer_of(arn).is_some(), || {
        refuse::parameter(format!(
            "The target group with targetGroupArn {arn} does not have an associated load balancer."
        ))
    })?;
    let (kind, network) = (text(group, "TargetType"), text(definition, "networkMode"));
    unless((kind == "ip") == (network == "awsvpc"), || {
        refuse::parameter(format!(
            "The provided target group {arn} has target type {kind}, which is incompatible with the \
             {network} network mode specified in the task definition."
        ))
    })
}

/// A strategy that moves traffic needs a second target group, a rule to move it by and a role.
fn check_advanced(
    cx: &Context<'_>,
    advanced: &Value,
    strategy: &str,
    first: &str,
    definition: &Value,
) -> Result<(), Refusal> {
    for key in ["alternateTargetGroupArn", "productionListenerRule", "roleArn"] {
        unless(has(advanced, key), || {
            refuse::parameter(format!(
                "advancedConfiguration.{key} must be specified for load balancers of services with the \
                 {strategy} deployment strategy."
            ))
        })?;
    }
    let second = text(advanced, "alternateTargetGroupArn");
    unless(first != second, || {
        refuse::parameter("targetGroupArn and alternateTargetGroupArn must be different target groups.")
    })?;
    check_group(cx, second, definition)?;
    for key in ["productionListenerRule", "testListenerRule"] {
        let rule = text(advanced, key);
        let known = rule.is_empty() || cx.here.elbv2.rule(rule).or(cx.here.elbv2.listener(rule)).is_some();
        unless(known, || {
            refuse::parameter(format!("The listener rule {rule} specified as {key} does not exist."))
        })?;
    }
    let kind = cx.here.elbv2.load_balancer_of(first).map(|balancer| &balancer["Type"]);
    unless(strategy == "BLUE_GREEN" || kind != Some(&json!("network")), || {
        refuse::parameter(format!(
            "The {strategy} deployment strategy is not supported for services that use a Network Load \
             Balancer."
        ))
    })?;
    let role = text(advanced, "roleArn");
    let own = role.starts_with(&format!("arn:aws:iam::{}:role/", cx.account));
    unless(!own || cx.global.iam.trusts(role, "ecs.amazonaws.com"), || {
        refuse::parameter(format!(
            "Unable to assume role {role}. Verify that it exists and that ECS can assume it."
        ))
    })
}
