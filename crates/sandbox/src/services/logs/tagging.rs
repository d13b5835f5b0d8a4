//! Tags of log groups.

use serde_json::{Value, json};

use crate::form::text;
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

use super::{Group, State, invalid};

const MOST: usize = 50;

pub(super) fn check(tags: &Tags) -> Result<(), Refusal> {
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(invalid("Tag keys starting with 'aws:' are reserved for AWS"));
    }
    if tags.len() > MOST {
        return Err(Refusal::bad("TooManyTagsException", format!("a resource can have at most {MOST} tags")));
    }
    Ok(())
}

/// Tag calls take the ARN only, the one without `:*`.
fn find<'a>(state: &'a mut State, input: &Value) -> Result<&'a mut Group, Refusal> {
    let arn = text(input, "resourceArn");
    if !arn.starts_with("arn:") {
        return Err(invalid(format!("'{arn}' is not the ARN of a log group")));
    }
    state.find(arn)
}

pub(super) fn tag(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let group = find(state, input)?;
    let mut wanted = group.tags.clone();
    wanted.extend(tags::parse(&input["tags"]));
    check(&wanted)?;
    group.tags = wanted;
    Ok(json!({}))
}

pub(super) fn untag(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let group = find(state, input)?;
    for key in input["tagKeys"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        group.tags.remove(key);
    }
    Ok(json!({}))
}

/// AWS's model asks for one tag at least, so there is no map where there is none.
pub(super) fn list(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let group = find(state, input)?;
    Ok(if group.tags.is_empty() { json!({}) } else { json!({"tags": tags::map(&group.tags)}) })
}
