//! Lists of log groups.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

use super::{invalid, name_of};

const PAGE: u64 = 50;

pub(super) fn describe(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    check(input)?;
    let all = cx.here.logs.groups.values().map(|group| &group.document);
    let found: Vec<&Value> = all.filter(|document| wanted(document, input)).collect();
    // a token is the last name of the page before
    let after = input["nextToken"].as_str();
    let rest: Vec<&Value> = found
        .into_iter()
        .filter(|document| after.is_none_or(|name| text(document, "logGroupName") > name))
        .collect();
    let limit = usize::try_from(input["limit"].as_u64().unwrap_or(PAGE)).unwrap_or(usize::MAX);
    let short = !input["logGroupNamePattern"].is_null();
    let page: Vec<Value> = rest.iter().take(limit).map(|document| shown(document, short)).collect();
    let mut answer = json!({"logGroups": page});
    if rest.len() > limit
        && let Some(last) = page.last()
    {
        answer["nextToken"] = last["logGroupName"].clone();
    }
    Ok(answer)
}

fn check(input: &Value) -> Result<(), Refusal> {
    let given = |member: &&&str| !input[**member].is_null();
    let filters = ["logGroupNamePrefix", "logGroupNamePattern"];
    if filters.iter().filter(given).count() > 1 {
        return Err(invalid(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
        ));
    }
    let others = ["logGroupNamePrefix", "logGroupNamePattern", "logGroupClass", "accountIdentifiers"];
    if given(&&"logGroupIdentifiers")
        && let Some(other) = others.iter().find(given)
    {
        return Err(invalid(format!("logGroupIdentifiers and {other} cannot be specified together")));
    }
    Ok(())
}

fn wanted(document: &Value, input: &Value) -> bool {
    let name = text(document, "logGroupName");
    let identifiers = input["logGroupIdentifiers"].as_array();
    input["logGroupNamePrefix"].as_str().is_none_or(|prefix| name.starts_with(prefix))
        && input["logGroupNamePattern"].as_str().is_none_or(|pattern| name.contains(pattern))
        && input["logGroupClass"]
            .as_str()
            .is_none_or(|class| of_class(text(document, "logGroupClass"), class))
        && identifiers.is_none_or(|list| list.iter().filter_map(Value::as_str).any(|id| name_of(id) == name))
}

/// Asked for one of these two classes, AWS lists both.
fn of_class(class: &str, wanted: &str) -> bool {
    let pair = ["INFREQUENT_ACCESS", "ESSENTIALS"];
    class == wanted || (pair.contains(&class) && pair.contains(&wanted))
}

/// A search by pattern answers with three members only.
fn shown(document: &Value, short: bool) -> Value {
    if !short {
        return document.clone();
    }
    json!({
        "arn": document["arn"],
        "creationTime": document["creationTime"],
        "logGroupName": document["logGroupName"],
    })
}
