//! What may happen to tags of images, and which images there are.

use serde_json::{Value, json};

use super::repository::bad_token;
use super::{invalid, of};
use crate::context::Context;
use crate::form::{default, given, items, put, size, text};
use crate::page::page;
use crate::refusal::Refusal;

pub(super) fn put_mutability(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    check_mutability(input)?;
    let repository = of(cx, input)?;
    let mut answer = names(&repository.metadata);
    for member in ["imageTagMutability", "imageTagMutabilityExclusionFilters"] {
        put(&mut repository.metadata, member, input[member].clone());
        put(&mut answer, member, input[member].clone());
    }
    Ok(answer)
}

/// Filters are for the kinds with exclusion, and these need them.
pub(super) fn check_mutability(input: &Value) -> Result<(), Refusal> {
    let excluding = text(input, "imageTagMutability").ends_with("_WITH_EXCLUSION");
    let filters = items(input, "imageTagMutabilityExclusionFilters");
    let at = "imageTagMutabilityExclusionFilters";
    match (excluding, filters.is_empty()) {
        (true, true) => Err(invalid(at, "filters are required for mutability with exclusion")),
        (false, false) => Err(invalid(at, "filters are only valid for mutability with exclusion")),
        _ => Ok(()),
    }
}

pub(super) fn put_scanning(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut scanning = given(input["imageScanningConfiguration"].clone());
    default(&mut scanning, "scanOnPush", json!(false));
    let repository = of(cx, input)?;
    repository.metadata["imageScanningConfiguration"] = scanning.clone();
    let mut answer = names(&repository.metadata);
    answer["imageScanningConfiguration"] = scanning;
    Ok(answer)
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let untagged_only = text(&input["filter"], "tagStatus") == "UNTAGGED";
    let images = &of(cx, input)?.images;
    let all: Vec<Value> = images
        .iter()
        .filter(|_| !untagged_only)
        .map(|(tag, digest)| json!({"imageTag": tag, "imageDigest": digest}))
        .collect();
    // the model allows 1000 to be asked for and 100 to be answered
    let wanted = size(input, "maxResults", 100).min(100);
    let (ids, next) = page(all, &input["nextToken"], wanted).ok_or_else(bad_token)?;
    Ok(given(json!({"imageIds": ids, "nextToken": next})))
}

/// The two members that every answer about a part of a repository begins with.
pub(super) fn names(metadata: &Value) -> Value {
    json!({"registryId": metadata["registryId"], "repositoryName": metadata["repositoryName"]})
}
