//! One step: what happens to a resource, where it is declared, why, and each
//! field that changes.

use anstyle::Style;
use recon_model::plan::{Action, Because, Stage, Step};

use super::created::created;
use super::layout::hanging;
use super::style::{BAD, CHANGE, GOOD, QUIET, REPLACE, RISK, STRONG, paint};
use super::text::{clean, width};
use super::value::{inline, short_path};
use super::{Look, fields, risks};

const INDENT: &str = "      ";

/// All of them, their places in one column.
pub fn lines(steps: &[&Step], look: Look) -> Vec<String> {
    let column = column(steps, look);
    steps.iter().flat_map(|step| one(step, column, look)).collect()
}

/// What a line begins with: the meaning does not hang on colour.
pub fn symbol(action: &Action) -> (&'static str, Style) {
    match action {
        Action::Create(_) => ("+", GOOD),
        Action::Update(_) | Action::Adopt(_) => ("~", CHANGE),
        Action::Replace(..) => ("-/+", REPLACE),
        Action::Delete(_) => ("-", BAD),
        Action::Blocked(because) if because.iter().any(|b| b.code == "NOT_OWNED") => ("?", RISK),
        Action::Blocked(_) => ("!", RISK),
        Action::Keep => (" ", QUIET),
    }
}

/// A few words beside the address.
pub fn remark(step: &Step) -> String {
    let code = step.action.because().first().map(|because| because.code.as_str()).unwrap_or_default();
    match (&step.action, code) {
        (Action::Blocked(_), "NOT_OWNED") => "exists, not owned".into(),
        (Action::Blocked(_), "OWNED_BY_OTHER") => "exists, another stack's".into(),
        (Action::Blocked(_), "UNREADABLE") => "unreadable".into(),
        (Action::Blocked(_), _) => "blocked".into(),
        (Action::Adopt(_), _) => "taken over".into(),
        _ if step.name == step.address.label => String::new(),
        _ => clean(&step.name),
    }
}

/// What stands at the right: the place, or why something without one goes.
pub fn right(step: &Step) -> String {
    match (&step.place, &step.action) {
        (Some(place), _) => clean(place),
        (None, Action::Delete(because)) if because.first.code == "REMOVED" => clean(&because.first.text),
        (None, _) => String::new(),
    }
}

fn left_width(step: &Step) -> usize {
    let remark = width(&remark(step));
    4 + width(&clean(&step.address.to_string())) + if remark > 0 { remark + 2 } else { 0 }
}

/// Where the places stand: behind the widest of those that leave room.
fn column(steps: &[&Step], look: Look) -> usize {
    let room = steps.iter().map(|step| width(&right(step))).max().unwrap_or(0);
    let fits = |left: &usize| left + 2 + room <= look.width;
    steps.iter().map(|step| left_width(step)).filter(fits).max().unwrap_or(0) + 2
}

fn one(step: &Step, column: usize, look: Look) -> Vec<String> {
    let (symbol, style) = symbol(&step.action);
    let (address, remark, right) = (clean(&step.address.to_string()), remark(step), right(step));
    let mut head = format!("{} {}", paint(style, &format!("{symbol:>3}")), paint(STRONG, &address));
    if !remark.is_empty() {
        head.push_str(&format!("  {remark}"));
    }
    let mut lines = Vec::new();
    if right.is_empty() {
        lines.push(head);
    } else if left_width(step) < column {
        let gap = " ".repeat(column - left_width(step));
        lines.push(format!("{head}{gap}{}", paint(QUIET, &right)));
    } else {
        lines.push(head);
        lines.push(format!("{INDENT}{}", paint(QUIET, &right)));
    }
    lines.extend(body(step, look));
    lines
}

/// Why, and each field; what stands below the head.
pub fn body(step: &Step, look: Look) -> Vec<String> {
    let mut lines: Vec<String> =
        step.action.because().into_iter().flat_map(|because| reason(step, because, look)).collect();
    lines.extend(stages(step, look));
    lines.extend(match step.action {
        Action::Create(_) => created(step, look, INDENT),
        _ => step.fields.iter().flat_map(|change| fields::changed(change, look, INDENT)).collect(),
    });
    if look.full {
        let same = step.same.iter().map(|leaf| format!("{}: {}", short_path(&leaf.path), inline(&leaf.to)));
        lines.extend(same.map(|text| format!("{INDENT}{}", paint(QUIET, &text))));
    } else if step.unchanged > 0 {
        lines.push(format!("{INDENT}{}", paint(QUIET, &format!("({} unchanged)", step.unchanged))));
    }
    lines
}

/// What apply does one after the other, and where there is no service.
fn stages(step: &Step, look: Look) -> Vec<String> {
    let line = |(at, stage): (usize, &Stage)| {
        let seconds =
            if stage.seconds > 0 { format!(" ({})", risks::about(stage.seconds)) } else { String::new() };
        let mark = if stage.outage { "no service: " } else { "" };
        let text = clean(&format!("{mark}{}{seconds}", stage.text));
        hanging(&format!("{INDENT}{}. ", at + 1), &text, look.width)
    };
    step.stages.iter().enumerate().flat_map(line).collect()
}

/// The reason in words; what the action itself says is not said again.
fn reason(step: &Step, because: &Because, look: Look) -> Vec<String> {
    let code = because.code.as_str();
    let text = clean(&because.text);
    if matches!(code, "ABSENT" | "CHANGED" | "DESTROY" | "ADOPT") || code == "REMOVED" && step.place.is_none()
    {
        return Vec::new();
    }
    let mut lines = match step.action {
        Action::Blocked(_) => hanging(INDENT, &text, look.width),
        _ => hanging(&format!("{INDENT}because: "), &format!("{text} ({})", clean(code)), look.width),
    };
    lines.extend(
        remedy(code).into_iter().flat_map(|words| hanging(&format!("{INDENT}do: "), words, look.width)),
    );
    lines
}

/// What to do about a blocked step whose reason does not say so itself.
fn remedy(code: &str) -> Option<&'static str> {
    match code {
        "UNREADABLE" => Some("give these credentials the permission if they lack it, and plan again"),
        "LOOKUP" => Some("correct the lookup in the TOML, or name the resource by its id"),
        "BLOCKED_NEED" => Some("settle that one first"),
        "PREVENT_DESTROY" => Some("take `prevent_destroy` out of the TOML, if its end is meant"),
        _ => None,
    }
}
