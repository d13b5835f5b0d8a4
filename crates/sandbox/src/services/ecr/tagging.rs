//! Tags of repositories: a list of pairs, addressed by ARN.

use serde_json::{Value, json};

use super::{Repository, invalid, named};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

pub(super) fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = by_arn(cx, input)?;
    let mut tags = repository.tags.clone();
    tags.extend(tags::parse(&input["tags"]));
    check(&tags)?;
    repository.tags = tags;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = by_arn(cx, input)?;
    for key in texts(input, "tagKeys") {
        repository.tags.remove(key);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"tags": tags::upper(&by_arn(cx, input)?.tags)}))
}

pub(super) fn check(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.is_empty() || key.len() > 128 || key.starts_with("aws:")) {
        let message = "a tag key has 1 to 128 characters and does not begin with aws:";
        return Err(Refusal::bad("InvalidTagParameterException", message));
    }
    if tags.len() > 50 {
        return Err(Refusal::bad("TooManyTagsException", "a repository cannot have more than 50 tags"));
    }
    Ok(())
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Repository, Refusal> {
    let arn = text(input, "resourceArn");
    let prefix = cx.arn("ecr", "repository/");
    let name = arn
        .strip_prefix(&prefix)
        .ok_or_else(|| invalid("resourceArn", &format!("{arn} is not the ARN of a repository here")))?;
    named(cx, input, name)
}
