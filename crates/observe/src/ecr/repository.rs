//! `ecr.repository`: one repository by its name, several out of the list of all,
//! for one missing name would fail a call that names many.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::batch::{Batch, List, always};
use crate::cx::{Look, Why};
use crate::loader::Loader;

const DESCRIBE: ReadOp = ReadOp::new("ecr", "DescribeRepositories");
const TAGS: ReadOp = ReadOp::new("ecr", "ListTagsForResource");
const LIFECYCLE: ReadOp = ReadOp::new("ecr", "GetLifecyclePolicy");
const POLICY: ReadOp = ReadOp::new("ecr", "GetRepositoryPolicy");
const IMAGES: ReadOp = ReadOp::new("ecr", "ListImages");

static REPOSITORIES: Batch = Batch {
    op: DESCRIBE,
    most: 1,
    input: |_, names| json!({"repositoryNames": names}),
    items: ("repositories", "repositoryName"),
    there: always,
    gone: &["RepositoryNotFoundException"],
    list: Some(List::Whole(DESCRIBE, || json!({"maxResults": 1000}))),
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let Some(repository) = cx.one(&REPOSITORIES, "", &name).await? else { return Ok(None) };
    let input = json!({"repositoryName": name});
    let arn = repository["repositoryArn"].as_str().unwrap_or_default();
    let ask = async { Ok(cx.read(TAGS, json!({"resourceArn": arn})).await?["tags"].take()) };
    let holds = async {
        match cx.look {
            Look::Close => holds(&cx.loader, &name).await,
            Look::Glance => None,
        }
    };
    let (tags, lifecycle, policy, holds) = tokio::join!(
        cx.tags(resource, arn, ask),
        text(cx, LIFECYCLE, &input, "lifecyclePolicyText", "LifecyclePolicyNotFoundException"),
        text(cx, POLICY, &input, "policyText", "RepositoryPolicyNotFoundException"),
        holds,
    );
    let mut document = Value::clone(&repository);
    document["lifecyclePolicyText"] = lifecycle?;
    document["policyText"] = policy?;
    let exports = [
        ("arn", &repository["repositoryArn"]),
        ("name", &repository["repositoryName"]),
        ("repository_uri", &repository["repositoryUri"]),
        ("registry_id", &repository["registryId"]),
    ];
    let mut found = cx.found(KindId::EcrRepository, &document, &tags?, &exports);
    found.holds = holds;
    Ok(Some(found))
}

/// A document of a repository's, nothing where there is none.
async fn text(cx: &Cx<'_>, op: ReadOp, input: &Value, member: &str, none: &str) -> Result<Value, AwsError> {
    match cx.read(op, input.clone()).await {
        Ok(answer) => Ok(answer[member].clone()),
        Err(error) if error.is(&[none]) => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

/// Only whether there are any. Who may not ask learns it when AWS refuses the end.
pub(crate) async fn holds(loader: &Loader, name: &str) -> Option<String> {
    let answer = loader.read(IMAGES, json!({"repositoryName": name, "maxResults": 1})).await.ok()?;
    let any = answer["imageIds"].as_array().is_some_and(|ids| !ids.is_empty());
    any.then(|| "images".to_string())
}
