//! `ecr.repository`: one repository by its name, several out of the list of all,
//! for one missing name would fail a call that names many.

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("ecr", "DescribeRepositories");
const TAGS: ReadOp = ReadOp::new("ecr", "ListTagsForResource");
const LIFECYCLE: ReadOp = ReadOp::new("ecr", "GetLifecyclePolicy");
const POLICY: ReadOp = ReadOp::new("ecr", "GetRepositoryPolicy");
const IMAGES: ReadOp = ReadOp::new("ecr", "ListImages");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let repositories = match repositories(cx, &names).await {
        Ok(repositories) => repositories,
        Err(error) => return cx.fail(resources, &error),
    };
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        let live = match repositories.iter().find(|repository| repository["repositoryName"] == **name) {
            None => Live::Absent,
            Some(repository) => match found(cx, name, repository).await {
                Ok(found) => Live::Present(Box::new(found)),
                Err(error) => unreadable(&error),
            },
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

async fn repositories(cx: &Cx<'_>, names: &[String]) -> Result<Vec<Value>, AwsError> {
    let answer = match names {
        [_] => cx.read(DESCRIBE, json!({"repositoryNames": names})).await,
        _ => cx.read_all(DESCRIBE, json!({"maxResults": 1000})).await,
    };
    match answer {
        Ok(answer) => Ok(answer["repositories"].as_array().cloned().unwrap_or_default()),
        Err(error) if error.is(&["RepositoryNotFoundException"]) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

async fn found(cx: &Cx<'_>, name: &str, repository: &Value) -> Result<Found, AwsError> {
    let input = json!({"repositoryName": name});
    let (tags, lifecycle, policy, holds) = tokio::join!(
        cx.read(TAGS, json!({"resourceArn": repository["repositoryArn"]})),
        text(cx, LIFECYCLE, &input, "lifecyclePolicyText", "LifecyclePolicyNotFoundException"),
        text(cx, POLICY, &input, "policyText", "RepositoryPolicyNotFoundException"),
        images(cx, name),
    );
    let mut document = repository.clone();
    document["lifecyclePolicyText"] = lifecycle?;
    document["policyText"] = policy?;
    let exports = [
        ("arn", &repository["repositoryArn"]),
        ("name", &repository["repositoryName"]),
        ("repository_uri", &repository["repositoryUri"]),
        ("registry_id", &repository["registryId"]),
    ];
    let mut found = cx.found(KindId::EcrRepository, &document, &tags?["tags"], &exports);
    found.holds = holds;
    Ok(found)
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
async fn images(cx: &Cx<'_>, name: &str) -> Option<String> {
    let answer = cx.read(IMAGES, json!({"repositoryName": name, "maxResults": 1})).await.ok()?;
    let any = answer["imageIds"].as_array().is_some_and(|ids| !ids.is_empty());
    any.then(|| "images".to_string())
}
