//! Tags of repositories: a map, addressed by ARN.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

pub(super) fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = name(cx, input)?;
    let repository = cx.here.codecommit.of_mut(&name)?;
    let added = tags::parse(&input["tags"]);
    check(&added)?;
    let mut tags = repository.tags.clone();
    tags.extend(added);
    check(&tags)?;
    repository.tags = tags;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = name(cx, input)?;
    let repository = cx.here.codecommit.of_mut(&name)?;
    for key in texts(input, "tagKeys") {
        repository.tags.remove(key);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = cx.here.codecommit.of(&name(cx, input)?)?;
    Ok(json!({"tags": tags::map(&repository.tags)}))
}

pub(super) fn check(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        let message = "Tag keys that begin with aws: are reserved";
        return Err(Refusal::bad("InvalidSystemTagUsageException", message));
    }
    if tags.len() > 50 {
        return Err(Refusal::bad("TooManyTagsException", "The maximum number of tags for a resource is 50"));
    }
    Ok(())
}

fn name(cx: &Context<'_>, input: &Value) -> Result<String, Refusal> {
    let arn = text(input, "resourceArn");
    let name = arn.strip_prefix(&cx.arn("codecommit", "")).filter(|name| !name.is_empty());
    name.map(str::to_string).ok_or_else(|| {
        Refusal::bad("InvalidResourceArnException", format!("{arn} is not the ARN of a repository here"))
    })
}
