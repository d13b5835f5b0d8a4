//! Repositories: made, read, deleted.

use serde_json::{Value, json};

use super::super::kms;
use super::{Repository, images, invalid, missing, named, of, tagging};
use crate::context::Context;
use crate::form::{default, given, put, size, text, texts};
use crate::page::page;
use crate::refusal::Refusal;
use crate::tags;

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "repositoryName");
    if cx.here.ecr.repository(name).is_some() {
        let message = format!(
            "The repository with name '{name}' already exists in the registry with id '{}'",
            cx.account
        );
        return Err(Refusal::bad("RepositoryAlreadyExistsException", message));
    }
    images::check_mutability(input)?;
    let tags = tags::parse(&input["tags"]);
    tagging::check(&tags)?;
    let host = format!("{}.dkr.ecr.{}.amazonaws.com", cx.account, cx.region);
    let mut metadata = json!({
        "repositoryArn": cx.arn("ecr", &format!("repository/{name}")),
        "registryId": cx.account,
        "repositoryName": name,
        "repositoryUri": format!("{host}/{name}"),
        "createdAt": cx.timestamp(),
        "encryptionConfiguration": encryption(cx, &input["encryptionConfiguration"])?,
    });
    for member in ["imageTagMutability", "imageTagMutabilityExclusionFilters", "imageScanningConfiguration"] {
        put(&mut metadata, member, input[member].clone());
    }
    default(&mut metadata, "imageTagMutability", json!("MUTABLE"));
    default(&mut metadata, "imageScanningConfiguration", json!({}));
    default(&mut metadata["imageScanningConfiguration"], "scanOnPush", json!(false));
    let repository = Repository { metadata: metadata.clone(), tags, ..Repository::default() };
    cx.here.ecr.repositories.insert(name.to_string(), repository);
    Ok(json!({"repository": metadata}))
}

/// By name all must exist; without names it is a list in pages. Not both.
pub(super) fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = texts(input, "repositoryNames");
    if names.is_empty() {
        return list(cx, input);
    }
    if !input["nextToken"].is_null() || !input["maxResults"].is_null() {
        let message = "nextToken and maxResults cannot be used together with repositoryNames";
        return Err(Refusal::bad("InvalidParameterException", message));
    }
    let found: Result<Vec<Value>, Refusal> =
        names.into_iter().map(|name| Ok(named(cx, input, name)?.metadata.clone())).collect();
    Ok(json!({"repositories": found?}))
}

fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    if input["registryId"].as_str().is_some_and(|registry| registry != cx.account) {
        return Err(missing("*", text(input, "registryId")));
    }
    let all: Vec<Value> = cx.here.ecr.repositories.values().map(|r| r.metadata.clone()).collect();
    let (repositories, next) =
        page(all, &input["nextToken"], size(input, "maxResults", 100)).ok_or_else(bad_token)?;
    Ok(given(json!({"repositories": repositories, "nextToken": next})))
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "repositoryName");
    let account = cx.account;
    let repository = of(cx, input)?;
    if !repository.images.is_empty() && input["force"] != json!(true) {
        let message = format!(
            "The repository with name '{name}' in registry with id '{account}' cannot be deleted \
             because it still contains images"
        );
        return Err(Refusal::bad("RepositoryNotEmptyException", message));
    }
    let metadata = repository.metadata.take();
    cx.here.ecr.repositories.remove(name);
    Ok(json!({"repository": metadata}))
}

/// Encryption as AWS keeps it: a key for KMS, and none otherwise.
fn encryption(cx: &mut Context<'_>, asked: &Value) -> Result<Value, Refusal> {
    let kind = asked["encryptionType"].as_str().unwrap_or("AES256");
    let key = asked["kmsKey"].as_str();
    if kind == "AES256" {
        return match key {
            None => Ok(json!({"encryptionType": kind})),
            Some(_) => Err(invalid("encryptionConfiguration", "kmsKey is only valid for KMS encryption")),
        };
    }
    let arn = match key.filter(|key| !key.ends_with("alias/aws/ecr")) {
        None => kms::managed(cx, "ecr"),
        Some(id) => match cx.here.kms.usable(id) {
            Ok(key) => text(key, "Arn").to_string(),
            Err(_) => {
                let message = format!("the key {id} does not exist or cannot encrypt");
                return Err(Refusal::bad("KmsException", message));
            }
        },
    };
    Ok(json!({"encryptionType": kind, "kmsKey": arn}))
}

pub(super) fn bad_token() -> Refusal {
    invalid("nextToken", "the token is not one that this list gave out")
}
