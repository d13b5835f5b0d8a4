//! Tags of topics: a list of pairs, addressed by ARN.

use serde_json::{Value, json};

use super::{Topic, invalid};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

pub(super) fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let topic = by_arn(cx, input)?;
    let mut tags = topic.tags.clone();
    tags.extend(tags::parse(&input["Tags"]));
    check(&tags)?;
    topic.tags = tags;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let topic = by_arn(cx, input)?;
    for key in texts(input, "TagKeys") {
        topic.tags.remove(key);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"Tags": tags::upper(&by_arn(cx, input)?.tags)}))
}

pub(super) fn check(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(invalid("Tags Reason: tag keys that begin with aws: are reserved"));
    }
    if tags.len() > 50 {
        return Err(Refusal::bad(
            "TagLimitExceeded",
            "Could not complete request: tag quota of per resource exceeded",
        ));
    }
    Ok(())
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Topic, Refusal> {
    let missing = || Refusal::new(404, "ResourceNotFound", "Resource does not exist");
    cx.here.sns.topics.get_mut(text(input, "ResourceArn")).ok_or_else(missing)
}
