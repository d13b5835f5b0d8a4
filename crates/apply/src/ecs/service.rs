//! `ecs.service`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use recon_aws::{ReadOp, WriteOp};
use recon_diff::timing;
use recon_model::{Address, Found};
use recon_observe::Batch;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("ecs", "CreateService");
const UPDATE: WriteOp = WriteOp::new("ecs", "UpdateService");
const DELETE: WriteOp = WriteOp::new("ecs", "DeleteService");

/// Ten services that are waited for are one call.
static SERVICES: Batch = Batch {
    op: ReadOp::new("ecs", "DescribeServices"),
    most: 10,
    input: |cluster, names| json!({"cluster": cluster, "services": names}),
    items: ("services", "serviceName"),
    there: |_| true,
    gone: &["ClusterNotFoundException"],
    list: None,
    alone: None,
};

/// AWS may take so much longer than its settings say.
const SLACK: Duration = Duration::from_secs(10 * 60);
/// Where nobody knows the settings.
const GONE: Duration = Duration::from_secs(20 * 60);

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    // AWS refuses the name of a service that is still going
    gone(cx, item.address, item.text("cluster"), item.text("name"), GONE).await?;
    let mut input = item.aws();
    input["tags"] = item.lower_tags();
    // AWS wants a number from a replica service; none yet is the careful one
    if input["desiredCount"].is_null() && item.spec["scheduling_strategy"] != "DAEMON" {
        input["desiredCount"] = json!(0);
    }
    let answer = cx.write(CREATE, input).await?;
    Ok(exports(&answer["service"], item.text("cluster")))
}

fn exports(service: &Value, cluster: &str) -> Exports {
    let mut exports = super::exports(service, &[("arn", "serviceArn"), ("name", "serviceName")]);
    let cluster = cluster.rsplit('/').next().unwrap_or_default();
    let name = service["serviceName"].as_str().unwrap_or_default();
    exports.insert("resource_id".into(), format!("service/{cluster}/{name}"));
    exports
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    // `cluster` and `name` say which service; a launch type comes about by an empty strategy
    let mut fields = changed.without(&["cluster", "name", "launch_type"]);
    if fields.contains("capacity_provider_strategy") {
        // with another strategy AWS goes back to the latest platform
        fields.insert("platform_version".into());
    }
    if fields.contains("deployment_controller") {
        under_another(item, &mut fields);
    }
    if !fields.is_empty() {
        let nothing = [
            ("service_connect_configuration", json!({"enabled": false})),
            ("load_balancers", json!([])),
            ("service_registries", json!([])),
            ("placement_constraints", json!([])),
            ("placement_strategy", json!([])),
            ("capacity_provider_strategy", json!([])),
            ("volume_configurations", json!([])),
            ("vpc_lattice_configurations", json!([])),
            ("platform_version", json!("LATEST")),
        ];
        let mut input = item.aws_fields(&fields, &nothing);
        input["cluster"] = json!(item.text("cluster"));
        input["service"] = json!(item.text("name"));
        // these two take effect with new tasks only
        if fields.contains("capacity_provider_strategy") || fields.contains("platform_version") {
            input["forceNewDeployment"] = json!(true);
        }
        cx.write(UPDATE, input).await?;
    }
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

/// What an update that changes the controller may name, and must.
fn under_another(item: &Item<'_>, fields: &mut BTreeSet<String>) {
    match item.spec["deployment_controller"]["type"].as_str() {
        // these stay with the task sets that are there
        Some("CODE_DEPLOY" | "EXTERNAL") => {
            for field in ["task_definition", "load_balancers", "network_configuration", "platform_version"] {
                fields.remove(field);
            }
        }
        // only here it means anything, and what stood there before is not ECS's default
        _ => {
            fields.insert("availability_zone_rebalancing".into());
        }
    }
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let (cluster, name) =
        (live.extra["cluster"].as_str().unwrap_or_default(), live.export("name").unwrap_or_default());
    let input = json!({"cluster": cluster, "service": name, "force": true});
    let already = ["ServiceNotFoundException", "ServiceNotActiveException", "ClusterNotFoundException"];
    cx.write_unless(DELETE, input, &already).await?;
    let ending = cx.timing().ending(live).seconds();
    let limit = Duration::from_secs(2 * ending) + SLACK;
    gone(cx, &Address::new("ecs.service", name), cluster, name, limit).await
}

/// The service as it is now.
async fn describe(cx: &Cx<'_>, cluster: &str, name: &str) -> Result<Option<Arc<Value>>, Failure> {
    Ok(cx.now(&SERVICES, cluster, name).await?)
}

/// Waits until the name is free: DRAINING is over.
async fn gone(
    cx: &Cx<'_>,
    address: &Address,
    cluster: &str,
    name: &str,
    limit: Duration,
) -> Result<(), Failure> {
    cx.until(address, "the end of the old service", limit, async || {
        let service = describe(cx, cluster, name).await?;
        let draining = service.filter(|service| service["status"] == "DRAINING");
        Ok(draining
            .map_or(Ok(()), |service| Err(format!("draining, {} tasks running", service["runningCount"]))))
    })
    .await
}

/// Waits until the service runs what it should. Not AWS's waiter
/// ServicesStable: a CODE_DEPLOY service never meets its condition.
pub async fn settle(cx: &Cx<'_>, item: &Item<'_>, _: &Exports) -> Result<String, Failure> {
    let starting = cx.timing().starting(item.resource).seconds();
    let shift = timing::shift(&item.canonical["deployment_configuration"]);
    let limit = Duration::from_secs(2 * starting + shift) + SLACK;
    let (cluster, name) = (item.text("cluster"), item.text("name"));
    cx.until(item.address, "a steady service", limit, async || {
        let Some(service) = describe(cx, cluster, name).await? else {
            return Ok(Err("not there yet".into()));
        };
        rolled_back(&service)?;
        Ok(steady(&service))
    })
    .await
}

/// A rollback is a failure, even though the service is steady afterwards.
fn rolled_back(service: &Value) -> Result<(), Failure> {
    let mut deployments = service["deployments"].as_array().into_iter().flatten();
    match deployments.find(|d| d["rolloutState"] == "FAILED") {
        Some(deployment) => Err(Failure::Refused(format!(
            "the deployment failed: {}",
            deployment["rolloutStateReason"].as_str().unwrap_or("AWS gives no reason")
        ))),
        None => Ok(()),
    }
}

fn steady(service: &Value) -> Result<String, String> {
    let (desired, running) =
        (service["desiredCount"].as_i64().unwrap_or(0), service["runningCount"].as_i64().unwrap_or(0));
    let pending = service["pendingCount"].as_i64().unwrap_or(0);
    let state = format!("desired {desired} · running {running} · pending {pending}");
    let deployments = service["deployments"].as_array().map(Vec::as_slice).unwrap_or_default();
    // only a completed one has healthy targets
    let rolling =
        deployments.len() <= 1 && deployments.iter().all(|one| one["rolloutState"] != "IN_PROGRESS");
    let primary = service["taskSets"].as_array().into_iter().flatten().find(|set| set["status"] == "PRIMARY");
    let settled = match service["deploymentController"]["type"].as_str() {
        Some("CODE_DEPLOY") => primary
            .is_none_or(|set| set["stabilityStatus"].as_str().is_none_or(|status| status == "STEADY_STATE")),
        // task sets are made by whoever controls the service
        Some("EXTERNAL") => return Ok("task sets are made outside".into()),
        _ => rolling,
    };
    if desired == 0 || (settled && running >= desired) { Ok(state) } else { Err(state) }
}
