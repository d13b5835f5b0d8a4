//! Repositories: made, changed, deleted.

use serde_json::{Value, json};

use super::super::kms::{self, Unusable};
use super::{Repository, missing, tagging};
use crate::context::Context;
use crate::form::{given, put, text};
use crate::refusal::Refusal;
use crate::tags;

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "repositoryName");
    check_name(name)?;
    check_free(cx, name)?;
    let tags = tags::parse(&input["tags"]);
    tagging::check(&tags)?;
    let mut metadata = json!({
        "accountId": cx.account,
        "repositoryId": cx.ids.uuid(),
        "creationDate": cx.timestamp(),
        "lastModifiedDate": cx.timestamp(),
        "kmsKeyId": key(cx, input["kmsKeyId"].as_str())?,
    });
    put(&mut metadata, "repositoryDescription", input["repositoryDescription"].clone());
    name_it(cx, &mut metadata, name);
    let repository = Repository { metadata: metadata.clone(), tags, ..Repository::default() };
    cx.here.codecommit.repositories.insert(name.to_string(), repository);
    Ok(json!({"repositoryMetadata": metadata}))
}

/// Deleting twice is no error: the second answer has no id.
pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let gone = cx.here.codecommit.repositories.remove(text(input, "repositoryName"));
    Ok(given(json!({"repositoryId": gone.map(|repository| repository.metadata["repositoryId"].clone())})))
}

pub(super) fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let now = cx.timestamp();
    let repository = cx.here.codecommit.of_mut(text(input, "repositoryName"))?;
    put(&mut repository.metadata, "repositoryDescription", input["repositoryDescription"].clone());
    repository.metadata["lastModifiedDate"] = now;
    Ok(json!({}))
}

pub(super) fn rename(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (old, new) = (text(input, "oldName"), text(input, "newName"));
    check_name(new)?;
    cx.here.codecommit.of(old)?;
    check_free(cx, new)?;
    let mut repository = cx.here.codecommit.repositories.remove(old).ok_or_else(|| missing(old))?;
    name_it(cx, &mut repository.metadata, new);
    repository.metadata["lastModifiedDate"] = cx.timestamp();
    cx.here.codecommit.repositories.insert(new.to_string(), repository);
    Ok(json!({}))
}

pub(super) fn encrypt(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "repositoryName");
    cx.here.codecommit.of(name)?;
    let arn = key(cx, input["kmsKeyId"].as_str())?;
    let now = cx.timestamp();
    let repository = cx.here.codecommit.of_mut(name)?;
    let before = repository.metadata["kmsKeyId"].clone();
    repository.metadata["kmsKeyId"] = json!(arn);
    repository.metadata["lastModifiedDate"] = now;
    Ok(json!({
        "repositoryId": repository.metadata["repositoryId"],
        "kmsKeyId": arn,
        "originalKmsKeyId": before,
    }))
}

/// Everything that follows from the name.
fn name_it(cx: &Context<'_>, metadata: &mut Value, name: &str) {
    let host = format!("git-codecommit.{}.amazonaws.com/v1/repos/{name}", cx.region);
    metadata["repositoryName"] = json!(name);
    metadata["Arn"] = json!(cx.arn("codecommit", name));
    metadata["cloneUrlHttp"] = json!(format!("https://{host}"));
    metadata["cloneUrlSsh"] = json!(format!("ssh://{host}"));
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if name.ends_with(".git") {
        let message = "The repository name is not valid. Repository names cannot end in .git.";
        return Err(Refusal::bad("InvalidRepositoryNameException", message));
    }
    Ok(())
}

fn check_free(cx: &Context<'_>, name: &str) -> Result<(), Refusal> {
    match cx.here.codecommit.repository(name) {
        None => Ok(()),
        Some(_) => Err(Refusal::bad(
            "RepositoryNameExistsException",
            format!("Repository named {name} already exists"),
        )),
    }
}

/// The ARN of the key that is asked for; AWS's own one where none is.
fn key(cx: &mut Context<'_>, id: Option<&str>) -> Result<String, Refusal> {
    let Some(id) = id.filter(|id| !id.ends_with("alias/aws/codecommit")) else {
        return Ok(kms::managed(cx, "codecommit"));
    };
    match cx.here.kms.usable(id) {
        Ok(key) => Ok(text(key, "Arn").to_string()),
        Err(Unusable::Unknown) => Err(Refusal::bad(
            "EncryptionKeyNotFoundException",
            format!("No encryption key was found for {id}"),
        )),
        Err(Unusable::Disabled) => Err(Refusal::bad(
            "EncryptionKeyDisabledException",
            format!("The encryption key {id} is disabled"),
        )),
        Err(Unusable::NotForEncryption) => Err(Refusal::bad(
            "EncryptionKeyInvalidUsageException",
            format!("The encryption key {id} is not a symmetric key for encryption"),
        )),
    }
}
