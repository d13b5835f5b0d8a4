//! How a service gets to its desired count, over the sandbox's clock.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::document::{array_mut, fill, int, list, list_mut, text};
use super::super::{REMEMBERED, service_deployment};
use super::{Record, new_id};
use crate::context::Ids;

/// Seconds until started tasks run.
const START: f64 = 30.0;
/// Seconds from then until a rollout is done with.
const ROLLOUT: f64 = 15.0;
/// Seconds until stopped tasks are gone.
const STOP: f64 = 10.0;
/// Seconds for which targets and tasks drain.
pub const DRAIN: f64 = 60.0;

/// When one deployment or task set moves on.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Timer {
    /// Its tasks run (or have stopped) from then on.
    pub running_at: f64,
    /// It is steady from then on.
    pub steady_at: f64,
    /// It is no more from then on.
    pub gone_at: Option<f64>,
}

/// Sets how many tasks a deployment or task set is to run; answers when it does.
fn aim(unit: &mut Value, key: &str, desired: i64, now: f64) -> Timer {
    let running = int(unit, "runningCount");
    unit[key] = json!(desired);
    unit["pendingCount"] = json!((desired - running).max(0));
    unit["updatedAt"] = json!(now.floor());
    let (running_at, steady_at) = match desired - running {
        0 => (now, now),
        more if more > 0 => (now + START, now + START + ROLLOUT),
        _ => (now + STOP, now + STOP),
    };
    Timer { running_at, steady_at, gone_at: None }
}

impl Record {
    /// Starts a deployment with the present settings (ECS controller).
    pub fn roll_out(&mut self, ids: &mut Ids, now: f64) {
        let id = new_id(ids);
        let shared = ["capacityProviderStrategy", "launchType", "networkConfiguration", "platformFamily"];
        let own = [
            "serviceConnectConfiguration",
            "taskDefinition",
            "volumeConfigurations",
            "vpcLatticeConfigurations",
        ];
        let mut deployment = json!({
            "id": id, "status": "PRIMARY", "failedTasks": 0, "runningCount": 0,
            "createdAt": now.floor(), "rolloutState": "IN_PROGRESS",
            "rolloutStateReason": format!("ECS deployment {id} in progress."),
        });
        for key in shared.into_iter().chain(own) {
            deployment[key] = self.settings[key].clone();
        }
        deployment["platformVersion"] = resolved_platform(&self.settings);
        let first = list(&self.document, "deployments").is_empty();
        let mut timer = aim(&mut deployment, "desiredCount", int(&self.settings, "desiredCount"), now);
        if !first {
            timer.steady_at += traffic_shift(&self.settings["deploymentConfiguration"]);
        }
        self.timers.insert(id, timer);
        for old in list_mut(&mut self.document, "deployments") {
            old["status"] = json!("ACTIVE");
        }
        if let Some(deployments) = array_mut(&mut self.document, "deployments") {
            deployments.insert(0, deployment);
        }
        service_deployment::start(self, ids, now);
        self.settle(now);
    }

    /// Starts a task set with the present settings.
    pub fn add_task_set(&mut self, mut set: Value, now: f64) {
        let desired = share(&set, int(&self.settings, "desiredCount"));
        let timer = aim(&mut set, "computedDesiredCount", desired, now);
        self.timers.insert(text(&set, "id").to_string(), Timer { steady_at: timer.running_at, ..timer });
        fill(&mut self.document, "taskSets", json!([]));
        if let Some(sets) = array_mut(&mut self.document, "taskSets") {
            sets.insert(0, set);
        }
        self.settle(now);
    }

    /// Moves the desired count, without a deployment.
    pub fn rescale(&mut self, desired: i64, now: f64) {
        self.settings["desiredCount"] = json!(desired);
        self.document["desiredCount"] = json!(desired);
        for deployment in list_mut(&mut self.document, "deployments") {
            if text(deployment, "status") == "PRIMARY" {
                let timer = self.timers.entry(text(deployment, "id").to_string()).or_default();
                let aimed = aim(deployment, "desiredCount", desired, now);
                *timer = Timer { steady_at: aimed.steady_at.max(timer.steady_at), ..aimed };
            }
        }
        self.aim_task_sets(now);
        self.settle(now);
    }

    /// Lets every task set that does not drain run its share of the desired count.
    pub fn aim_task_sets(&mut self, now: f64) {
        let desired = int(&self.settings, "desiredCount");
        for set in list_mut(&mut self.document, "taskSets") {
            if text(set, "status") != "DRAINING" {
                let timer = aim(set, "computedDesiredCount", share(set, desired), now);
                let timer = Timer { steady_at: timer.running_at, ..timer };
                self.timers.insert(text(set, "id").to_string(), timer);
            }
        }
    }

    /// Lets a task set drain; it is gone after that many seconds.
    pub fn drain_task_set(&mut self, id: &str, now: f64, seconds: f64) {
        for set in list_mut(&mut self.document, "taskSets").filter(|set| text(set, "id") == id) {
            set["status"] = json!("DRAINING");
            aim(set, "computedDesiredCount", 0, now);
            let end = now + seconds;
            let timer = Timer { running_at: end, steady_at: end, gone_at: Some(end) };
            self.timers.insert(id.to_string(), timer);
        }
    }

