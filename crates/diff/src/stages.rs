//! What a step goes through, one stage after the other, and how long each takes.

use std::collections::BTreeMap;

use recon_model::plan::{Action, ReplaceOrder, Stage, Step};
use recon_model::{Address, Found, KindId, Resource, Stack};

use crate::bridge::{Bridge, bridge};
use crate::timing::{BALANCER, Ending, ROUTE, Starting, Timing, shift};

/// The stages of a step that are worth telling.
pub fn stages(
    stack: &Stack,
    found: &BTreeMap<Address, &Found>,
    timing: &Timing<'_>,
    step: &Step,
) -> Vec<Stage> {
    let (Some(resource), Some(live)) = (stack.resources.get(&step.address), found.get(&step.address)) else {
        return Vec::new();
    };
    match (&step.action, resource.kind) {
        (Action::Replace(_, order), KindId::EcsService) => {
            let service = Service::of(timing, resource, live);
            match order {
                ReplaceOrder::DeleteFirst => service.delete_first(),
                ReplaceOrder::CreateFirst => service.create_first(bridge(stack, found, step).as_ref()),
            }
        }
        (Action::Update(_), KindId::EcsService) if rolls_out(step, live) => {
            Service::of(timing, resource, live).roll_out(&live.spec["deployment_configuration"].value())
        }
        (Action::Replace(_, ReplaceOrder::DeleteFirst), KindId::ElbLoadBalancer) => vec![
            stage("the old load balancer is deleted, and its DNS name with it", ROUTE, true),
            stage("the new one becomes active, under a DNS name of its own", BALANCER, true),
        ],
        (Action::Replace(_, ReplaceOrder::DeleteFirst), KindId::ElbListener | KindId::ElbListenerRule) => {
            vec![stage("deleted and made again: its requests are refused meanwhile", ROUTE, true)]
        }
        _ => Vec::new(),
    }
}

fn stage(text: impl Into<String>, seconds: u64, outage: bool) -> Stage {
    Stage { text: text.into(), seconds, outage }
}

/// Do these changes start new tasks?
fn rolls_out(step: &Step, live: &Found) -> bool {
    let by_ecs = live.spec["deployment_controller"]["type"].as_str().is_none_or(|kind| kind == "ECS");
    let of_tasks = [
        "task_definition",
        "network_configuration",
        "platform_version",
        "load_balancers",
        "service_connect_configuration",
        "capacity_provider_strategy",
        "volume_configurations",
    ];
    let roots = step.fields.iter().map(|change| change.path.as_str());
    let caused = step.action.because().into_iter().filter_map(|because| because.field.as_deref());
    by_ecs
        && roots
            .chain(caused)
            .any(|path| of_tasks.contains(&path.split(['.', '[']).next().unwrap_or_default()))
}

struct Service {
    ending: Ending,
    starting: Starting,
    /// Nothing runs: nothing can fall out.
    idle: bool,
}

impl Service {
    fn of(timing: &Timing<'_>, resource: &Resource, live: &Found) -> Self {
        let running = live.extra["runningCount"].as_u64().unwrap_or(1);
        let desired = live.spec["desired_count"].as_u64().unwrap_or(1);
        Self {
            ending: timing.ending(live),
            starting: timing.starting(resource),
            idle: running == 0 && desired == 0,
        }
    }

    fn delete_first(&self) -> Vec<Stage> {
        let mut stages = Vec::new();
        if self.idle {
            return vec![stage("the old service runs no task: nothing falls out", 0, false)];
        }
        let down = true;
        stages.extend(self.end(down));
        stages.extend(self.start("the new service", down));
        stages
    }

    fn create_first(&self, bridge: Option<&Bridge>) -> Vec<Stage> {
        let mut stages = Vec::new();
        let routes =
            |bridge: &Bridge| bridge.routes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        if let Some(bridge) = bridge {
            let Bridge { from, to, .. } = bridge;
            let text = format!("{}: by weight, 100 % to {from}, 0 % to {to}", routes(bridge));
            stages.push(stage(text, ROUTE, false));
        }
        stages.extend(self.start("beside the old service the new one", false));
        if let Some(bridge) = bridge {
            stages.push(stage(format!("{}: all traffic to {}", routes(bridge), bridge.to), ROUTE, false));
        }
        stages.extend(self.end(false));
        stages
    }

    fn roll_out(&self, configuration: &serde_json::Value) -> Vec<Stage> {
        let number = |field: &str, usual: u64| configuration[field].as_u64().unwrap_or(usual);
        let stops_first =
            number("minimum_healthy_percent", 100) == 0 && number("maximum_percent", 200) <= 100;
        if self.idle {
            return Vec::new();
        }
        if stops_first {
            let text = "minimum_healthy_percent = 0 and maximum_percent = 100: the old tasks end before new ones start";
            let mut stages = vec![stage(text, 0, true)];
            stages.extend(self.end(true));
            stages.extend(self.start("the service", true));
            return stages;
        }
        let shifts = shift(configuration);
        if shifts == 0 {
            return Vec::new();
        }
        let mut stages = self.start("beside the old tasks the service", false);
        stages.push(stage("the traffic moves in steps, and both stay on for the bake time", shifts, false));
        stages.extend(self.end(false));
        stages
    }

    fn end(&self, outage: bool) -> Vec<Stage> {
        let mut stages = Vec::new();
        if let Some(delay) = self.ending.delay {
            let text = format!("the old tasks take no new request and drain: deregistration delay {delay} s");
            stages.push(stage(text, delay, outage));
        }
        let text = format!("the old tasks end: stop timeout {} s", self.ending.stop);
        stages.push(stage(text, self.ending.stop, outage));
        stages
    }

    fn start(&self, who: &str, outage: bool) -> Vec<Stage> {
        let Starting { start, by_grace, health } = self.starting;
        let why = if by_grace { format!("grace period {start} s") } else { format!("about {start} s") };
        let mut stages = vec![stage(format!("{who} starts its tasks: {why}"), start, outage)];
        if let Some((interval, threshold)) = health {
            let text = format!("its targets become healthy: {threshold} checks, one every {interval} s");
            stages.push(stage(text, interval * threshold, outage));
        }
        stages
    }
}
