//! Repositories: read.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{given, text, texts};
use crate::page::page;
use crate::refusal::Refusal;

/// AWS's own limit on names in one call.
const BATCH: usize = 100;
/// Names on one page of a list.
const PAGE: usize = 1000;

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = cx.here.codecommit.of(text(input, "repositoryName"))?;
    Ok(json!({"repositoryMetadata": repository.metadata}))
}

pub(super) fn batch(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = texts(input, "repositoryNames");
    if names.is_empty() {
        let message = "At least one repository name is required";
        return Err(Refusal::bad("RepositoryNamesRequiredException", message));
    }
    if names.len() > BATCH {
        let message = format!("The maximum number of repository names is {BATCH}");
        return Err(Refusal::bad("MaximumRepositoryNamesExceededException", message));
    }
    let (found, not_found): (Vec<&str>, Vec<&str>) =
        names.into_iter().partition(|name| cx.here.codecommit.repository(name).is_some());
    let found: Vec<&Value> = found.iter().filter_map(|name| cx.here.codecommit.repository(name)).collect();
    Ok(json!({"repositories": found, "repositoriesNotFound": not_found, "errors": []}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let mut all: Vec<&Value> = cx.here.codecommit.repositories.values().map(|r| &r.metadata).collect();
    if text(input, "sortBy") == "lastModifiedDate" {
        let changed = |metadata: &Value| metadata["lastModifiedDate"].as_f64().unwrap_or_default();
        all.sort_by(|a, b| changed(a).total_cmp(&changed(b)));
    }
    if text(input, "order") == "descending" {
        all.reverse();
    }
    let pairs: Vec<Value> = all
        .into_iter()
        .map(|r| json!({"repositoryName": r["repositoryName"], "repositoryId": r["repositoryId"]}))
        .collect();
    let (repositories, next) = page(pairs, &input["nextToken"], PAGE).ok_or_else(bad_token)?;
    Ok(given(json!({"repositories": repositories, "nextToken": next})))
}

pub(super) fn bad_token() -> Refusal {
    Refusal::bad("InvalidContinuationTokenException", "The specified continuation token is not valid.")
}
