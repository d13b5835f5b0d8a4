//! Drift as SARIF 2.1.0: each difference at the line that declares the other value.

use recon_model::Stack;
use recon_model::plan::{Action, FieldChange, Plan, Step};
use serde_json::{Value, json};

use super::findings::sarif::{log, physical};
use super::text::clean;
use super::value::{inline, short_path};
use super::written;
use crate::seen::Seen;

/// What drift looks for: id, level, words.
const KINDS: &[(&str, &str, &str)] = &[
    ("drift/changed", "warning", "a field differs in the account"),
    ("drift/absent", "error", "a declared resource is not in the account"),
    ("drift/removed", "warning", "the stack owns a resource that it declares no more"),
    ("drift/blocked", "error", "a resource is not the stack's, or cannot be read"),
    ("drift/invariant", "error", "what belongs together in the account does not agree"),
];

/// The log of one run.
pub fn drift_sarif(plan: &Plan, stack: &Stack, seen: &Seen) -> Value {
    let rules = KINDS.iter().map(|(id, level, words)| {
        json!({ "id": id, "shortDescription": { "text": words }, "defaultConfiguration": { "level": level } })
    });
    let mut results = Vec::new();
    for step in &plan.steps {
        results.extend(of(step, stack, seen));
    }
    for notice in &plan.notices {
        let place = notice.address.as_ref().and_then(|address| stack.resources.get(address));
        let place = place.map(|resource| physical(resource.span, &stack.sources));
        results.push(result("drift/invariant", &format!("{} ({})", notice.text, notice.code), place, None));
    }
    log(rules.collect(), results)
}

fn of(step: &Step, stack: &Stack, seen: &Seen) -> Vec<Value> {
    let resource = stack.resources.get(&step.address);
    let whole = || resource.map(|resource| physical(resource.span, &stack.sources));
    let since = |path: Option<&str>| seen.first(&step.address, path).map(|first| first.since.as_str());
    let reasons = || {
        let because = step.action.because();
        because.iter().map(|because| because.text.clone()).collect::<Vec<_>>().join("; ")
    };
    let one = |id: &str, words: String| {
        vec![result(id, &format!("{}: {words}", step.address), whole(), since(None))]
    };
    match &step.action {
        Action::Keep => Vec::new(),
        Action::Create(_) => one("drift/absent", "declared, and not in the account".into()),
        Action::Delete(_) => one("drift/removed", reasons()),
        Action::Blocked(_) => one("drift/blocked", reasons()),
        _ if step.fields.is_empty() => one("drift/changed", reasons()),
        _ => step.fields.iter().map(|change| field(step, change, stack, since(Some(&change.path)))).collect(),
    }
}

fn field(step: &Step, change: &FieldChange, stack: &Stack, since: Option<&str>) -> Value {
    let resource = stack.resources.get(&step.address);
    let place = resource.map(|resource| physical(written::span(resource, &change.path), &stack.sources));
    let words = format!(
        "{}.{}: declared {}, live {}",
        step.address,
        short_path(&change.path),
        inline(&change.to),
        inline(&change.from)
    );
    result("drift/changed", &words, place, since)
}

fn result(id: &str, words: &str, place: Option<Value>, since: Option<&str>) -> Value {
    let index = KINDS.iter().position(|(kind, ..)| *kind == id);
    let level = index.map_or("warning", |at| KINDS[at].1);
    let mut result = json!({
        "ruleId": id,
        "ruleIndex": index,
        "level": level,
        "message": { "text": clean(words) },
    });
    if let Some(place) = place {
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    if let Some(since) = since {
        result["properties"] = json!({ "since": since });
    }
    result
}
