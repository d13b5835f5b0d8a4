//! Drift at night: for each difference what is declared, what is there, and
//! both ways out.

use recon_model::Stack;
use recon_model::plan::{Action, FieldChange, Plan, Step};

use super::layout::hanging;
use super::plan::{calls, place};
use super::style::{BAD, CHANGE, GOOD, QUIET, RISK, STRONG, paint};
use super::text::{clean, cut, width};
use super::value::{inline, is_scalar, parsed, short_path, toml};
use super::words::count;
use super::{Look, fields, policy, unreadable, written};
use crate::seen::Seen;

/// Every difference. `undo` gives the command that brings an address back.
/// Without the stack a difference is shown at its resource's line.
pub fn drift(
    plan: &Plan,
    stack: Option<&Stack>,
    seen: &Seen,
    undo: &dyn Fn(&str) -> String,
    look: Look,
) -> String {
    let mut lines = vec![header(plan, seen)];
    for step in plan.steps.iter().filter(|step| step.action != Action::Keep) {
        lines.push(String::new());
        lines.extend(Entry { step, stack, seen, undo, look }.lines());
    }
    for notice in &plan.notices {
        let about = notice.address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
        let words = clean(&format!("{about}{} ({})", notice.text, notice.code));
        lines.push(String::new());
        lines.extend(hanging("! ", &words, look.width));
    }
    if lines.len() > 1 {
        lines.push(String::new());
    }
    lines.extend(hanging("result: ", &result(plan, seen), look.width));
    lines.push(String::new());
    lines.join("\n")
}

fn header(plan: &Plan, seen: &Seen) -> String {
    format!("{} · {} · {}", paint(STRONG, "recon drift"), place(plan), seen.at)
}

/// What the night is told in one line.
pub fn result(plan: &Plan, seen: &Seen) -> String {
    let hidden = |step: &&Step| {
        matches!(&step.action, Action::Blocked(because)
            if matches!(because.first.code.as_str(), "UNREADABLE" | "LOOKUP" | "BLOCKED_NEED"))
    };
    let differing = plan.steps.iter().filter(|step| !matches!(step.action, Action::Keep));
    let steps: Vec<&Step> = differing.filter(|step| !hidden(step)).collect();
    let invariants = plan.notices.iter().filter(|notice| notice.code.contains("INVARIANT")).count();
    let differences = steps.iter().map(|step| entries(step)).sum::<usize>() + invariants;
    let unreadable = unreadable(plan);
    let verdict = match differences {
        0 if unreadable > 0 => "nobody can say that there is no drift".to_string(),
        0 => "no drift".to_string(),
        n if steps.is_empty() => count(n, "difference"),
        n => format!("{} in {}", count(n, "difference"), count(steps.len(), "resource")),
    };
    let new = match (seen.compared, differences) {
        (false, _) | (_, 0) => String::new(),
        _ => format!(", {} new", seen.new_ones()),
    };
    format!("{verdict}{new} · {} checked, {unreadable} unreadable · {}", plan.steps.len(), calls(plan))
}

/// How many differences a step stands for: its fields, where they are shown.
fn entries(step: &Step) -> usize {
    match step.action {
        Action::Update(_) | Action::Replace(..) | Action::Adopt(_) => step.fields.len().max(1),
        _ => 1,
    }
}

struct Entry<'a> {
    step: &'a Step,
    stack: Option<&'a Stack>,
    seen: &'a Seen,
    undo: &'a dyn Fn(&str) -> String,
    look: Look,
}

