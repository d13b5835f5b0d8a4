//! How long AWS takes for what a service goes through. The plan's words and
//! apply's patience come from the same numbers.

use std::collections::{BTreeMap, HashMap};

use recon_model::{Address, Found, KindId, Packed, Resource, Scalar, Snapshot, Stack, Tree};
use serde_json::Value;

use crate::matched::matched;
use crate::sequence::{Operation, What};

/// Pulling an image and starting it, where no grace period says more.
const START: u64 = 60;
/// AWS's default of a target group's attribute.
const DEREGISTRATION: u64 = 300;
/// The agent's default between SIGTERM and SIGKILL.
const STOP: u64 = 30;
/// AWS's defaults of a health check.
const INTERVAL: u64 = 30;
const THRESHOLD: u64 = 5;
/// A new load balancer becomes active.
pub const BALANCER: u64 = 180;
/// Two calls, and routes that take them up.
pub const ROUTE: u64 = 5;

const LOOKED_FOR: [&str; 2] = ["elb.target_group", "ecs.task_definition"];

/// The end of a service's tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Deregistration delay of its slowest target group; `None` behind no load balancer.
    pub delay: Option<u64>,
    /// Its slowest container's stop timeout.
    pub stop: u64,
}

/// The start of a service's tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starting {
    pub start: u64,
    /// Its health check says the grace period rather than recon's guess.
    pub by_grace: bool,
    /// Interval and threshold of its slowest health check.
    pub health: Option<(u64, u64)>,
}

impl Ending {
    pub fn seconds(&self) -> u64 {
        self.delay.unwrap_or_default() + self.stop
    }
}

impl Starting {
    pub fn seconds(&self) -> u64 {
        self.start + self.health.map_or(0, |(interval, threshold)| interval * threshold)
    }
}

/// Knows what stands around a service.
pub struct Timing<'a> {
    stack: &'a Stack,
    found: BTreeMap<Address, &'a Found>,
    by_arn: HashMap<&'a str, (Address, &'a Found)>,
}

impl<'a> Timing<'a> {
    pub fn of(stack: &'a Stack, snapshot: &'a Snapshot) -> Self {
        let matched = matched(stack, snapshot);
        let mut found: BTreeMap<Address, &Found> = matched.declared;
        found.extend(matched.leftovers.into_iter().map(|(address, orphan)| (address, &orphan.found)));
        let arn =
            |(address, live): (&Address, &&'a Found)| Some((live.export("arn")?, (address.clone(), *live)));
        // services look for target groups and task definitions
        let looked_for = |(address, _): &(&Address, &&Found)| LOOKED_FOR.contains(&address.kind.as_str());
        let by_arn = found.iter().filter(looked_for).filter_map(arn).collect();
        Self { stack, found, by_arn }
    }

    /// How long the tasks of a service that is there take to end.
    pub fn ending(&self, service: &Found) -> Ending {
        let balancers = service.spec["load_balancers"].items().iter();
        let delay = balancers.filter_map(|balancer| balancer["target_group"].as_str()).map(|arn| {
            let group = self.named("elb.target_group", arn);
            let attribute =
                group.map(|group| &group.spec["attributes"]["deregistration_delay.timeout_seconds"]);
            attribute.and_then(told).unwrap_or(DEREGISTRATION)
        });
        let definition = service.spec["task_definition"].as_str().unwrap_or_default();
        let definition = self.named("ecs.task_definition", definition);
        let containers = definition.map(|found| found.spec["container_definitions"].items());
        let stops = containers.into_iter().flatten();
        let stop = stops.map(|container| told(&container["stop_timeout"]).unwrap_or(STOP)).max();
        Ending { delay: delay.max(), stop: stop.unwrap_or(STOP) }
    }

    /// How long the tasks of a declared service take until traffic reaches them.
    pub fn starting(&self, service: &Resource) -> Starting {
        let grace =
            service.spec.get("health_check_grace_period_seconds").and_then(scalar).unwrap_or_default();
        let balancers = service.spec.get("load_balancers").map(Tree::references).unwrap_or_default();
        let groups =
            balancers.iter().map(|(_, reference)| &reference.target).filter(|a| a.kind == "elb.target_group");
        let health = groups.map(|group| {
            let said = |field: &str, usual: u64| {
                let declared =
                    self.stack.resources.get(group).and_then(|group| scalar(group.spec.get(field)?));
                let live = || self.found.get(group).and_then(|group| told(&group.spec[field]));
                declared.or_else(live).unwrap_or(usual)
            };
            (said("health_check_interval_seconds", INTERVAL), said("healthy_threshold_count", THRESHOLD))
        });
        let health = health.max_by_key(|(interval, threshold)| interval * threshold);
        Starting { start: if grace > 0 { grace } else { START }, by_grace: grace > 0, health }
    }

    /// Seconds that an operation takes beyond its calls, where something says so.
    pub fn operation(&self, operation: &Operation) -> Option<u64> {
        let Operation { address, what } = operation;
        match (KindId::named(&address.kind)?, what) {
            (KindId::EcsService, What::Delete) => Some(self.ending(self.found.get(address)?).seconds()),
            (KindId::EcsService, What::Create | What::Update) => {
                Some(self.starting(self.stack.resources.get(address)?).seconds())
            }
            (KindId::ElbLoadBalancer, What::Create) => Some(BALANCER),
            _ => None,
        }
    }

    fn named(&self, kind: &str, arn: &str) -> Option<&'a Found> {
        self.by_arn.get(arn).filter(|(address, _)| address.kind == kind).map(|(_, found)| *found)
    }
}

