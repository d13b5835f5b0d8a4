//! Branches. They come into being by pushes only (`State::push`).

use serde_json::{Value, json};

use super::Repository;
use super::listing::bad_token;
use crate::context::Context;
use crate::form::{given, text};
use crate::page::page;
use crate::refusal::Refusal;

const PAGE: usize = 100;

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (repository, branch) = (text(input, "repositoryName"), text(input, "branchName"));
    for (value, code) in
        [(repository, "RepositoryNameRequiredException"), (branch, "BranchNameRequiredException")]
    {
        if value.is_empty() {
            return Err(Refusal::bad(code, "A name is required, but was not specified"));
        }
    }
    let commit = commit(cx.here.codecommit.of(repository)?, branch)?;
    Ok(json!({"branch": {"branchName": branch, "commitId": commit}}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = cx.here.codecommit.of(text(input, "repositoryName"))?;
    let names: Vec<Value> = repository.branches.keys().map(|name| json!(name)).collect();
    let (branches, next) = page(names, &input["nextToken"], PAGE).ok_or_else(bad_token)?;
    Ok(given(json!({"branches": branches, "nextToken": next})))
}

pub(super) fn set_default(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let branch = text(input, "defaultBranchName");
    let now = cx.timestamp();
    let repository = cx.here.codecommit.of_mut(text(input, "repositoryName"))?;
    commit(repository, branch)?;
    repository.metadata["defaultBranch"] = json!(branch);
    repository.metadata["lastModifiedDate"] = now;
    Ok(json!({}))
}

fn commit<'a>(repository: &'a Repository, branch: &str) -> Result<&'a String, Refusal> {
    let missing = || Refusal::bad("BranchDoesNotExistException", format!("Branch {branch} does not exist"));
    repository.branches.get(branch).ok_or_else(missing)
}