impl Entry<'_> {
    /// When a run before first told of it, or that none has.
    fn since(&self, path: Option<&str>) -> Vec<String> {
        let Some(first) = self.seen.first(&self.step.address, path) else { return Vec::new() };
        let words = if first.known { format!("known since {}", first.since) } else { "new".to_string() };
        self.text(&words)
    }

    fn lines(&self) -> Vec<String> {
        let step = self.step;
        let place = step.place.as_deref().unwrap_or_default();
        let address = clean(&step.address.to_string());
        match &step.action {
            Action::Update(_) | Action::Replace(..) | Action::Adopt(_) if !step.fields.is_empty() => {
                let mut lines = Vec::new();
                for change in &step.fields {
                    if !lines.is_empty() {
                        lines.push(String::new());
                    }
                    lines.extend(self.field(change));
                }
                lines
            }
            Action::Create(_) => {
                let mut lines = vec![self.head(&paint(GOOD, "+"), &address, place)];
                lines.push("    declared, and not in the account".to_string());
                lines.extend(self.since(None));
                lines.extend(self.ways("take it out of the TOML"));
                lines
            }
            Action::Delete(because) => {
                let mut lines = vec![self.head(&paint(BAD, "-"), &address, place)];
                lines.extend(self.text(&format!("the stack owns it, and {}", because.first.text)));
                lines.extend(self.since(None));
                lines.extend(self.ways("declare it again"));
                lines
            }
            Action::Blocked(_) => {
                let mut lines = vec![self.head(&paint(RISK, "?"), &address, place)];
                lines.extend(self.reasons());
                lines.extend(self.since(None));
                lines
            }
            _ => {
                let mut lines = vec![self.head(&paint(CHANGE, "~"), &address, place)];
                lines.extend(self.reasons());
                lines.extend(self.since(None));
                lines.extend(self.way("undo it", &(self.undo)(&address)));
                lines
            }
        }
    }

    fn text(&self, text: &str) -> Vec<String> {
        hanging("    ", &clean(text), self.look.width)
    }

    fn reasons(&self) -> Vec<String> {
        let because = self.step.action.because();
        because
            .iter()
            .flat_map(|because| self.text(&format!("{} ({})", because.text, because.code)))
            .collect()
    }

    fn head(&self, symbol: &str, what: &str, place: &str) -> String {
        let head = format!("{symbol} {}", paint(STRONG, what));
        if place.is_empty() {
            return head;
        }
        let place = clean(place);
        // behind the address where there is room, below it where there is none
        if width(what) + width(&place) + 5 <= self.look.width {
            format!("{head}   {}", paint(QUIET, &place))
        } else {
            format!("{head}\n    {}", paint(QUIET, &place))
        }
    }

    fn field(&self, change: &FieldChange) -> Vec<String> {
        let declared = self.stack.and_then(|stack| Some((stack, stack.resources.get(&self.step.address)?)));
        let place = match declared {
            Some((stack, resource)) => stack.sources.place(written::span(resource, &change.path)),
            None => self.step.place.clone().unwrap_or_default(),
        };
        let what = format!("{}.{}", clean(&self.step.address.to_string()), short_path(&change.path));
        let mut lines = vec![self.head(&paint(CHANGE, "~"), &what, &place)];
        lines.extend(self.values(change));
        lines.extend(self.since(Some(&change.path)));
        lines.extend(self.ways(&keep(change, &place)));
        if let Some(code) = &change.forces {
            lines.extend(self.text(&format!("undoing it replaces the resource ({code})")));
        }
        lines
    }

    fn values(&self, change: &FieldChange) -> Vec<String> {
        let (live, desired) = (parsed(&change.from), parsed(&change.to));
        let documents = policy::is_policy(&live) || policy::is_policy(&desired);
        if documents || !is_scalar(&live) || !is_scalar(&desired) {
            let turned = FieldChange {
                path: "live, against what is declared".into(),
                from: change.to.clone(),
                to: change.from.clone(),
                forces: None,
            };
            return fields::changed(&turned, self.look, "    ");
        }
        let value = |value| cut(&inline(value), self.look.width.saturating_sub(12));
        vec![format!("    desired {}", value(&desired)), format!("    live    {}", value(&live))]
    }

    fn ways(&self, keep: &str) -> Vec<String> {
        let mut lines = self.way("keep it", keep);
        // what is declared no more cannot be named as a target
        let target = match self.step.action {
            Action::Delete(_) => String::new(),
            _ => self.step.address.to_string(),
        };
        lines.extend(self.way("undo it", &(self.undo)(&target)));
        lines
    }

    fn way(&self, which: &str, words: &str) -> Vec<String> {
        hanging(&format!("    {which}: "), &clean(words), self.look.width)
    }
}

/// A value that reads well in the middle of a sentence.
const SHORT: usize = 32;

/// What to write so that the account's value becomes the declared one.
fn keep(change: &FieldChange, place: &str) -> String {
    let unmanaged = format!("unmanaged = [{}]", toml(&plain(&change.path).into()));
    let file = place.rsplit_once(':').map_or(place, |(file, _)| file);
    let value = toml(&change.from);
    let way = if change.from.is_null() {
        format!("take it out of {file}")
    } else if !is_scalar(&change.from) || width(&value) > SHORT {
        format!("write the live value at {place}")
    } else if file.ends_with(".json") {
        format!("write {value} at {place}")
    } else {
        format!("set {} = {value}", short_path(&change.path))
    };
    format!("{way}, or {unmanaged}")
}

/// A path without positions in lists, as `unmanaged` names it.
fn plain(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, inside)) = rest.split_once('[') {
        out.push_str(before);
        rest = inside.split_once(']').map_or("", |(_, after)| after);
    }
    out + rest
}
