//! Findings for machines.

use recon_model::load::{Sources, Span};
use serde::Serialize;

use super::{Line, Place};

/// The one document. Public API under its number.
#[derive(Debug, Serialize)]
pub struct Document {
    format: u32,
    findings: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    rule: &'static str,
    severity: String,
    address: Option<String>,
    /// Null where the cause is in no file.
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    message: String,
    fix: String,
    related: Vec<Related>,
}

#[derive(Debug, Serialize)]
struct Related {
    message: String,
    file: String,
    line: usize,
    column: usize,
}

pub fn document(lines: &[Line], sources: &Sources) -> Document {
    Document { format: 1, findings: lines.iter().map(|line| entry(line, sources)).collect() }
}

fn entry(line: &Line, sources: &Sources) -> Entry {
    let place = line.problem.span.map(|span| Place::of(span, sources));
    let related = |(span, words): &(Span, String)| {
        let Place { file, line, column } = Place::of(*span, sources);
        Related { message: words.clone(), file, line, column }
    };
    Entry {
        rule: line.rule.id,
        severity: line.severity.to_string(),
        address: line.address.as_ref().map(ToString::to_string),
        line: place.as_ref().map(|place| place.line),
        column: place.as_ref().map(|place| place.column),
        file: place.map(|place| place.file),
        message: line.problem.message.clone(),
        fix: line.fix().to_string(),
        related: line.problem.related.iter().map(related).collect(),
    }
}
