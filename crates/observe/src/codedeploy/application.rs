//! `codedeploy.application`: BatchGetApplications, 100 a call. One missing name
//! fails the whole call: then the list of names tells which to ask for.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::json;

use crate::Cx;
use crate::batch::{Batch, List, always};
use crate::cx::Why;

static APPLICATIONS: Batch = Batch {
    op: ReadOp::new("codedeploy", "BatchGetApplications"),
    most: 100,
    input: |_, names| json!({"applicationNames": names}),
    items: ("applicationsInfo", "applicationName"),
    there: always,
    gone: &["ApplicationDoesNotExistException"],
    list: Some(List::Names(ReadOp::new("codedeploy", "ListApplications"), "applications")),
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let Some(application) = cx.one(&APPLICATIONS, "", &name).await? else { return Ok(None) };
    let arn = cx.arn("codedeploy", &format!("application:{name}"));
    let tags = cx.tags(resource, &arn, super::tags(cx, &arn)).await?;
    let exports = [("arn", &json!(arn)), ("name", &application["applicationName"])];
    let mut found = cx.found(KindId::CodedeployApplication, &application, &tags, &exports);
    // among them the marks of configs
    found.extra = json!({"tags": crate::tags::read(&tags)});
    Ok(Some(found))
}
