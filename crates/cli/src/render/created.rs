//! The fields of something new: in rows, under their common beginnings.

use recon_model::plan::{FieldChange, Step};

use super::layout::flow;
use super::style::{QUIET, paint};
use super::text::{cut, width};
use super::value::{inline, is_text_block, parsed, short_path};
use super::{Look, fields, policy};

/// Documents stand below the rows, as they do when they change.
pub fn created(step: &Step, look: Look, indent: &str) -> Vec<String> {
    let document = |change: &&FieldChange| {
        let to = parsed(&change.to);
        policy::is_policy(&to) || is_text_block(&to)
    };
    // the head of the step has said its name
    let said = |change: &&FieldChange| change.to == step.name.as_str() && !change.path.contains('.');
    let (documents, plain): (Vec<&FieldChange>, Vec<&FieldChange>) =
        step.fields.iter().filter(|change| !said(change)).partition(document);
    let fields = plain.iter().map(|change| (short_path(&change.path), inline(&change.to))).collect();
    let mut lines: Vec<String> = rows(fields, look, indent).iter().map(|line| paint(QUIET, line)).collect();
    lines.extend(documents.into_iter().flat_map(|change| fields::changed(change, look, indent)));
    lines
}

/// Fields with one beginning, relative to it.
struct Group {
    head: String,
    fields: Vec<(String, String)>,
}

fn rows(fields: Vec<(String, String)>, look: Look, indent: &str) -> Vec<String> {
    let (alone, shared): (Vec<Group>, Vec<Group>) =
        groups(fields).into_iter().partition(|group| group.fields.len() == 1);
    let alone = alone.into_iter().flat_map(|group| group.fields).collect();
    let mut lines = row(alone, look, indent);
    for group in shared {
        let head = common(&group.fields);
        lines.push(format!("{indent}{head}:"));
        let indent = format!("{indent}  ");
        let below = |(path, value): (String, String)| (path[head.len() + 1..].to_string(), value);
        let below: Vec<(String, String)> = group.fields.into_iter().map(below).collect();
        let flat = row(below.clone(), look, &indent);
        // deep names that do not fit stand under beginnings of their own
        let fits = look.full || flat.iter().all(|line| width(line) <= look.width);
        lines.extend(if fits { flat } else { rows(below, look, &indent) });
    }
    lines
}

/// By their first names, in order of appearance.
fn groups(fields: Vec<(String, String)>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, value) in fields {
        let head = path.split('.').next().unwrap_or_default().to_string();
        match groups.iter_mut().find(|group| group.head == head && path.len() > head.len()) {
            Some(group) => group.fields.push((path, value)),
            None => groups.push(Group { head, fields: vec![(path, value)] }),
        }
    }
    groups
}

/// The longest beginning of all paths that ends before a dot.
fn common(fields: &[(String, String)]) -> String {
    let Some((first, _)) = fields.first() else { return String::new() };
    let dots = first.match_indices('.').map(|(at, _)| at);
    let shared = |at: &usize| fields.iter().all(|(path, _)| path.starts_with(&first[..=*at]));
    dots.filter(shared).max().map_or(String::new(), |at| first[..at].to_string())
}

fn row(fields: Vec<(String, String)>, look: Look, indent: &str) -> Vec<String> {
    let item = |(path, value): (String, String)| {
        let room = look.width.saturating_sub(indent.len() + width(&path) + 2);
        let value = if look.full { value } else { cut(&value, room.max(12)) };
        format!("{path}: {value}")
    };
    flow(&fields.into_iter().map(item).collect::<Vec<_>>(), look.width, indent)
}