    /// Is a deployment, or a task set's start, still under way?
    pub fn is_moving(&self) -> bool {
        let deployments = list(&self.document, "deployments");
        let sets = list(&self.document, "taskSets");
        deployments.len() > 1
            || deployments.iter().any(|one| text(one, "rolloutState") == "IN_PROGRESS")
            || sets.iter().any(|one| text(one, "stabilityStatus") != "STEADY_STATE")
    }

    /// Brings it to where it stands at that time; false when AWS knows it no more.
    pub fn settle(&mut self, now: f64) -> bool {
        if self.drained_at.is_some_and(|at| now >= at) {
            self.end();
        }
        if self.gone_at.is_some_and(|at| now >= at) {
            return false;
        }
        self.settle_deployments(now);
        self.settle_task_sets(now);
        let parts = || ["deployments", "taskSets"].into_iter().flat_map(|key| list(&self.document, key));
        let sum = |key: &str| parts().map(|part| int(part, key)).sum::<i64>();
        let (running, pending) = (sum("runningCount"), sum("pendingCount"));
        self.document["runningCount"] = json!(running);
        self.document["pendingCount"] = json!(pending);
        service_deployment::settle(self);
        true
    }

    /// From DRAINING to INACTIVE.
    fn end(&mut self) {
        self.gone_at = self.drained_at.take().map(|at| at + REMEMBERED);
        self.document["status"] = json!("INACTIVE");
        for key in ["deployments", "taskSets"] {
            if self.document[key].is_array() {
                self.document[key] = json!([]);
            }
        }
    }

    fn settle_deployments(&mut self, now: f64) {
        let mut steady = false;
        for one in list_mut(&mut self.document, "deployments").filter(|one| text(one, "status") == "PRIMARY")
        {
            let Some(timer) = self.timers.get(text(one, "id")) else { continue };
            if now >= timer.running_at {
                one["runningCount"] = one["desiredCount"].clone();
                one["pendingCount"] = json!(0);
            }
            if now >= timer.steady_at {
                steady = true;
                complete(one, timer.steady_at);
            }
        }
        if let (true, Some(all)) = (steady, array_mut(&mut self.document, "deployments")) {
            all.retain(|one| text(one, "status") == "PRIMARY");
        }
    }

    fn settle_task_sets(&mut self, now: f64) {
        let timers = &self.timers;
        let timer_of = |set: &Value| timers.get(text(set, "id"));
        if let Some(sets) = array_mut(&mut self.document, "taskSets") {
            sets.retain(|set| timer_of(set).and_then(|timer| timer.gone_at).is_none_or(|at| now < at));
        }
        for set in list_mut(&mut self.document, "taskSets") {
            let Some(timer) = timer_of(set) else { continue };
            let steady = now >= timer.running_at;
            if steady {
                set["runningCount"] = set["computedDesiredCount"].clone();
                set["pendingCount"] = json!(0);
            }
            set["stabilityStatus"] = json!(if steady { "STEADY_STATE" } else { "STABILIZING" });
            set["stabilityStatusAt"] = json!(if steady { timer.running_at.floor() } else { now.floor() });
        }
    }
}

fn complete(deployment: &mut Value, at: f64) {
    if text(deployment, "rolloutState") == "IN_PROGRESS" {
        deployment["rolloutState"] = json!("COMPLETED");
        let reason = format!("ECS deployment {} completed.", text(deployment, "id"));
        deployment["rolloutStateReason"] = json!(reason);
        deployment["updatedAt"] = json!(at.floor());
    }
}

/// The part of the desired count that a task set runs, rounded up.
fn share(set: &Value, desired: i64) -> i64 {
    let percent = set["scale"]["value"].as_f64().unwrap_or_default();
    // counts are far below 2^53, nothing is cut off
    (desired as f64 * percent / 100.0).ceil() as i64
}

/// `LATEST` is a version of its own only in a service; what runs has a number.
pub fn resolved_platform(settings: &Value) -> Value {
    let windows = text(settings, "platformFamily") != "Linux";
    match text(settings, "platformVersion") {
        "LATEST" => json!(if windows { "1.0.0" } else { "1.4.0" }),
        _ => settings["platformVersion"].clone(),
    }
}

/// Seconds in which the strategy moves the traffic and waits.
fn traffic_shift(configuration: &Value) -> f64 {
    let bake = int(configuration, "bakeTimeInMinutes") * 60;
    let minutes =
        |part: &str, key: &str, default: i64| configuration[part][key].as_i64().unwrap_or(default) * 60;
    let steps = match text(configuration, "strategy") {
        "CANARY" => minutes("canaryConfiguration", "canaryBakeTimeInMinutes", 10),
        "LINEAR" => {
            let percent = configuration["linearConfiguration"]["stepPercent"].as_f64().unwrap_or(10.0);
            let steps = (100.0 / percent.max(3.0)).ceil() as i64 - 1;
            minutes("linearConfiguration", "stepBakeTimeInMinutes", 6) * steps
        }
        _ => 0,
    };
    (bake + steps) as f64
}
