//! `codecommit.repository`: BatchGetRepositories, 100 a call; tags and triggers
//! of each beside it.

use futures_util::future::{join, join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource, branches_read};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const BATCH: ReadOp = ReadOp::new("codecommit", "BatchGetRepositories");
const TAGS: ReadOp = ReadOp::new("codecommit", "ListTagsForResource");
const BRANCH: ReadOp = ReadOp::new("codecommit", "GetBranch");
const TRIGGERS: ReadOp = ReadOp::new("codecommit", "GetRepositoryTriggers");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.chunks(100).map(|chunk| batch(cx, chunk))).await;
}

async fn batch(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let answer = match cx.read(BATCH, json!({"repositoryNames": names})).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let of = |list: &str, name: &str| {
        let mut all = answer[list].as_array().into_iter().flatten();
        all.find(|entry| entry["repositoryName"] == *name).cloned()
    };
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        let live = match (of("repositories", name), of("errors", name)) {
            (Some(repository), _) => match found(cx, resource, &repository).await {
                Ok(found) => Live::Present(Box::new(found)),
                Err(error) => unreadable(&error),
            },
            (None, Some(error)) if error["errorCode"] != "RepositoryDoesNotExistException" => {
                Live::Unreadable(format!("{}: {}", error["errorCode"], error["errorMessage"]))
            }
            (None, _) => Live::Absent,
        };
        cx.put(&resource.address, live);
    }))
    .await;
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

async fn found(cx: &Cx<'_>, resource: &Resource, repository: &Value) -> Result<Found, AwsError> {
    let tags = cx.read_all(TAGS, json!({"resourceArn": repository["Arn"]}));
    let triggers = cx.read(TRIGGERS, json!({"repositoryName": repository["repositoryName"]}));
    let (tags, triggers) = join(tags, triggers).await;
    let mut document = repository.clone();
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
    let mut found = cx.found(KindId::CodecommitRepository, &document, &tags?["tags"], &exports);
    found.extra = json!({"missing_branches": missing(cx, resource, branch).await});
    found.holds = branch.map(|branch| format!("source (branch `{branch}`), perhaps its only copy"));
    Ok(found)
}
