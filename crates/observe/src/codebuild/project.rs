//! `codebuild.project`: BatchGetProjects, 100 a call, tags and webhook included.

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{Found, KindId, Live, Resource};
use serde_json::Value;
use serde_json::json;

use crate::Cx;

const BATCH: ReadOp = ReadOp::new("codebuild", "BatchGetProjects");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.chunks(100).map(|chunk| batch(cx, chunk))).await;
}

async fn batch(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let answer = match cx.read(BATCH, json!({"names": names})).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let projects: Vec<&Value> = answer["projects"].as_array().into_iter().flatten().collect();
    for (resource, name) in resources.iter().zip(&names) {
        let there = projects.iter().find(|project| project["name"] == **name);
        let live = there.map_or(Live::Absent, |project| Live::Present(Box::new(found(cx, project))));
        cx.put(&resource.address, live);
    }
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
