//! What an apply or a destroy has done, and what it has not.

use recon_apply::{Failed, Report};
use recon_diff::sequence::What;
use recon_model::plan::Plan;
use serde_json::{Value, json};

use super::layout::hanging;
use super::style::{BAD, GOOD, STRONG, paint};
use super::text::{clean, clean_lines, wrap};
use super::words::{count, doing, done, order};
use super::{Look, plan};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// There was nothing to do.
    Nothing,
    /// Everything was done.
    Done,
    /// Nothing was begun.
    Refused,
    /// Begun, and not everything was done.
    Failed,
}

/// A run of `apply` or `destroy`.
#[derive(Debug)]
pub struct Run<'a> {
    pub command: &'a str,
    pub plan: &'a Plan,
    pub outcome: Outcome,
    /// `None` where nothing was begun.
    pub report: Option<&'a Report>,
    /// The command line that would go on.
    pub again: &'a str,
}

impl Run<'_> {
    /// The one document on standard output.
    pub fn document(&self) -> Value {
        let empty = Report::default();
        let report = self.report.unwrap_or(&empty);
        let done = report.done.iter().map(|done| {
            json!({ "address": done.address, "what": order(done.what), "seconds": done.seconds, "note": done.note })
        });
        let failed = report.failed.iter().map(|failed| {
            json!({ "address": failed.address, "what": order(failed.what), "error": failed.error, "hint": failed.hint })
        });
        json!({
            "format": 1,
            "command": self.command,
            "result": match self.outcome {
                Outcome::Nothing => "nothing",
                Outcome::Done => "done",
                Outcome::Refused => "refused",
                Outcome::Failed => "failed",
            },
            "plan": self.plan,
            "done": done.collect::<Vec<_>>(),
            "failed": failed.collect::<Vec<_>>(),
            "not_started": report.not_started,
        })
    }

    /// For people. A plan without steps, and a refusal, have been told already.
    pub fn human(&self, look: Look) -> String {
        let Some(report) = self.report else { return String::new() };
        let mut lines = vec![String::new()];
        if self.outcome == Outcome::Failed {
            lines.extend(self.failed(report, look));
        } else {
            lines.push(format!("{} {} · {}", paint(GOOD, "Done:"), counts(report), plan::place(self.plan)));
        }
        lines.push(String::new());
        lines.join("\n")
    }

    fn failed(&self, report: &Report, look: Look) -> Vec<String> {
        let title = format!("Stopped. {} failed", count(report.failed.len(), "step"));
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
        let next = format!("put the cause right, then `{}`: it goes on from what is there", self.again);
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
