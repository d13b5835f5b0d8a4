//! `codedeploy.deployment_group`: one call a group, or a batch of 100 for an
//! application with many.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const GET: ReadOp = ReadOp::new("codedeploy", "GetDeploymentGroup");
const BATCH: ReadOp = ReadOp::new("codedeploy", "BatchGetDeploymentGroups");

/// Below this a call a group costs no more than the batch and its tags.
const FEW: usize = 3;

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let mut by_application: BTreeMap<String, Vec<&Resource>> = BTreeMap::new();
    for resource in resources {
        match cx.text(resource, "application").await {
            Ok(application) => by_application.entry(application).or_default().push(resource),
            Err(trouble) => cx.troubled(resource, trouble),
        }
    }
    let batches = by_application
        .iter()
        .flat_map(|(name, all)| all.chunks(100).map(move |chunk| application(cx, name, chunk)));
    join_all(batches).await;
}

async fn application(cx: &Cx<'_>, application: &str, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let infos = match infos(cx, application, &names).await {
        Ok(infos) => infos,
        Err(error) => return cx.fail(resources, &error),
    };
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        let live = match infos.iter().find(|info| info["deploymentGroupName"] == **name) {
            None => Live::Absent,
            Some(info) => match found(cx, application, info).await {
                Ok(found) => Live::Present(Box::new(found)),
                Err(error) => unreadable(&error),
            },
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

async fn infos(cx: &Cx<'_>, application: &str, names: &[String]) -> Result<Vec<Value>, AwsError> {
    const GONE: &[&str] = &["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"];
    if names.len() > FEW {
        let input = json!({"applicationName": application, "deploymentGroupNames": names});
        return match cx.read(BATCH, input).await {
            Ok(answer) => Ok(answer["deploymentGroupsInfo"].as_array().cloned().unwrap_or_default()),
            Err(error) if error.is(GONE) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
    }
    let mut infos = Vec::new();
    let get =
        |name: &String| cx.read(GET, json!({"applicationName": application, "deploymentGroupName": name}));
    for answer in join_all(names.iter().map(get)).await {
        match answer {
            Ok(answer) => infos.push(answer["deploymentGroupInfo"].clone()),
            Err(error) if error.is(GONE) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(infos)
}

async fn found(cx: &Cx<'_>, application: &str, info: &Value) -> Result<Found, AwsError> {
    let name = info["deploymentGroupName"].as_str().unwrap_or_default();
    let arn = cx.arn("codedeploy", &format!("deploymentgroup:{application}/{name}"));
    let tags = super::tags(cx, &arn).await?;
    let exports = [("arn", &json!(arn)), ("name", &info["deploymentGroupName"])];
    let mut found = cx.found(KindId::CodedeployDeploymentGroup, info, &tags, &exports);
    found.extra = json!({"application": application});
    Ok(found)
}
