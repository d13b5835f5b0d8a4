//! Findings as annotations of a GitHub workflow: a command a line.

use recon_model::load::Sources;
use recon_rules::Severity;

use super::{Line, Place};
use crate::render::text::{clean, clean_lines};

pub fn github(lines: &[Line], sources: &Sources) -> String {
    lines.iter().map(|line| command(line, sources)).collect()
}

fn command(line: &Line, sources: &Sources) -> String {
    let word = match line.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let mut properties = Vec::new();
    if let Some(span) = line.problem.span {
        let (start, end) = (Place::of(span, sources), Place::end(span, sources));
        properties.push(format!("file={}", property(&start.file)));
        properties.push(format!("line={},col={}", start.line, start.column));
        // GitHub takes columns of one line only
        if end.line == start.line {
            properties.push(format!("endLine={},endColumn={}", end.line, end.column));
        }
    }
    properties.push(format!("title={}", property(line.rule.id)));
    let mut text = vec![clean(&line.problem.message)];
    for (span, words) in &line.problem.related {
        text.push(clean(&format!("{}: {words}", sources.place(*span))));
    }
    text.extend(clean_lines(line.fix()));
    format!("::{word} {}::{}\n", properties.join(","), data(&text.join("\n")))
}

/// What the runner's own toolkit escapes in a command's text.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// And in a property, which ends with a comma or a colon.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}
