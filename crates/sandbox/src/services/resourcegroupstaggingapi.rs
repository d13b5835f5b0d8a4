//! The Resource Groups Tagging API: tagged resources of one region, by tag or type.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};
use crate::tags::{self, Tags};

/// What resourcegroupstaggingapi holds in one region: nothing of its own.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

const PAGE: u64 = 100;

/// ARN and tags of every resource of the call's region that has tags.
fn tagged(cx: &Context<'_>) -> Vec<(String, Tags)> {
    let view = View::of(cx);
    let regional = cx.here.all().into_iter().flat_map(|held| held.tagged(&view));
    let all = regional.chain(cx.global.s3.tagged(&view));
    let mut tagged: Vec<_> = all.filter(|(_, tags)| !tags.is_empty()).collect();
    tagged.sort();
    tagged
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        Vec::new()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    match operation {
        "GetResources" => get_resources(&tagged(cx), input),
        _ => Err(Refusal::unknown_operation("resourcegroupstaggingapi", operation)),
    }
}

fn get_resources(all: &[(String, Tags)], input: &Value) -> Result<Value, Refusal> {
    check(input)?;
    let found: Vec<&(String, Tags)> = all.iter().filter(|(arn, tags)| wanted(arn, tags, input)).collect();
    let start = match input["PaginationToken"].as_str() {
        None | Some("") => 0,
        Some(token) => token.parse().map_err(|_| {
            Refusal::bad("PaginationTokenExpiredException", "The pagination token is not valid")
        })?,
    };
    let end = page_end(&found, start, input);
    let mapping = |(arn, tags): &&(String, Tags)| json!({"ResourceARN": arn, "Tags": tags::upper(tags)});
    let list: Vec<Value> = found.get(start..end).unwrap_or_default().iter().map(mapping).collect();
    let token = if end < found.len() { end.to_string() } else { String::new() };
    Ok(json!({"ResourceTagMappingList": list, "PaginationToken": token}))
}

/// A page ends at so many resources, or before so many tags would be exceeded.
fn page_end(found: &[&(String, Tags)], start: usize, input: &Value) -> usize {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    if let Some(most) = input["TagsPerPage"].as_u64() {
        let mut tags = 0;
        let fits = found.iter().skip(start).take_while(|(_, of_one)| {
            tags += of_one.len().max(1);
            tags <= count(most)
        });
        return start + fits.count();
    }
    found.len().min(start.saturating_add(count(input["ResourcesPerPage"].as_u64().unwrap_or(PAGE))))
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterException", message)
}

fn check(input: &Value) -> Result<(), Refusal> {
    const OTHERS: [&str; 5] =
        ["ResourceTypeFilters", "TagFilters", "ResourcesPerPage", "TagsPerPage", "PaginationToken"];
    let given = |member: &&str| match &input[*member] {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => true,
    };
    if given(&"ResourceARNList")
        && let Some(other) = OTHERS.iter().find(|member| given(member))
    {
        return Err(invalid(format!("ResourceARNList and {other} cannot be specified together")));
    }
    let outside = |member: &str, low: i64, high: i64| {
        input[member].as_i64().is_some_and(|number| !(low..=high).contains(&number))
    };
    if outside("ResourcesPerPage", 1, 100) {
        return Err(invalid("ResourcesPerPage must be between 1 and 100"));
    }
    if outside("TagsPerPage", 100, 500) || input["TagsPerPage"].as_i64().is_some_and(|n| n % 100 != 0) {
        return Err(invalid("TagsPerPage must be 100, 200, 300, 400 or 500"));
    }
    Ok(())
}

fn wanted(arn: &str, tags: &Tags, input: &Value) -> bool {
    let list = |member: &str| input[member].as_array().cloned().unwrap_or_default();
    let arns = list("ResourceARNList");
    let types = list("ResourceTypeFilters");
    (arns.is_empty() || arns.iter().any(|wanted| *wanted == *arn))
        && (types.is_empty() || types.iter().filter_map(Value::as_str).any(|kind| is_of(arn, kind)))
        && list("TagFilters").iter().all(|filter| passes(tags, filter))
}

fn passes(tags: &Tags, filter: &Value) -> bool {
    let Some(value) = tags.get(filter["Key"].as_str().unwrap_or_default()) else { return false };
    match filter["Values"].as_array() {
        Some(values) if !values.is_empty() => values.iter().any(|wanted| *wanted == **value),
        _ => true,
    }
}

/// `service` or `service:type`, spelt as in ARNs.
fn is_of(arn: &str, filter: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service, _, _, resource] = parts.as_slice() else { return false };
    match filter.split_once(':') {
        None => *service == filter,
        Some((wanted, kind)) => {
            *service == wanted
                && resource
                    .strip_prefix(kind)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
        }
    }
}
