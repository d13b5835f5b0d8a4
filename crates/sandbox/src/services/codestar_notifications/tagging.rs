//! Tags of notification rules: a map, addressed by ARN.

use serde_json::{Value, json};

use super::{invalid, of};
use crate::context::Context;
use crate::form::texts;
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

pub(super) fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let rule = of(cx, input)?;
    let mut tags = rule.tags.clone();
    tags.extend(tags::parse(&input["Tags"]));
    check(&tags)?;
    rule.tags = tags;
    Ok(json!({"Tags": tags::map(&rule.tags)}))
}

pub(super) fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let rule = of(cx, input)?;
    for key in texts(input, "TagKeys") {
        rule.tags.remove(key);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"Tags": tags::map(&of(cx, input)?.tags)}))
}

pub(super) fn check(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(invalid("Tag keys that begin with aws: are reserved"));
    }
    if tags.len() > 50 {
        return Err(Refusal::bad(
            "LimitExceededException",
            "A notification rule cannot have more than 50 tags",
        ));
    }
    Ok(())
}
