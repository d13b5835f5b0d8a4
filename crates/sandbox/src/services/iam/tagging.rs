//! Tags of roles, users and managed policies. Groups have none.

use serde_json::{Value, json};

use super::{Kind, nothing, page, refusals};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

const MOST: usize = 50;

pub(super) fn tag(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let doc = &mut cx.global.iam.get_mut(kind, input)?.doc;
    add(doc, &input["Tags"])?;
    Ok(nothing())
}

pub(super) fn untag(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    remove(&mut cx.global.iam.get_mut(kind, input)?.doc, &input["TagKeys"]);
    Ok(nothing())
}

pub(super) fn list(cx: &Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    page::answer("Tags", of(&cx.global.iam.get(kind, input)?.doc), input)
}

pub(super) fn of(doc: &Value) -> Vec<Value> {
    doc["Tags"].as_array().cloned().unwrap_or_default()
}

/// Adds tags to a document; a key that is there in another case is the same key.
pub(super) fn add(doc: &mut Value, tags: &Value) -> Result<(), Refusal> {
    let new = tags.as_array().cloned().unwrap_or_default();
    for (i, tag) in new.iter().enumerate() {
        let key = text(tag, "Key");
        if new[..i].iter().any(|other| text(other, "Key").eq_ignore_ascii_case(key)) {
            return Err(refusals::invalid(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(refusals::invalid("Tag keys starting with aws: are reserved for system use"));
        }
    }
    let mut all = of(doc);
    all.retain(|old| !new.iter().any(|tag| text(tag, "Key").eq_ignore_ascii_case(text(old, "Key"))));
    all.extend(new);
    if all.len() > MOST {
        return Err(refusals::quota("TagsPerResource", MOST));
    }
    all.sort_by(|a, b| text(a, "Key").cmp(text(b, "Key")));
    set(doc, all);
    Ok(())
}

pub(super) fn remove(doc: &mut Value, keys: &Value) {
    let keys: Vec<&str> = keys.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut all = of(doc);
    all.retain(|tag| !keys.iter().any(|key| key.eq_ignore_ascii_case(text(tag, "Key"))));
    set(doc, all);
}

fn set(doc: &mut Value, tags: Vec<Value>) {
    let Some(members) = doc.as_object_mut() else { return };
    if tags.is_empty() {
        members.remove("Tags");
    } else {
        members.insert("Tags".to_string(), json!(tags));
    }
}
