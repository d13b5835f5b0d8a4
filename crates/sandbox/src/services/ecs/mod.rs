//! ECS in the sandbox: clusters, task definitions, services and what runs in them.

mod cluster;
mod document;
mod refuse;
mod service;
mod service_deployment;
mod tag;
mod task;
mod task_definition;
mod task_set;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::{Context, Ids};
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::Tags;
use document::{text, without_nulls};

pub use service::Record;
pub use task_definition::Family;

/// For how long AWS goes on describing what is INACTIVE.
const REMEMBERED: f64 = 3600.0;

/// What ECS holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// Clusters by name, the INACTIVE ones among them.
    pub clusters: BTreeMap<String, Kept>,
    /// Task definitions by family.
    pub families: BTreeMap<String, Family>,
    /// Services by cluster name and service name, the INACTIVE ones among them.
    pub services: BTreeMap<String, BTreeMap<String, Record>>,
    /// Tags by ARN.
    pub tags: BTreeMap<String, Tags>,
}

/// A document, and from when on AWS knows it no more.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Kept {
    pub document: Value,
    pub gone_at: Option<f64>,
}

impl Kept {
    fn is_gone(&self, now: f64) -> bool {
        self.gone_at.is_some_and(|at| now >= at)
    }
}

impl State {
    /// The cluster, unless it is INACTIVE.
    pub fn cluster(&self, name_or_arn: &str) -> Option<&Value> {
        self.any_cluster(name_or_arn).filter(|cluster| text(cluster, "status") != "INACTIVE")
    }

    /// The service (cluster and service by name or ARN), unless it is INACTIVE.
    pub fn service(&self, cluster: &str, service: &str) -> Option<&Value> {
        let record = self.record(cluster, service)?;
        Some(&record.document).filter(|service| text(service, "status") != "INACTIVE")
    }

    /// The task definition (family, `family:revision` or ARN): without a revision the latest ACTIVE one.
    pub fn task_definition(&self, name: &str) -> Option<&Value> {
        self.revision(name).map(|kept| &kept.document)
    }

    /// Plays a CodeDeploy deployment that went well: a new PRIMARY task set runs the task
    /// definition behind the target group, and the one before it drains.
    ///
    /// # Errors
    /// When there is no such service or task definition, or CodeDeploy does not deploy it.
    pub fn deploy(
        &mut self,
        cluster: &str,
        service: &str,
        task_definition: &str,
        target_group: Option<&str>,
        ids: &mut Ids,
        now: f64,
    ) -> Result<(), Refusal> {
        let name = self.task_definition(task_definition).ok_or_else(task_definition::not_found)?;
        let arn = text(name, "taskDefinitionArn").to_string();
        let record = self.record_mut(cluster, service).ok_or_else(refuse::service_not_found)?;
        task_set::deploy(record, &arn, target_group, ids, now)
    }

    /// Moves a service's desired count, as Application Auto Scaling does.
    pub fn scale(&mut self, cluster: &str, service: &str, desired: i64, now: f64) {
        if let Some(record) = self.record_mut(cluster, service) {
            record.rescale(desired, now);
        }
    }

    /// Brings everything to where it stands at that time.
    pub fn settle(&mut self, now: f64) {
        self.clusters.retain(|_, cluster| !cluster.is_gone(now));
        for family in self.families.values_mut() {
            family.revisions.retain(|_, revision| !revision.is_gone(now));
        }
        for services in self.services.values_mut() {
            services.retain(|_, record| record.settle(now));
        }
        self.count();
    }

    fn any_cluster(&self, name_or_arn: &str) -> Option<&Value> {
        let cluster = &self.clusters.get(last_part(name_or_arn))?.document;
        (!name_or_arn.starts_with("arn:") || text(cluster, "clusterArn") == name_or_arn).then_some(cluster)
    }

    fn record(&self, cluster: &str, service: &str) -> Option<&Record> {
        let record = self.services.get(last_part(cluster))?.get(last_part(service))?;
        record.is_named(service).then_some(record)
    }

    fn record_mut(&mut self, cluster: &str, service: &str) -> Option<&mut Record> {
        let record = self.services.get_mut(last_part(cluster))?.get_mut(last_part(service))?;
        record.is_named(service).then_some(record)
    }