/// Seconds for which ECS lets the traffic move from the old tasks to the new,
/// and keeps both, on purpose.
pub fn shift(configuration: &Value) -> u64 {
    let minutes = |value: &Value| value.as_u64().unwrap_or_default();
    let (linear, canary) = (&configuration["linear_configuration"], &configuration["canary_configuration"]);
    // AWS takes nothing below 3 %
    let steps = (100.0 / linear["step_percent"].as_f64().unwrap_or(100.0).max(3.0)).ceil() as u64;
    let all = minutes(&configuration["bake_time_in_minutes"])
        + minutes(&canary["canary_bake_time_in_minutes"])
        + minutes(&linear["step_bake_time_in_minutes"]) * steps;
    all * 60
}

/// Seconds that one blue/green deployment by CodeDeploy takes on purpose: the
/// steps of its traffic (`canary` and `linear` of its config) and the wait
/// before the old tasks end.
pub fn deployment(group: &Value, config: Option<&Value>) -> u64 {
    let minutes = |value: &Value| number(value).unwrap_or_default();
    let blue_green = &group["blue_green_deployment_configuration"];
    let terminate = &blue_green["terminate_blue_instances_on_deployment_success"];
    let ready = &blue_green["deployment_ready_option"];
    let traffic = config.map_or(0, |config| {
        let routing = &config["traffic_routing_config"];
        let (canary, linear) = (&routing["time_based_canary"], &routing["time_based_linear"]);
        let percent = number(&linear["linear_percentage"]).unwrap_or(100).max(1);
        minutes(&canary["canary_interval"]) + minutes(&linear["linear_interval"]) * 100_u64.div_ceil(percent)
    });
    let named = group["deployment_config"].as_str().map_or(0, by_name);
    60 * (traffic.max(named)
        + minutes(&ready["wait_time_in_minutes"])
        + minutes(&terminate["termination_wait_time_in_minutes"]))
}

/// AWS's own configs say it in their names: `CodeDeployDefault.ECSCanary10Percent5Minutes`.
fn by_name(config: &str) -> u64 {
    let Some((_, steps)) = config.split_once("Percent") else { return 0 };
    let digits: String = steps.trim_start_matches("Every").chars().take_while(char::is_ascii_digit).collect();
    let interval: u64 = digits.parse().unwrap_or_default();
    // linear: ten steps of ten percent
    if steps.starts_with("Every") { interval * 10 } else { interval }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn told(value: &Packed) -> Option<u64> {
    if let Packed::Scalar(scalar) = value { seconds(scalar) } else { None }
}

fn scalar(tree: &Tree) -> Option<u64> {
    if let Tree::Scalar(scalar) = tree { seconds(scalar) } else { None }
}

fn seconds(scalar: &Scalar) -> Option<u64> {
    scalar.as_u64().or_else(|| scalar.as_str()?.parse().ok())
}

/// Is it the service whose tasks the timing is about?
pub fn is_service(address: &Address) -> bool {
    address.kind == KindId::EcsService.name()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_steps_of_traffic_and_the_wait_for_the_end_are_counted() {
        let group = json!({
            "deployment_config": "CodeDeployDefault.ECSCanary10Percent15Minutes",
            "blue_green_deployment_configuration": {
                "terminate_blue_instances_on_deployment_success": {"termination_wait_time_in_minutes": 60},
            },
        });
        assert_eq!(deployment(&group, None), 75 * 60);
        assert_eq!(by_name("CodeDeployDefault.ECSLinear10PercentEvery3Minutes"), 30);
        assert_eq!(by_name("CodeDeployDefault.ECSAllAtOnce"), 0);
        let own = json!({"traffic_routing_config": {"time_based_linear": {"linear_percentage": 30, "linear_interval": 2}}});
        assert_eq!(deployment(&json!({}), Some(&own)), 8 * 60);
        assert_eq!(
            shift(
                &json!({"bake_time_in_minutes": 5, "canary_configuration": {"canary_bake_time_in_minutes": 10}})
            ),
            900
        );
    }
}
