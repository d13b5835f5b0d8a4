//! Tags in a form that only KMS has: `[{TagKey, TagValue}]`.

use serde_json::{Value, json};

use super::key::{changeable, marked, own};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::tags::Tags;

pub(super) fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let key = changeable(cx, input)?;
    let added = parse(&input["Tags"]);
    let mut tags = key.tags.clone();
    tags.extend(added);
    check(&tags)?;
    key.tags = tags;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let key = changeable(cx, input)?;
    for name in texts(input, "TagKeys") {
        key.tags.remove(name);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let tags = &own(cx, input)?.tags;
    let all: Vec<Value> = tags.iter().map(|(k, v)| json!({"TagKey": k, "TagValue": v})).collect();
    marked("Tags", all, input, 50)
}

pub(super) fn parse(value: &Value) -> Tags {
    let pair = |tag: &Value| (text(tag, "TagKey").to_string(), text(tag, "TagValue").to_string());
    value.as_array().map(|tags| tags.iter().map(pair).collect()).unwrap_or_default()
}

pub(super) fn check(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(Refusal::bad("TagException", "Tag keys that begin with aws: are reserved"));
    }
    if tags.len() > 50 {
        return Err(Refusal::bad("LimitExceededException", "A key cannot have more than 50 tags"));
    }
    Ok(())
}