    /// Writes what runs in them into the clusters.
    fn count(&mut self) {
        for (name, cluster) in &mut self.clusters {
            let services: Vec<&Record> =
                self.services.get(name).into_iter().flat_map(BTreeMap::values).collect();
            let sum = |key: &str| services.iter().map(|s| document::int(&s.document, key)).sum::<i64>();
            let active = services.iter().filter(|s| s.status() == "ACTIVE").count();
            cluster.document["runningTasksCount"] = sum("runningCount").into();
            cluster.document["pendingTasksCount"] = sum("pendingCount").into();
            cluster.document["activeServicesCount"] = active.into();
        }
    }
}

impl Holdings for State {
    fn remains(&self, view: &View<'_>) -> Vec<String> {
        let mut now = self.clone();
        now.settle(view.now);
        let alive = |document: &&Value, states: &[&str]| states.contains(&text(document, "status"));
        let clusters = now.clusters.values().map(|kept| &kept.document);
        let services = now.services.values().flat_map(|held| held.values()).map(|record| &record.document);
        let revisions = now.families.values().flat_map(|family| family.revisions.values());
        let definitions = revisions.map(|kept| &kept.document).filter(|doc| alive(doc, &["ACTIVE"]));
        [
            arns(clusters.filter(|doc| !alive(doc, &["INACTIVE"])), "clusterArn"),
            arns(services.filter(|doc| !alive(doc, &["INACTIVE"])), "serviceArn"),
            arns(definitions, "taskDefinitionArn"),
        ]
        .concat()
    }

    /// A task definition is found by its tags while it is ACTIVE.
    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let inactive = |arn: &str| {
            let definition = arn.contains(":task-definition/").then(|| self.task_definition(arn)).flatten();
            definition.is_some_and(|definition| definition["status"] != "ACTIVE")
        };
        let found = self.tags.iter().filter(|(arn, _)| !inactive(arn));
        found.map(|(arn, tags)| (arn.clone(), tags.clone())).collect()
    }
}

/// The name at the end of an ARN, or the name itself.
fn last_part(name_or_arn: &str) -> &str {
    name_or_arn.rsplit('/').next().unwrap_or(name_or_arn)
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let input = &without_nulls(input);
    cx.here.ecs.settle(cx.now);
    // services and clusters name namespaces
    cx.here.servicediscovery.settle(cx.now);
    let answer = dispatch(cx, operation, input)?;
    cx.here.ecs.count();
    Ok(without_nulls(&answer))
}

fn dispatch(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateCluster" => cluster::create(cx, input),
        "DescribeClusters" => cluster::describe(cx, input),
        "ListClusters" => cluster::names(cx, input),
        "UpdateCluster" | "UpdateClusterSettings" => cluster::update(cx, input),
        "PutClusterCapacityProviders" => cluster::put_capacity_providers(cx, input),
        "DeleteCluster" => cluster::delete(cx, input),
        "RegisterTaskDefinition" => task_definition::register(cx, input),
        "DescribeTaskDefinition" => task_definition::describe(cx, input),
        "ListTaskDefinitions" => task_definition::arns(cx, input),
        "ListTaskDefinitionFamilies" => task_definition::families(cx, input),
        "DeregisterTaskDefinition" => task_definition::deregister(cx, input),
        "DeleteTaskDefinitions" => task_definition::delete(cx, input),
        "CreateService" => service::create(cx, input),
        "DescribeServices" => service::describe(cx, input),
        "ListServices" => service::arns(cx, input),
        "UpdateService" => service::update(cx, input),
        "DeleteService" => service::delete(cx, input),
        "DescribeTaskSets" => task_set::describe(cx, input),
        "CreateTaskSet" => task_set::create(cx, input),
        "UpdateTaskSet" => task_set::update(cx, input),
        "DeleteTaskSet" => task_set::delete(cx, input),
        "UpdateServicePrimaryTaskSet" => task_set::make_primary(cx, input),
        "ListServiceDeployments" => service_deployment::briefs(cx, input),
        "DescribeServiceDeployments" => service_deployment::describe(cx, input),
        "DescribeServiceRevisions" => service_deployment::revisions(cx, input),
        "ListTasks" => task::arns(cx, input),
        "DescribeTasks" => task::describe(cx, input),
        "TagResource" => tag::add(cx, input),
        "UntagResource" => tag::remove(cx, input),
        "ListTagsForResource" => tag::of(cx, input),
        _ => Err(Refusal::unknown_operation("ecs", operation)),
    }
}
