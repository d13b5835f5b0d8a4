//! `ecs.service`: DescribeServices, 10 a call and one cluster a call, tags included.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::cx::unreadable;
use crate::{Cx, namespaces};

const DESCRIBE: ReadOp = ReadOp::new("ecs", "DescribeServices");
const REVISIONS: ReadOp = ReadOp::new("ecs", "DescribeServiceRevisions");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut by_cluster: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    for resource in resources {
        match cx.text(resource, "cluster").await {
            Ok(cluster) => by_cluster.entry(cluster).or_default().push(resource),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    let batches = by_cluster
        .iter()
        .flat_map(|(cluster, all)| all.chunks(10).map(move |chunk| batch(cx, cluster, chunk)));
    join_all(batches).await;
}

async fn batch(cx: &Cx<'_>, cluster: &str, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let input = json!({"cluster": cluster, "services": names, "include": ["TAGS"]});
    let answer = match cx.read(DESCRIBE, input).await {
        Ok(answer) => answer,
        Err(error) if error.is(&["ClusterNotFoundException"]) => {
            return resources.iter().for_each(|resource| cx.absent(resource));
        }
        Err(error) => return cx.fail(resources, &error),
    };
    let services: Vec<&Value> = answer["services"].as_array().into_iter().flatten().collect();
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        // a service that is gone, or going, is described for a while
        let there = services.iter().find(|s| s["serviceName"] == **name && s["status"] == "ACTIVE");
        let live = match there {
            None => Live::Absent,
            Some(service) => match whole(cx, resource, service).await {
                Ok(found) => Live::Present(Box::new(found)),
                Err(error) => unreadable(&error),
            },
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

/// Members that AWS shows only in the deployment that brought them about.
const OF_DEPLOYMENT: &[&str] =
    &["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];

/// Members that AWS shows only in the service revision, and their fields.
const OF_REVISION: &[(&str, &str)] =
    &[("gatewayConnectors", "gateway_connectors"), ("monitoring", "monitoring")];

/// The service with what AWS shows elsewhere.
async fn whole(cx: &Cx<'_>, resource: &Resource, service: &Value) -> Result<Found, AwsError> {
    let mut service = service.clone();
    let primary = service["deployments"].as_array().into_iter().flatten().find(|d| d["status"] == "PRIMARY");
    if let Some(primary) = primary.cloned() {
        for member in OF_DEPLOYMENT {
            service[*member] = primary[*member].clone();
        }
    }
    let revision = service["currentServiceRevisions"][0]["arn"].as_str().map(str::to_string);
    // a call of its own: made for those who say something of it
    let declares = OF_REVISION.iter().any(|(_, field)| resource.spec.get(field).is_some());
    if let Some(arn) = revision.filter(|_| declares) {
        let answer = cx.read(REVISIONS, json!({"serviceRevisionArns": [arn]})).await?;
        for (member, _) in OF_REVISION {
            service[*member] = answer["serviceRevisions"][0][*member].clone();
        }
    }
    let mut found = found(cx, &service);
    namespaces::named(cx, resource, ["service_connect_configuration", "namespace"], &mut found).await?;
    Ok(found)
}

fn found(cx: &Cx<'_>, service: &Value) -> Found {
    let mut document = service.clone();
    // the answer's names differ from the request's
    document["cluster"] = json!(name_of(&service["clusterArn"]));
    if document["role"].is_null() {
        document["role"] = service["roleArn"].clone();
    }
    if document["roleArn"].as_str().is_some_and(|role| role.contains(":role/aws-service-role/")) {
        document["role"] = Value::Null;
    }
    let mut violations = Vec::new();
    let primary = service["taskSets"].as_array().into_iter().flatten().find(|set| set["status"] == "PRIMARY");
    if let Some(primary) = primary.filter(|_| service["deploymentController"]["type"] == "CODE_DEPLOY") {
        let (said, run) = (&service["taskDefinition"], &primary["taskDefinition"]);
        if !said.is_null() && !run.is_null() && said != run {
            violations.push(format!(
                "the service says {} and its PRIMARY task set runs {}",
                name_of(said),
                name_of(run)
            ));
        }
    }
    let name = name_of(&service["clusterArn"]);
    let resource_id =
        json!(format!("service/{name}/{}", service["serviceName"].as_str().unwrap_or_default()));
    let exports =
        [("arn", &service["serviceArn"]), ("name", &service["serviceName"]), ("resource_id", &resource_id)];
    let mut found = cx.found(KindId::EcsService, &document, &service["tags"], &exports);
    found.violations = violations;
    found.extra = json!({
        "cluster": name,
        "runningCount": service["runningCount"],
        "desiredCount": service["desiredCount"],
        "deploying": deploying(service),
    });
    found
}

/// Which deployment is under way, in words.
fn deploying(service: &Value) -> Option<String> {
    let all = |member: &str| service[member].as_array().cloned().unwrap_or_default();
    let (deployments, sets) = (all("deployments"), all("taskSets"));
    if deployments.len() > 1 {
        return Some(format!("it has {} deployments", deployments.len()));
    }
    if deployments.iter().any(|one| one["rolloutState"] == "IN_PROGRESS") {
        return Some("its deployment is in progress".into());
    }
    let unsteady = |set: &&Value| set["stabilityStatus"] != "STEADY_STATE";
    let set = sets.iter().find(unsteady)?;
    Some(format!(
        "its task set {} is {}",
        set["id"].as_str().unwrap_or("?"),
        set["stabilityStatus"].as_str()?
    ))
}

/// The last part of an ARN.
fn name_of(arn: &Value) -> String {
    arn.as_str().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default().to_string()
}
