//! IAM's pages: `Marker`, `MaxItems`, `IsTruncated`.

use serde_json::{Value, json};

use crate::refusal::Refusal;

/// What fits on one page, and the marker of the next.
pub(super) struct Page<T> {
    pub items: Vec<T>,
    pub marker: Option<String>,
}

/// Cuts the page that the input asks for.
pub(super) fn cut<T>(items: Vec<T>, input: &Value) -> Result<Page<T>, Refusal> {
    let start = match input["Marker"].as_str() {
        None => 0,
        Some(marker) => marker
            .strip_prefix("page-")
            .and_then(|at| at.parse::<usize>().ok())
            .ok_or_else(|| Refusal::bad("ValidationError", "Invalid Marker."))?,
    };
    let size = input["MaxItems"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(100);
    let more = items.len() > start.saturating_add(size);
    Ok(Page {
        items: items.into_iter().skip(start).take(size).collect(),
        marker: more.then(|| format!("page-{}", start + size)),
    })
}

/// An answer with one list in it.
pub(super) fn answer(list: &str, items: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let page = cut(items, input)?;
    let mut answer = json!({ list: page.items });
    finish(&mut answer, page.marker);
    Ok(answer)
}

pub(super) fn finish(answer: &mut Value, marker: Option<String>) {
    answer["IsTruncated"] = json!(marker.is_some());
    if let Some(marker) = marker {
        answer["Marker"] = json!(marker);
    }
}
