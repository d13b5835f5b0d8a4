//! Tags on all four kinds.

use serde_json::{Value, json};

use crate::form::{items, text, texts};
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

use super::arn::Kind;
use super::{State, page, refuse};

const MOST: usize = 50;

/// The tags of a create call, checked.
pub(super) fn given(input: &Value) -> Result<Tags, Refusal> {
    let list = items(input, "Tags");
    let tags = tags::parse(&input["Tags"]);
    if tags.len() < list.len() {
        return Err(Refusal::bad("DuplicateTagKeys", "A tag key was specified more than once"));
    }
    if list.iter().any(|tag| text(tag, "Key").starts_with("aws:")) {
        return Err(refuse::invalid("aws: prefixed tag key names are not allowed for external use."));
    }
    not_too_many(&tags)?;
    Ok(tags)
}

fn not_too_many(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > MOST {
        return Err(Refusal::bad("TooManyTags", format!("a resource can have at most {MOST} tags")));
    }
    Ok(())
}

pub(super) fn add(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let new = given(input)?;
    let arns = texts(input, "ResourceArns");
    for arn in &arns {
        let mut tags = state.find(kind(arn)?, arn)?.tags.clone();
        tags.extend(new.clone());
        not_too_many(&tags)?;
    }
    for arn in arns {
        state.find_mut(kind(arn)?, arn)?.tags.extend(new.clone());
    }
    Ok(json!({}))
}

pub(super) fn remove(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let arns = texts(input, "ResourceArns");
    for arn in &arns {
        state.find(kind(arn)?, arn)?;
    }
    for arn in arns {
        let held = state.find_mut(kind(arn)?, arn)?;
        for key in texts(input, "TagKeys") {
            held.tags.remove(key);
        }
    }
    Ok(json!({}))
}

pub(super) fn describe(state: &State, input: &Value) -> Result<Value, Refusal> {
    let arns = page::batch(input, "ResourceArns", "resource ARNs")?;
    let describe = |arn: &&str| {
        let held = state.find(kind(arn)?, arn)?;
        Ok(tags_of(arn, &held.tags))
    };
    let list = arns.iter().map(describe).collect::<Result<Vec<Value>, Refusal>>()?;
    Ok(json!({"TagDescriptions": list}))
}

/// AWS leaves the list out where there is no tag: its model asks for one at least.
fn tags_of(arn: &str, tags: &Tags) -> Value {
    let mut description = json!({"ResourceArn": arn});
    if !tags.is_empty() {
        description["Tags"] = tags::upper(tags);
    }
    description
}

fn kind(arn: &str) -> Result<Kind, Refusal> {
    Kind::of(arn).ok_or_else(|| refuse::invalid(format!("'{arn}' is not a valid resource ARN")))
}
