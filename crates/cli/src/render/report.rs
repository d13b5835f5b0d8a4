//! What an apply or a destroy has done, and what it has not.

use recon_apply::{Done, Failed, Report};
use recon_diff::sequence::What;
use recon_model::Address;
use recon_model::plan::{Calls, Plan};
use serde::Serialize;

use super::layout::hanging;
use super::style::{BAD, GOOD, STRONG, paint};
use super::text::{clean, clean_lines, wrap};
use super::words::{count, doing, done, order};
use super::{Look, plan};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There was nothing to do.
    Nothing,
    /// Everything was done.
    Done,
    /// Nothing was begun.
    Refused,
    /// Begun, and not everything was done.
    Failed,
    /// Somebody ended it.
    Interrupted,
}

/// A run of `apply` or `destroy`.
#[derive(Debug)]
pub struct Run<'a> {
    pub command: &'a str,
    pub plan: &'a Plan,
    pub outcome: Outcome,
    /// `None` where nothing was begun.
    pub report: Option<&'a Report>,
    /// The plan that comes next, where that is told.
    pub next: Option<&'a Plan>,
    /// The command line that would go on.
    pub again: &'a str,
    /// What AWS was asked, where that is told.
    pub calls: Option<Calls>,
}

/// The JSON form of a run.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    format: u32,
    command: &'a str,
    result: Outcome,
    plan: &'a Plan,
    done: Vec<DoneForm>,
    failed: Vec<FailedForm>,
    not_started: &'a [Address],
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'a Plan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls: Option<&'a Calls>,
}

#[derive(Debug, Serialize)]
struct DoneForm {
    address: Address,
    what: &'static str,
    seconds: f64,
    note: Option<String>,
}

#[derive(Debug, Serialize)]
struct FailedForm {
    address: Address,
    what: &'static str,
    error: String,
    hint: Option<String>,
}

impl Run<'_> {
    /// The one document on standard output.
    pub fn document(&self) -> Document<'_> {
        let (done, failed, not_started) = match self.report {
            Some(report) => (&report.done[..], &report.failed[..], &report.not_started[..]),
            None => Default::default(),
        };
        let did = |done: &'_ Done| DoneForm {
            address: done.address.clone(),
            what: order(done.what),
            seconds: done.seconds,
            note: done.note.clone(),
        };
        let did_not = |failed: &'_ Failed| FailedForm {
            address: failed.address.clone(),
            what: order(failed.what),
            error: failed.error.clone(),
            hint: failed.hint.clone(),
        };
        Document {
            format: 1,
            command: self.command,
            result: self.outcome,
            plan: self.plan,
            done: done.iter().map(did).collect(),
            failed: failed.iter().map(did_not).collect(),
            not_started,
            next: self.next,
            calls: self.calls.as_ref(),
        }
    }

    /// For people. A plan without steps, and a refusal, have been told already.
    pub fn human(&self, look: Look) -> String {
        let Some(report) = self.report else { return String::new() };
        let mut lines = vec![String::new()];
        if matches!(self.outcome, Outcome::Failed | Outcome::Interrupted) {
            lines.extend(self.failed(report, look));
        } else {
            let words = match self.command {
                "adopt" => format!("{} taken over", report.done.len()),
                _ => counts(report),
            };
            lines.push(format!("{} {words}", paint(GOOD, "Done:")));
        }
        lines.push(String::new());
        if let Some(next) = self.next {
            lines.push(paint(STRONG, "What `recon apply` would change next:"));
            lines.push(plan::plan("plan", next, look));
        }
        lines.join("\n")
    }

    fn failed(&self, report: &Report, look: Look) -> Vec<String> {
        let title = match self.outcome {
            Outcome::Interrupted => "Stopped, as it was asked to".to_string(),
            _ => format!("Stopped. {} failed", count(report.failed.len(), "step")),
        };
        let mut lines = vec![format!("{} · {}", paint(BAD, &title), plan::place(self.plan)), String::new()];
        for failed in &report.failed {
            lines.extend(failure(failed, look));
        }
        lines.push(String::new());
        let names: Vec<String> =
            report.done.iter().map(|d| format!("{} ({})", d.address, done(d.what))).collect();
        lines.extend(list("done", &names, look));
        let names: Vec<String> = report.not_started.iter().map(ToString::to_string).collect();
        lines.extend(list("not done", &names, look));
        let cause = if report.failed.is_empty() { "" } else { "put the cause right, then " };
        let next = format!("{cause}`{}`: it goes on from what is there", self.again);
        lines.extend(hanging(&format!("{:<10}", "next"), &clean(&next), look.width));
        lines
    }
}

/// The resource, AWS's own words, what to do. An error is never cut.
fn failure(failed: &Failed, look: Look) -> Vec<String> {
    let address = paint(STRONG, &clean(&failed.address.to_string()));
    let mut lines = vec![format!("{} {address}  {} failed", paint(BAD, "✗"), doing(failed.what))];
    for line in clean_lines(&failed.error) {
        lines.extend(wrap(&line, look.width, "    ", "    "));
    }
    if let Some(hint) = &failed.hint {
        lines.extend(hanging("    do: ", &clean(hint), look.width));
    }
    lines
}

fn list(word: &str, names: &[String], look: Look) -> Vec<String> {
    if names.is_empty() {
        return Vec::new();
    }
    let text = format!("{}: {}", names.len(), names.join(", "));
    hanging(&format!("{word:<10}"), &clean(&text), look.width)
}

fn counts(report: &Report) -> String {
    let words: Vec<String> = [What::Create, What::Update, What::Delete]
        .into_iter()
        .map(|what| (what, report.done.iter().filter(|done| done.what == what).count()))
        .filter(|(_, n)| *n > 0)
        .map(|(what, n)| format!("{n} {}", done(what)))
        .collect();
    if words.is_empty() { "nothing".to_string() } else { words.join(", ") }
}
