//! Who may use a repository.

use serde_json::{Value, json};

use super::super::kms::policy::{parse, pretty, unknown_role};
use super::images::names;
use super::{Repository, invalid, of};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

pub(super) fn set(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    of(cx, input)?;
    let document = parse(text(input, "policyText"))
        .ok_or_else(|| invalid("PolicyText", "Invalid repository policy provided"))?;
    if let Some(role) = unknown_role(cx, &document) {
        let problem = format!("Invalid principal in policy: \"AWS\":\"{role}\"");
        return Err(invalid("PolicyText", &problem));
    }
    let repository = of(cx, input)?;
    repository.policy = Some(pretty(&document));
    answer(repository)
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    answer(of(cx, input)?)
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = of(cx, input)?;
    let gone = answer(repository)?;
    repository.policy = None;
    Ok(gone)
}

fn answer(repository: &Repository) -> Result<Value, Refusal> {
    let mut answer = names(&repository.metadata);
    let Some(policy) = &repository.policy else {
        let message = format!(
            "Repository policy does not exist for the repository with name '{}' in the registry with id '{}'",
            text(&answer, "repositoryName"),
            text(&answer, "registryId")
        );
        return Err(Refusal::bad("RepositoryPolicyNotFoundException", message));
    };
    answer["policyText"] = json!(policy);
    Ok(answer)
}
