//! Findings for people.

use annotate_snippets::Level;
use recon_model::load::Sources;
use recon_rules::{LOADING, Severity};

use super::Line;
use crate::render::Look;
use crate::render::problems::{said, titled};
use crate::render::text::clean;
use crate::render::words::count;

/// Each as a compiler would show it, and how many there are.
pub fn human(lines: &[Line], sources: &Sources, look: Look) -> String {
    let mut text = String::new();
    for line in lines {
        text.push_str(&one(line, sources, look));
        text.push_str("\n\n");
    }
    text + &summary(lines, sources)
}

fn one(line: &Line, sources: &Sources, look: Look) -> String {
    if line.problem.span.is_none() {
        return said(&line.problem.message, line.problem.help.as_deref()).trim_end().to_string();
    }
    let level = match line.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Advice => Level::NOTE,
    };
    let title = level.primary_title(clean(&line.problem.message));
    // a slip in the TOML needs no number
    let title = if *line.rule == LOADING { title } else { title.id(line.rule.id) };
    titled(title, &line.problem, sources, look)
}

fn summary(lines: &[Line], sources: &Sources) -> String {
    let files = match sources.iter().count() {
        0 => String::new(),
        n => format!(" in {}", count(n, "file")),
    };
    if lines.is_empty() {
        return format!("No findings{files}.\n");
    }
    let of = |severity| lines.iter().filter(|line| line.severity == severity).count();
    let (errors, warnings) = (count(of(Severity::Error), "error"), count(of(Severity::Warning), "warning"));
    match of(Severity::Advice) {
        0 => format!("{errors}, {warnings}{files}\n"),
        advice => format!("{errors}, {warnings}, {advice} advice{files}\n"),
    }
}
