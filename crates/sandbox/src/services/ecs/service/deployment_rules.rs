//! What AWS refuses in the way a service is deployed.

use serde_json::Value;

use super::super::document::{flag, has, int, list, text};
use super::super::refuse::{self, unless};
use crate::refusal::Refusal;

pub fn check(settings: &Value) -> Result<(), Refusal> {
    check_percents(settings)?;
    let configuration = &settings["deploymentConfiguration"];
    match text(&settings["deploymentController"], "type") {
        "ECS" => check_strategy(configuration),
        controller => check_foreign(configuration, settings, controller),
    }
}

fn check_percents(settings: &Value) -> Result<(), Refusal> {
    let configuration = &settings["deploymentConfiguration"];
    let (least, most) = (int(configuration, "minimumHealthyPercent"), int(configuration, "maximumPercent"));
    unless((0..=100).contains(&least), || refuse::parameter("minimumHealthyPercent must be at most 100."))?;
    let replica = text(settings, "schedulingStrategy") == "REPLICA";
    unless(!replica || most > least, || {
        refuse::parameter("maximumPercent must be greater than minimumHealthyPercent.")
    })?;
    unless(replica || most == 100, || {
        refuse::parameter("maximumPercent must be 100 for services with the DAEMON scheduling strategy.")
    })?;
    let spread = text(settings, "availabilityZoneRebalancing") == "ENABLED";
    unless(!spread || (most > 100 && replica), || {
        refuse::parameter(
            "Availability Zone rebalancing needs the REPLICA scheduling strategy and a maximumPercent \
             greater than 100.",
        )
    })
}

fn check_strategy(configuration: &Value) -> Result<(), Refusal> {
    let strategy = text(configuration, "strategy");
    for (name, part) in [("LINEAR", "linearConfiguration"), ("CANARY", "canaryConfiguration")] {
        unless((name == strategy) == has(configuration, part), || {
            refuse::parameter(format!(
                "{part} must be specified for the {name} deployment strategy and for no other."
            ))
        })?;
    }
    let minutes = |value: i64| (0..=1440).contains(&value);
    unless(minutes(int(configuration, "bakeTimeInMinutes")), || {
        refuse::parameter("bakeTimeInMinutes must be between 0 and 1440.")
    })?;
    let linear = &configuration["linearConfiguration"];
    let canary = &configuration["canaryConfiguration"];
    let waits =
        minutes(int(linear, "stepBakeTimeInMinutes")) && minutes(int(canary, "canaryBakeTimeInMinutes"));
    unless(waits, || refuse::parameter("The bake time of a step must be between 0 and 1440 minutes."))?;
    check_percent(linear, "stepPercent", 3.0)?;
    check_percent(canary, "canaryPercent", 0.1)?;
    let breaker = flag(&configuration["deploymentCircuitBreaker"], "enable");
    unless(!breaker || strategy == "ROLLING", || {
        refuse::parameter(
            "The deployment circuit breaker is supported for the ROLLING deployment strategy only.",
        )
    })
}

fn check_percent(part: &Value, key: &str, least: f64) -> Result<(), Refusal> {
    let Some(percent) = part[key].as_f64() else { return Ok(()) };
    let tenths = percent * 10.0;
    unless((least..=100.0).contains(&percent) && (tenths - tenths.round()).abs() < 1e-6, || {
        refuse::parameter(format!("{key} must be a multiple of 0.1 between {least} and 100."))
    })
}

/// CODE_DEPLOY and EXTERNAL leave nothing of the ECS controller's own ways.
fn check_foreign(configuration: &Value, settings: &Value, controller: &str) -> Result<(), Refusal> {
    let own = |what: &str| {
        refuse::parameter(format!(
            "{what} is not supported for services with a {controller} deployment controller."
        ))
    };
    let breaker = flag(&configuration["deploymentCircuitBreaker"], "enable");
    unless(!breaker, || own("The deployment circuit breaker"))?;
    unless(!has(configuration, "alarms"), || own("A deployment alarm"))?;
    let strategy = text(configuration, "strategy");
    unless(["", "ROLLING"].contains(&strategy), || own(&format!("The {strategy} deployment strategy")))?;
    unless(list(configuration, "lifecycleHooks").is_empty(), || own("A deployment lifecycle hook"))?;
    unless(!flag(&settings["serviceConnectConfiguration"], "enabled"), || own("Service Connect"))?;
    unless(list(settings, "vpcLatticeConfigurations").is_empty(), || own("VPC Lattice"))?;
    unless(text(settings, "schedulingStrategy") != "DAEMON", || {
        refuse::parameter(
            "CODE_DEPLOY or EXTERNAL deployment controller types don't support the DAEMON scheduling \
             strategy.",
        )
    })?;
    let balancers = list(settings, "loadBalancers");
    unless(balancers.len() <= 1, || {
        refuse::parameter(format!(
            "Multiple target groups are not supported for services with a {controller} deployment controller."
        ))
    })?;
    let has_group = balancers.iter().any(|entry| has(entry, "targetGroupArn"));
    unless(controller != "CODE_DEPLOY" || has_group, || {
        refuse::parameter(
            "When using the CODE_DEPLOY deployment controller, the service requires an Application Load \
             Balancer or Network Load Balancer.",
        )
    })
}
