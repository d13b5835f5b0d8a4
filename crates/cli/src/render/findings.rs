//! What a check found, at the very line.

use annotate_snippets::Level;
use recon_model::load::{Problem, Sources, Span};
use recon_rules::{Finding, Rule, Severity};
use serde::Serialize;

use super::Look;
use super::problems::titled;
use super::text::clean;
use super::words::count;

/// For people.
pub fn human(findings: &[Finding], sources: &Sources, look: Look) -> String {
    let mut text = String::new();
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Advice => Level::NOTE,
        };
        let title = level.primary_title(clean(&finding.message)).id(finding.rule.id);
        text.push_str(&titled(title, &problem(finding), sources, look));
        text.push_str("\n\n");
    }
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let files = count(sources.iter().count(), "file");
    let counts =
        format!("{}, {}", count(of(Severity::Error), "error"), count(of(Severity::Warning), "warning"));
    text + &if findings.is_empty() {
        format!("No findings in {files}.\n")
    } else {
        format!("{counts} in {files}\n")
    }
}

fn problem(finding: &Finding) -> Problem {
    Problem {
        message: finding.message.clone(),
        span: Some(finding.span),
        label: finding.label.clone(),
        help: Some(finding.fix.clone()),
        related: finding.related.clone(),
        unknown: false,
    }
}

/// For machines.
#[derive(Debug, Serialize)]
pub struct Document<'a> {
    format: u32,
    findings: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: String,
    address: Option<String>,
    #[serde(flatten)]
    place: Place,
    message: &'a str,
    fix: &'a str,
    related: Vec<Related<'a>>,
}

#[derive(Debug, Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Debug, Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
}

pub fn document<'a>(findings: &'a [Finding], sources: &Sources) -> Document<'a> {
    let place = |span: Span| {
        let file =
            sources.get(span.file).map_or_else(String::new, |source| source.path.display().to_string());
        let (line, column) = sources.position(span);
        Place { file, line, column }
    };
    let entry = |finding: &'a Finding| Entry {
        rule: finding.rule.id,
        severity: finding.severity.to_string(),
        address: finding.address.as_ref().map(ToString::to_string),
        place: place(finding.span),
        message: &finding.message,
        fix: &finding.fix,
        related: finding
            .related
            .iter()
            .map(|(span, words)| Related { message: words, place: place(*span) })
            .collect(),
    };
    Document { format: 1, findings: findings.iter().map(entry).collect() }
}

/// All that there is to say of a rule.
pub fn rule(rule: &Rule) -> String {
    let example = |title: &str, toml: &str| match toml.trim() {
        "" => String::new(),
        toml => format!("\n{title}\n\n  {}\n", toml.replace('\n', "\n  ")),
    };
    format!(
        "{} · {} · {}\n\n{}\n\nfix     {}\nfound   by {}\nsource  {}\n{}{}",
        rule.id,
        rule.severity,
        rule.title,
        rule.doc,
        rule.fix,
        rule.by.words(),
        rule.source,
        example("wrong", rule.bad),
        example("right", rule.good),
    )
}
