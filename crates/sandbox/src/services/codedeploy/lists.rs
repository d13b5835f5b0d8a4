//! CodeDeploy's pages and batches.

use serde_json::{Value, json};

use crate::form::{put, texts};
use crate::page::page;
use crate::refusal::Refusal;

const PAGE: usize = 100;
const BATCH: usize = 100;

/// `{list: […], nextToken}` of the page that the input asks for.
pub(super) fn answer(list: &str, items: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let (page, next) = page(items, &input["nextToken"], PAGE).ok_or_else(|| {
        Refusal::bad("InvalidNextTokenException", "The next token was specified in an invalid format.")
    })?;
    let mut answer = json!({ list: page });
    put(&mut answer, "nextToken", json!(next));
    Ok(answer)
}

/// The names of a batch, if there are not too many.
pub(super) fn batch<'a>(input: &'a Value, member: &str) -> Result<Vec<&'a str>, Refusal> {
    let names = texts(input, member);
    if names.len() > BATCH {
        return Err(Refusal::bad(
            "BatchLimitExceededException",
            format!("{} items in one batch, at most {BATCH} allowed", names.len()),
        ));
    }
    Ok(names)
}
