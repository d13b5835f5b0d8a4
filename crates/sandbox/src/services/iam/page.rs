//! IAM's pages: `Marker`, `MaxItems`, `IsTruncated`.

use serde_json::{Value, json};

use crate::form::size;
use crate::page::page;
use crate::refusal::Refusal;

/// Cuts the page that the input asks for.
pub(super) fn cut<T>(items: Vec<T>, input: &Value) -> Result<(Vec<T>, Option<String>), Refusal> {
    page(items, &input["Marker"], size(input, "MaxItems", 100))
        .ok_or_else(|| Refusal::bad("ValidationError", "Invalid Marker."))
}

/// An answer with one list in it.
pub(super) fn answer(list: &str, items: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let (items, marker) = cut(items, input)?;
    let mut answer = json!({ list: items });
    finish(&mut answer, marker);
    Ok(answer)
}

pub(super) fn finish(answer: &mut Value, marker: Option<String>) {
    answer["IsTruncated"] = json!(marker.is_some());
    if let Some(marker) = marker {
        answer["Marker"] = json!(marker);
    }
}
