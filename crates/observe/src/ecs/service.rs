//! `ecs.service`: DescribeServices, 10 a call and one cluster a call, tags included.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::batch::Batch;
use crate::cx::Why;
use crate::{Cx, namespaces};

pub(crate) static SERVICES: Batch = Batch {
    op: ReadOp::new("ecs", "DescribeServices"),
    most: 10,
    input: |cluster, names| json!({"cluster": cluster, "services": names, "include": ["TAGS"]}),
    items: ("services", "serviceName"),
    // a service that is gone, or going, is described for a while
    there: |service| service["status"] == "ACTIVE",
    gone: &["ClusterNotFoundException"],
    list: None,
    alone: None,
};
const REVISIONS: ReadOp = ReadOp::new("ecs", "DescribeServiceRevisions");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let cluster = cx.text(resource, "cluster").await?;
    match cx.one(&SERVICES, &cluster, &resource.name()).await? {
        Some(service) => Ok(Some(whole(cx, resource, &service).await?)),
        None => Ok(None),
    }
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
