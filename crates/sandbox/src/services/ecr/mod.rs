//! ecr in the sandbox.

mod images;
mod lifecycle;
mod policy;
mod repository;
mod tagging;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::Tags;

/// What ecr holds in one region.
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
    pub policy: Option<String>,
    pub lifecycle: Option<String>,
    /// Tag and digest, as pushed.
    pub images: Vec<(String, String)>,
}

impl State {
    /// The repository of that name.
    pub fn repository(&self, name: &str) -> Option<&Value> {
        self.repositories.get(name).map(|repository| &repository.metadata)
    }

    /// An image arrives under a tag. False: there is no such repository.
    pub fn push(&mut self, name: &str, tag: &str, digest: &str) -> bool {
        let Some(repository) = self.repositories.get_mut(name) else { return false };
        repository.images.retain(|(taken, _)| taken != tag);
        repository.images.push((tag.to_string(), digest.to_string()));
        true
    }
}

fn of<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Repository, Refusal> {
    named(cx, input, text(input, "repositoryName"))
}

/// Another account's registry holds nothing that this account may see.
fn named<'a>(cx: &'a mut Context<'_>, input: &Value, name: &str) -> Result<&'a mut Repository, Refusal> {
    let registry = input["registryId"].as_str().unwrap_or(cx.account);
    let refusal = missing(name, registry);
    let here = registry == cx.account;
    cx.here.ecr.repositories.get_mut(name).filter(|_| here).ok_or(refusal)
}

fn missing(name: &str, registry: &str) -> Refusal {
    Refusal::bad(
        "RepositoryNotFoundException",
        format!("The repository with name '{name}' does not exist in the registry with id '{registry}'"),
    )
}

fn invalid(at: &str, problem: &str) -> Refusal {
    let message = format!("Invalid parameter at '{at}' failed to satisfy constraint: '{problem}'");
    Refusal::bad("InvalidParameterException", message)
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.repositories.values().map(|held| &held.metadata), "repositoryArn")
    }

    fn tagged(&self, _: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Repository| (text(&held.metadata, "repositoryArn").to_string(), held.tags.clone());
        self.repositories.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "CreateRepository" => repository::create(cx, input),
        "DescribeRepositories" => repository::describe(cx, input),
        "DeleteRepository" => repository::delete(cx, input),
        "PutImageTagMutability" => images::put_mutability(cx, input),
        "PutImageScanningConfiguration" => images::put_scanning(cx, input),
        "ListImages" => images::list(cx, input),
        "PutLifecyclePolicy" => lifecycle::put(cx, input),
        "GetLifecyclePolicy" => lifecycle::get(cx, input),
        "DeleteLifecyclePolicy" => lifecycle::delete(cx, input),
        "SetRepositoryPolicy" => policy::set(cx, input),
        "GetRepositoryPolicy" => policy::get(cx, input),
        "DeleteRepositoryPolicy" => policy::delete(cx, input),
        "TagResource" => tagging::tag(cx, input),
        "UntagResource" => tagging::untag(cx, input),
        "ListTagsForResource" => tagging::list(cx, input),
        _ => Err(Refusal::unknown_operation("ecr", operation)),
    }
}
