//! `codebuild.project`: BatchGetProjects, 100 a call, tags and webhook included.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::batch::{Batch, always};
use crate::cx::Why;

static PROJECTS: Batch = Batch {
    op: ReadOp::new("codebuild", "BatchGetProjects"),
    most: 100,
    input: |_, names| json!({"names": names}),
    items: ("projects", "name"),
    there: always,
    gone: &[],
    list: None,
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let project = cx.one(&PROJECTS, "", &resource.name()).await?;
    Ok(project.map(|project| found(cx, &project)))
}

fn found(cx: &Cx<'_>, project: &Value) -> Found {
    let mut document = project.clone();
    document["badgeEnabled"] = project["badge"]["badgeEnabled"].clone();
    let exports = [
        ("arn", &project["arn"]),
        ("name", &project["name"]),
        ("badge_request_url", &project["badge"]["badgeRequestUrl"]),
    ];
    cx.found(KindId::CodebuildProject, &document, &project["tags"], &exports)
}
