//! codecommit in the sandbox.

mod branches;
mod listing;
mod repository;
mod tagging;
mod triggers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::Tags;

/// What codecommit holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By name.
    pub repositories: BTreeMap<String, Repository>,
}

/// One repository and what hangs on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Repository {
    /// In AWS's form.
    pub metadata: Value,
    pub tags: Tags,
    pub triggers: Vec<Value>,
    pub configuration_id: String,
    /// Commit ids by branch.
    pub branches: BTreeMap<String, String>,
}

impl State {
    /// The repository of that name.
    pub fn repository(&self, name: &str) -> Option<&Value> {
        self.repositories.get(name).map(|repository| &repository.metadata)
    }

    /// A commit arrives on a branch. The first branch becomes the default one, as with `git push`.
    /// False: there is no such repository.
    pub fn push(&mut self, name: &str, branch: &str, commit: &str) -> bool {
        let Some(repository) = self.repositories.get_mut(name) else { return false };
        if repository.branches.is_empty() {
            repository.metadata["defaultBranch"] = branch.into();
        }
        repository.branches.insert(branch.to_string(), commit.to_string());
        true
    }

    fn of(&self, name: &str) -> Result<&Repository, Refusal> {
        self.repositories.get(name).ok_or_else(|| missing(name))
    }

    fn of_mut(&mut self, name: &str) -> Result<&mut Repository, Refusal> {
        self.repositories.get_mut(name).ok_or_else(|| missing(name))
    }
}

fn missing(name: &str) -> Refusal {
    Refusal::bad("RepositoryDoesNotExistException", format!("{name} does not exist"))
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.repositories.values().map(|held| &held.metadata), "Arn")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Repository| (text(&held.metadata, "Arn").to_string(), held.tags.clone());
        self.repositories.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateRepository" => repository::create(cx, input),
        "DeleteRepository" => repository::delete(cx, input),
        "UpdateRepositoryDescription" => repository::describe(cx, input),
        "UpdateRepositoryName" => repository::rename(cx, input),
        "UpdateRepositoryEncryptionKey" => repository::encrypt(cx, input),
        "GetRepository" => listing::get(cx, input),
        "BatchGetRepositories" => listing::batch(cx, input),
        "ListRepositories" => listing::list(cx, input),
        "GetBranch" => branches::get(cx, input),
        "ListBranches" => branches::list(cx, input),
        "UpdateDefaultBranch" => branches::set_default(cx, input),
        "PutRepositoryTriggers" => triggers::put(cx, input),
        "GetRepositoryTriggers" => triggers::get(cx, input),
        "TagResource" => tagging::tag(cx, input),
        "UntagResource" => tagging::untag(cx, input),
        "ListTagsForResource" => tagging::list(cx, input),
        _ => Err(Refusal::unknown_operation("codecommit", operation)),
    }
}
