//! How a deployment goes on with the clock, and what it leaves behind.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{State, checks, groups};

use crate::form::text;

/// Seconds after its creation at which a deployment starts, and is over.
const STARTS: f64 = 5.0;
const ENDS: f64 = 60.0;

/// A deployment.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub(super) struct Deployment {
    /// AWS's `DeploymentInfo`.
    pub doc: Value,
    /// Cluster and service, if it deploys to ECS.
    pub ecs_service: Option<(String, String)>,
    /// What its AppSpec deploys.
    pub task_definition: Option<String>,
    /// AWS's `ErrorInformation` of the end it will come to, unless it succeeds.
    pub failure: Option<Value>,
    /// Whether [`State::land`] has handed it out.
    pub landed: bool,
}

/// A blue/green deployment that has shifted the traffic of an ECS service.
#[derive(Debug, Clone, PartialEq)]
pub struct Landing {
    pub deployment: String,
    /// When it was over.
    pub at: f64,
    pub cluster: String,
    pub service: String,
    /// Family with revision, or ARN; `None` when the AppSpec lies in a bucket.
    pub task_definition: Option<String>,
    /// Names of the pair's target groups.
    pub target_groups: Vec<String>,
    /// ARNs of the listeners for production and for test traffic.
    pub listeners: Vec<String>,
}

impl State {
    /// The ECS deployments that succeeded since the last time somebody asked.
    ///
    /// CodeDeploy knows what is to become of service and listeners, others do it.
    pub fn land(&mut self, now: f64) -> Vec<Landing> {
        self.settle(now);
        let done = |deployment: &&mut Deployment| {
            !deployment.landed && text(&deployment.doc, "status") == "Succeeded"
        };
        self.deployments
            .values_mut()
            .filter(done)
            .filter_map(|deployment| {
                deployment.landed = true;
                deployment.landing()
            })
            .collect()
    }

    /// Brings all deployments, and what groups say of them, up to that time.
    pub(super) fn settle(&mut self, now: f64) {
        let Self { deployments, applications, .. } = self;
        for deployment in deployments.values_mut().filter(|deployment| !deployment.over()) {
            deployment.go_on(now);
            let application = applications.get_mut(text(&deployment.doc, "applicationName"));
            let name = text(&deployment.doc, "deploymentGroupName");
            if let Some(group) = application.and_then(|application| application.groups.get_mut(name)) {
                deployment.note_in(&mut group.doc);
            }
        }
    }
}

impl Deployment {
    pub fn belongs_to(&self, application: &Value, group: &str) -> bool {
        self.doc["applicationName"] == *application && self.doc["deploymentGroupName"] == group
    }

    pub fn over(&self) -> bool {
        ["Succeeded", "Failed", "Stopped"].contains(&text(&self.doc, "status"))
    }

    /// Writes into the group what it shows of its last deployments.
    pub fn note_in(&self, group: &mut Value) {
        let mut last = json!({
            "deploymentId": self.doc["deploymentId"],
            "status": self.doc["status"],
            "createTime": self.doc["createTime"],
        });
        if self.over() {
            last["endTime"] = self.doc["completeTime"].clone();
        }
        if text(&self.doc, "status") == "Succeeded" {
            group["lastSuccessfulDeployment"] = last.clone();
            group["targetRevision"] = self.doc["revision"].clone();
        }
        group["lastAttemptedDeployment"] = last;
    }

    fn go_on(&mut self, now: f64) {
        let created = self.doc["createTime"].as_f64().unwrap_or(now);
        if now < created + STARTS {
            return;
        }
        self.doc["startTime"] = json!(created + STARTS);
        if now < created + ENDS {
            self.show("InProgress", "InProgress");
            return;
        }
        match self.failure.clone() {
            None => self.show("Succeeded", "Succeeded"),
            Some(failure) => {
                self.doc["errorInformation"] = failure;
                self.show("Failed", "Failed");
            }
        }
        self.doc["completeTime"] = json!(created + ENDS);
    }

    /// Ends it by hand.
    pub fn stop(&mut self, now: Value) {
        let message = "The deployment was stopped by a user.";
        self.doc["errorInformation"] = json!({"code": "MANUAL_STOP", "message": message});
        self.doc["completeTime"] = now;
        self.show("Stopped", "Skipped");
    }

    /// Sets the status, and how many targets stand where.
    pub fn show(&mut self, status: &str, target: &str) {
        self.doc["status"] = json!(status);
        let mut overview =
            json!({"Pending": 0, "InProgress": 0, "Succeeded": 0, "Failed": 0, "Skipped": 0, "Ready": 0});
        overview[target] = json!(1);
        self.doc["deploymentOverview"] = overview;
    }

    fn landing(&self) -> Option<Landing> {
        let (cluster, service) = self.ecs_service.clone()?;
        Some(Landing {
            deployment: text(&self.doc, "deploymentId").to_string(),
            at: self.doc["completeTime"].as_f64()?,
            cluster,
            service,
            task_definition: self.task_definition.clone(),
            target_groups: groups::target_groups(&self.doc).into_iter().map(str::to_string).collect(),
            listeners: checks::routes(&self.doc).map(|(_, arn)| arn.to_string()).collect(),
        })
    }
}
