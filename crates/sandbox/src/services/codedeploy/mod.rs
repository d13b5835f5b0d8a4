//! CodeDeploy: applications, deployment groups, deployment configs, and
//! deployments that run by the sandbox's clock.

mod applications;
mod appspec;
mod checks;
mod configs;
mod deployments;
mod groups;
mod life;
mod lists;
mod refusals;
mod tagging;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};
use crate::tags::Tags;
use applications::Application;
use life::Deployment;

pub use life::Landing;

/// What CodeDeploy holds in one region. Predefined configs are not in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    applications: BTreeMap<String, Application>,
    /// Custom deployment configs by name, in AWS's form.
    configs: BTreeMap<String, Value>,
    deployments: BTreeMap<String, Deployment>,
}

/// A deployment group.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
struct Group {
    /// AWS's `DeploymentGroupInfo`.
    doc: Value,
    tags: Tags,
}

impl State {
    /// Application and deployment group that deploy the ECS service.
    pub fn group_of_service(&self, cluster: &str, service: &str) -> Option<(String, String)> {
        let (cluster, service) = (last_part(cluster), last_part(service));
        self.groups().find_map(|(application, name, group)| {
            let deploys = checks::ecs_services(&group.doc).any(|pair| pair == (cluster, service));
            deploys.then(|| (application.to_string(), name.to_string()))
        })
    }

    fn groups(&self) -> impl Iterator<Item = (&str, &str, &Group)> {
        self.applications.iter().flat_map(|(application, held)| {
            held.groups.iter().map(move |(name, group)| (application.as_str(), name.as_str(), group))
        })
    }

    /// Applications and groups as their ARNs end, with their tags.
    fn resources(&self) -> Vec<(String, &Tags)> {
        let applications =
            self.applications.iter().map(|(name, held)| (format!("application:{name}"), &held.tags));
        let groups = self
            .groups()
            .map(|(application, name, group)| (format!("deploymentgroup:{application}/{name}"), &group.tags));
        applications.chain(groups).collect()
    }

    fn application(&self, input: &Value) -> Result<&Application, Refusal> {
        let name = text(input, "applicationName");
        self.applications.get(name).ok_or_else(|| refusals::no_application(name))
    }

    fn application_mut(&mut self, input: &Value) -> Result<&mut Application, Refusal> {
        let name = text(input, "applicationName");
        self.applications.get_mut(name).ok_or_else(|| refusals::no_application(name))
    }

    fn group(&self, input: &Value) -> Result<&Group, Refusal> {
        let name = text(input, "deploymentGroupName");
        self.application(input)?.groups.get(name).ok_or_else(|| refusals::no_group(name))
    }
}

impl Holdings for State {
    fn remains(&self, view: &View<'_>) -> Vec<String> {
        let configs = self.configs.keys().map(|name| format!("deploymentconfig:{name}"));
        let own = self.resources().into_iter().map(|(resource, _)| resource).chain(configs);
        own.map(|resource| view.arn("codedeploy", &resource)).collect()
    }

    fn tagged(&self, view: &View<'_>) -> Vec<(String, Tags)> {
        let arn = |resource: String| view.arn("codedeploy", &resource);
        self.resources().into_iter().map(|(resource, tags)| (arn(resource), tags.clone())).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    cx.here.codedeploy.settle(cx.now);
    match operation {
        "CreateApplication" => applications::create(cx, input),
        "GetApplication" => applications::get(cx, input),
        "BatchGetApplications" => applications::batch_get(cx, input),
        "ListApplications" => applications::list(cx, input),
        "UpdateApplication" => applications::update(cx, input),
        "DeleteApplication" => Ok(applications::delete(cx, input)),
        "CreateDeploymentGroup" => groups::create(cx, input),
        "GetDeploymentGroup" => groups::get(cx, input),
        "BatchGetDeploymentGroups" => groups::batch_get(cx, input),
        "ListDeploymentGroups" => groups::list(cx, input),
        "UpdateDeploymentGroup" => groups::update(cx, input),
        "DeleteDeploymentGroup" => Ok(groups::delete(cx, input)),
        "CreateDeploymentConfig" => configs::create(cx, input),
        "GetDeploymentConfig" => configs::get(cx, input),
        "ListDeploymentConfigs" => configs::list(cx, input),
        "DeleteDeploymentConfig" => configs::delete(cx, input),
        "CreateDeployment" => deployments::create(cx, input),
        "GetDeployment" => deployments::get(cx, input),
        "BatchGetDeployments" => deployments::batch_get(cx, input),
        "ListDeployments" => deployments::list(cx, input),
        "StopDeployment" => deployments::stop(cx, input),
        "TagResource" => tagging::tag(cx, input),
        "UntagResource" => tagging::untag(cx, input),
        "ListTagsForResource" => tagging::list(cx, input),
        _ => Err(Refusal::unknown_operation("codedeploy", operation)),
    }
}

/// The name at the end of an ARN, or the name itself.
fn last_part(name_or_arn: &str) -> &str {
    name_or_arn.rsplit('/').next().unwrap_or(name_or_arn)
}

/// The answer of operations that answer nothing.
fn nothing() -> Value {
    json!({})
}
