//! Lists in pages, and calls that name what they want.

use serde_json::{Value, json};

use crate::form::{has, put, size, texts};
use crate::refusal::Refusal;

use super::arn::Kind;
use super::{State, refuse};

/// How many names or ARNs one call may ask for.
pub(super) const BATCH: usize = 20;
const PAGE: usize = 400;

/// One page of the list, with a marker where there is more.
pub(super) fn page(member: &str, list: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let marker = &input["Marker"];
    let (list, next) = crate::page::page(list, marker, size(input, "PageSize", PAGE))
        .ok_or_else(|| refuse::invalid(format!("Marker {marker} is not valid")))?;
    let mut answer = json!({ member: list });
    put(&mut answer, "NextMarker", json!(next));
    Ok(answer)
}

/// The documents of exactly those ARNs: one that is missing fails the call.
pub(super) fn by_arn(state: &State, kind: Kind, arns: &[&str]) -> Result<Vec<Value>, Refusal> {
    limit(arns, &format!("{} ARNs", kind.noun()))?;
    arns.iter().try_for_each(|arn| kind.check(arn))?;
    arns.iter()
        .map(|arn| state.all(kind).get(*arn).map(|held| held.document.clone()))
        .collect::<Option<_>>()
        .ok_or_else(|| kind.some_not_found())
}

/// The documents of exactly those names.
pub(super) fn by_name(state: &State, kind: Kind, names: &[&str]) -> Result<Vec<Value>, Refusal> {
    limit(names, &format!("{} names", kind.noun()))?;
    names
        .iter()
        .map(|name| state.named(kind, name).map(|held| held.document.clone()))
        .collect::<Option<_>>()
        .ok_or_else(|| kind.some_not_found())
}

/// At most one of those members may be given; the one that is.
pub(super) fn one_of<'a>(
    input: &Value,
    members: &[&'a str],
    words: &str,
) -> Result<Option<&'a str>, Refusal> {
    let given: Vec<&str> = members.iter().copied().filter(|member| has(input, member)).collect();
    if given.len() > 1 {
        return Err(refuse::invalid(format!("{words} cannot be specified at the same time")));
    }
    Ok(given.first().copied())
}

/// The texts of a member, at most a batch of them.
pub(super) fn batch<'a>(input: &'a Value, member: &str, words: &str) -> Result<Vec<&'a str>, Refusal> {
    let list = texts(input, member);
    limit(&list, words)?;
    Ok(list)
}

fn limit(list: &[&str], words: &str) -> Result<(), Refusal> {
    if list.len() > BATCH {
        return Err(refuse::invalid(format!(
            "{} {words} were specified, at most {BATCH} can be specified in one call",
            list.len()
        )));
    }
    Ok(())
}
