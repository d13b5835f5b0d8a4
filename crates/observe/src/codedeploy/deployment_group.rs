//! `codedeploy.deployment_group`: one call a group, or a batch of 100 for an
//! application with many.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::json;

use crate::Cx;
use crate::batch::{Alone, Batch, always};
use crate::cx::Why;

static GROUPS: Batch = Batch {
    op: ReadOp::new("codedeploy", "BatchGetDeploymentGroups"),
    most: 100,
    input: |application, names| json!({"applicationName": application, "deploymentGroupNames": names}),
    items: ("deploymentGroupsInfo", "deploymentGroupName"),
    there: always,
    gone: &["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"],
    list: None,
    alone: Some(Alone {
        op: ReadOp::new("codedeploy", "GetDeploymentGroup"),
        input: |application, name| json!({"applicationName": application, "deploymentGroupName": name}),
        item: "deploymentGroupInfo",
        most: 1,
    }),
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let (application, name) = (cx.text(resource, "application").await?, resource.name());
    let Some(info) = cx.one(&GROUPS, &application, &name).await? else { return Ok(None) };
    let arn = cx.arn("codedeploy", &format!("deploymentgroup:{application}/{name}"));
    let tags = cx.tags(resource, &arn, super::tags(cx, &arn)).await?;
    let exports = [("arn", &json!(arn)), ("name", &info["deploymentGroupName"])];
    let mut found = cx.found(KindId::CodedeployDeploymentGroup, &info, &tags, &exports);
    found.extra = json!({"application": application});
    Ok(Some(found))
}
