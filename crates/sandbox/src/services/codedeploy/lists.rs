//! CodeDeploy's pages and batches.

use serde_json::{Value, json};

use super::strings;
use crate::refusal::Refusal;

const PAGE: usize = 100;
const BATCH: usize = 100;

/// `{list: […], nextToken}` of the page that the input asks for.
pub(super) fn answer(list: &str, items: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let start = match input["nextToken"].as_str() {
        None | Some("") => 0,
        Some(token) => {
            token.strip_prefix("page-").and_then(|at| at.parse::<usize>().ok()).ok_or_else(|| {
                Refusal::bad(
                    "InvalidNextTokenException",
                    "The next token was specified in an invalid format.",
                )
            })?
        }
    };
    let end = start.saturating_add(PAGE);
    let more = items.len() > end;
    let page: Vec<Value> = items.into_iter().skip(start).take(PAGE).collect();
    let mut answer = json!({ list: page });
    if more {
        answer["nextToken"] = json!(format!("page-{end}"));
    }
    Ok(answer)
}

/// The names of a batch, if there are not too many.
pub(super) fn batch<'a>(input: &'a Value, member: &str) -> Result<Vec<&'a str>, Refusal> {
    let names = strings(input, member);
    if names.len() > BATCH {
        return Err(Refusal::bad(
            "BatchLimitExceededException",
            format!("{} items in one batch, at most {BATCH} allowed", names.len()),
        ));
    }
    Ok(names)
}
