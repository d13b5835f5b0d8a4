//! Services: what they are set to, and what of it runs.

mod controller;
mod create;
mod delete;
mod deployment_rules;
mod life;
mod load_balancer;
mod network;
mod read;
mod rules;
mod settings;
mod update;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{list, text};
use super::refuse;
use crate::context::{Context, Ids};
use crate::refusal::Refusal;

pub use create::create;
pub use delete::delete;
pub use life::{DRAIN, Timer, resolved_platform};
pub use read::{arns, describe};
pub use rules::check_task_set;
pub use settings::{network as normal_network, place};
pub use update::update;

/// Members of a service that its settings decide.
const SHOWN: &[&str] = &[
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "deploymentController",
    "desiredCount",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "platformFamily",
    "platformVersion",
    "propagateTags",
    "roleArn",
    "schedulingStrategy",
    "serviceRegistries",
    "taskDefinition",
];

/// One service.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Record {
    /// As DescribeServices shows it, without tags.
    pub document: Value,
    /// Everything that it is set to, with AWS's defaults; more than the document shows.
    pub settings: Value,
    /// What CreateService was given, to know the same call again.
    pub request: Value,
    /// When its deployments and task sets move on, by id.
    pub timers: BTreeMap<String, Timer>,
    /// Its service deployments (ECS controller), oldest first.
    pub rollouts: Vec<Value>,
    /// What each of them brought about, oldest first.
    pub revisions: Vec<Value>,
    /// Task sets that a change of the controller left behind: DescribeServices does not show them.
    pub left_behind: Vec<Value>,
    /// When DRAINING ends.
    pub drained_at: Option<f64>,
    /// When AWS knows it no more.
    pub gone_at: Option<f64>,
}

impl Record {
    pub fn status(&self) -> &str {
        text(&self.document, "status")
    }

    /// The deployment controller's type.
    pub fn controller(&self) -> &str {
        text(&self.settings["deploymentController"], "type")
    }

    /// Is that its name, or its ARN?
    pub(super) fn is_named(&self, name_or_arn: &str) -> bool {
        !name_or_arn.starts_with("arn:") || text(&self.document, "serviceArn") == name_or_arn
    }

    /// Does anything of it use the task definition?
    pub(super) fn runs(&self, task_definition: &str) -> bool {
        let parts = ["deployments", "taskSets"].into_iter().flat_map(|key| list(&self.document, key));
        self.status() != "INACTIVE"
            && parts.chain([&self.document]).any(|part| text(part, "taskDefinition") == task_definition)
    }

    /// Shows the settings in the document.
    pub(super) fn show(&mut self) {
        for key in SHOWN {
            self.document[*key] = self.settings[*key].clone();
        }
        self.document = super::without_nulls(&self.document);
    }
}

/// The service that a request names in its cluster, which must be ACTIVE.
pub fn active<'a>(cx: &'a mut Context<'_>, cluster: &str, name: &str) -> Result<&'a mut Record, Refusal> {
    let record = cx.here.ecs.record_mut(cluster, name).ok_or_else(refuse::service_not_found)?;
    if record.status() == "ACTIVE" { Ok(record) } else { Err(refuse::service_not_active()) }
}

/// An id as ECS gives to deployments and task sets.
pub fn new_id(ids: &mut Ids) -> String {
    let digits: String = ids.hex(32).bytes().take(19).map(|b| char::from(b'0' + b % 10)).collect();
    format!("ecs-svc/{digits}")
}
