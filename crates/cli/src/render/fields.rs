//! Each field that changes, in as few lines as say it.

use recon_model::plan::FieldChange;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::style::{BAD, GOOD, QUIET, REPLACE, paint};
use super::text::{clean, clean_lines, cut, width};
use super::value::{inline, is_scalar, is_text_block, parsed, short_path};
use super::words::count;
use super::{Look, policy};

/// Lines of a text or a list that are shown without `--full`.
const SHOWN: usize = 16;

/// A field that becomes another, or a value that comes or goes.
pub fn changed(change: &FieldChange, look: Look, indent: &str) -> Vec<String> {
    let (from, to) = (parsed(&change.from), parsed(&change.to));
    let path = short_path(&change.path);
    let mut lines = match one_line(&path, &from, &to, look, indent) {
        Some(line) => vec![line],
        None => {
            let mut lines = vec![format!("{indent}{path}:")];
            lines.extend(shortened(body(&from, &to, look, &format!("{indent}  ")), look, indent));
            lines
        }
    };
    if let Some(code) = &change.forces {
        let mark = format!("(forces replacement, {})", clean(code));
        let painted = paint(REPLACE, &mark);
        let first = width(&anstream::adapter::strip_str(&lines[0]).to_string());
        if first + 2 + width(&mark) <= look.width {
            lines[0].push_str(&format!("  {painted}"));
        } else {
            lines.insert(1, format!("{indent}  {painted}"));
        }
    }
    lines
}

fn one_line(path: &str, from: &Value, to: &Value, look: Look, indent: &str) -> Option<String> {
    if policy::is_policy(from) || policy::is_policy(to) || is_text_block(from) || is_text_block(to) {
        return None;
    }
    let (before, mut after) = (inline(from), inline(to));
    if before == after {
        // both are masked
        after.push_str(", another value");
    }
    let line = format!("{indent}{path}: {before} → {after}");
    (width(&line) <= look.width).then_some(line)
}

fn body(from: &Value, to: &Value, look: Look, indent: &str) -> Vec<String> {
    if policy::is_policy(from) || policy::is_policy(to) {
        return policy::lines(from, to, look, indent);
    }
    let list = |value: &Value| match value {
        Value::Array(items) => items.iter().all(is_scalar).then(|| items.clone()),
        Value::Null => Some(Vec::new()),
        _ => None,
    };
    match (list(from), list(to)) {
        (Some(before), Some(after)) => items(&before, &after, look, indent),
        _ if is_scalar(from) && is_scalar(to) && !is_text_block(from) && !is_text_block(to) => {
            vec![removed(&inline(from), look, indent), added(&inline(to), look, indent)]
        }
        _ => text_diff(&as_text(from), &as_text(to), look, indent),
    }
}

/// What left a list and what joined it; a new order alone shows both lists.
fn items(before: &[Value], after: &[Value], look: Look, indent: &str) -> Vec<String> {
    let gone: Vec<&Value> = before.iter().filter(|item| !after.contains(item)).collect();
    let new: Vec<&Value> = after.iter().filter(|item| !before.contains(item)).collect();
    if gone.is_empty() && new.is_empty() {
        let whole = |items: &[Value]| inline(&Value::from(items.to_vec()));
        return vec![removed(&whole(before), look, indent), added(&whole(after), look, indent)];
    }
    let mut lines: Vec<String> = gone.iter().map(|item| removed(&inline(item), look, indent)).collect();
    lines.extend(new.iter().map(|item| added(&inline(item), look, indent)));
    let same = after.len() - new.len();
    if same > 0 {
        lines.push(format!("{indent}{}", paint(QUIET, &format!("({same} the same)"))));
    }
    lines
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    }
}

fn text_diff(before: &str, after: &str, look: Look, indent: &str) -> Vec<String> {
    let (before, after) = (clean_lines(before).join("\n"), clean_lines(after).join("\n"));
    let diff = TextDiff::from_lines(&before, &after);
    let mut lines = Vec::new();
    for (i, group) in diff.grouped_ops(1).iter().enumerate() {
        if i > 0 {
            lines.push(format!("{indent}{}", paint(QUIET, "…")));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches('\n');
            lines.push(match change.tag() {
                ChangeTag::Delete => removed(text, look, indent),
                ChangeTag::Insert => added(text, look, indent),
                ChangeTag::Equal => format!("{indent}  {}", fit(text, look, indent)),
            });
        }
    }
    lines
}

pub fn removed(text: &str, look: Look, indent: &str) -> String {
    format!("{indent}{}", paint(BAD, &format!("- {}", fit(text, look, indent))))
}

pub fn added(text: &str, look: Look, indent: &str) -> String {
    format!("{indent}{}", paint(GOOD, &format!("+ {}", fit(text, look, indent))))
}

fn fit(text: &str, look: Look, indent: &str) -> String {
    if look.full { text.to_string() } else { cut(text, look.width.saturating_sub(indent.len() + 2)) }
}

fn shortened(mut lines: Vec<String>, look: Look, indent: &str) -> Vec<String> {
    if !look.full && lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        let words = format!("({} more, --full shows all)", count(more, "line"));
        lines.push(format!("{indent}  {}", paint(QUIET, &words)));
    }
    lines
}
