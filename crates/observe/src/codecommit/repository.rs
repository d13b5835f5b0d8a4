//! `codecommit.repository`: BatchGetRepositories, 100 a call; tags and triggers
//! of each beside it.

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource, branches_read};
use serde_json::{Value, json};

use crate::Cx;
use crate::batch::{Batch, always};
use crate::cx::Why;

const TAGS: ReadOp = ReadOp::new("codecommit", "ListTagsForResource");
const BRANCH: ReadOp = ReadOp::new("codecommit", "GetBranch");
const TRIGGERS: ReadOp = ReadOp::new("codecommit", "GetRepositoryTriggers");

static REPOSITORIES: Batch = Batch {
    op: ReadOp::new("codecommit", "BatchGetRepositories"),
    most: 100,
    input: |_, names| json!({"repositoryNames": names}),
    items: ("repositories", "repositoryName"),
    there: always,
    gone: &["RepositoryDoesNotExistException"],
    list: None,
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

/// The branches that the stack's pipelines read and the repository does not have.
/// Before the first push there is none; the default one need not be asked for.
async fn missing(cx: &Cx<'_>, resource: &Resource, default: Option<&str>) -> Vec<String> {
    let Some(default) = default else { return Vec::new() };
    let read = branches_read(cx.stack, resource).into_iter().filter(|branch| branch != default);
    let asked = read.map(|branch| async {
        let input = json!({"repositoryName": resource.name(), "branchName": branch});
        let refused = cx.read(BRANCH, input).await.err()?;
        refused.is(&["BranchDoesNotExistException"]).then_some(branch)
    });
    join_all(asked).await.into_iter().flatten().collect()
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let Some(repository) = cx.one(&REPOSITORIES, "", &resource.name()).await? else { return Ok(None) };
    let arn = repository["Arn"].as_str().unwrap_or_default();
    let ask = async { Ok(cx.read_all(TAGS, json!({"resourceArn": arn})).await?["tags"].take()) };
    let branches = missing(cx, resource, repository["defaultBranch"].as_str());
    let triggers = cx.read(TRIGGERS, json!({"repositoryName": repository["repositoryName"]}));
    let (tags, triggers, branches) = tokio::join!(cx.tags(resource, arn, ask), triggers, branches);
    let mut document = Value::clone(&repository);
    document["triggers"] = triggers?["triggers"].clone();
    let branch = repository["defaultBranch"].as_str();
    if branch.is_none() {
        // without any branch there is none to choose: the first push will
        document["defaultBranch"] =
            resource.spec.get("default_branch").and_then(|tree| tree.value().ok()).into();
    }
    let exports = [
        ("arn", &repository["Arn"]),
        ("name", &repository["repositoryName"]),
        ("id", &repository["repositoryId"]),
        ("clone_url_http", &repository["cloneUrlHttp"]),
        ("clone_url_ssh", &repository["cloneUrlSsh"]),
    ];
    let mut found = cx.found(KindId::CodecommitRepository, &document, &tags?, &exports);
    found.extra = json!({"missing_branches": branches});
    found.holds = branch.map(|branch| format!("source (branch `{branch}`), perhaps its only copy"));
    Ok(Some(found))
}
