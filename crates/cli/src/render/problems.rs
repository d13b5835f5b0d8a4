//! Why a command failed, with the lines that are to blame.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, Title};
use recon_diff::veiled;
use recon_model::load::{Failed, Problem, Sources, Span};
use serde::Serialize;

use super::findings::{document, human};
use super::style::{BAD, STRONG, paint};
use super::text::{clean, clean_lines};
use super::words::count;
use super::{Look, json};
use crate::Failure;

/// For people.
pub fn failure(failure: &Failure, look: Look) -> String {
    match failure {
        Failure::Stack(failed) => problems(failed, look),
        Failure::Findings(findings) => human(&findings.lines, &findings.sources, look),
        Failure::Said { message, help } => said(message, help.as_deref()),
    }
}

/// An error of no file.
pub(super) fn said(message: &str, help: Option<&str>) -> String {
    let mut text = format!("{}: {}\n", paint(BAD, "error"), clean_lines(message).join("\n  "));
    if let Some(help) = help {
        text.push_str(&format!("{}: {}\n", paint(STRONG, "help"), clean_lines(help).join("\n  ")));
    }
    text
}

/// The one document of a command that could not do its work.
#[derive(Debug, Serialize)]
struct Errors {
    format: u32,
    errors: Vec<Error>,
}

#[derive(Debug, Serialize)]
struct Error {
    message: String,
    #[serde(flatten)]
    place: Option<Place>,
    label: String,
    help: Option<String>,
    related: Vec<Related>,
}

#[derive(Debug, Serialize)]
struct Related {
    message: String,
    #[serde(flatten)]
    place: Place,
}

#[derive(Debug, Serialize)]
struct Place {
    file: Option<String>,
    line: usize,
    column: usize,
}

/// For machines.
pub fn errors(failure: &Failure) -> String {
    let errors = match failure {
        Failure::Findings(findings) => return json(&document(&findings.lines, &findings.sources)),
        Failure::Stack(failed) => failed.problems.iter().map(|p| error(p, &failed.sources)).collect(),
        Failure::Said { message, help } => vec![Error {
            message: message.clone(),
            place: None,
            label: String::new(),
            help: help.clone(),
            related: Vec::new(),
        }],
    };
    json(&Errors { format: 1, errors })
}

fn error(problem: &Problem, sources: &Sources) -> Error {
    let related =
        |(span, words): &(Span, String)| Related { message: words.clone(), place: position(*span, sources) };
    Error {
        message: problem.message.clone(),
        place: problem.span.map(|span| position(span, sources)),
        label: problem.label.clone(),
        help: problem.help.clone(),
        related: problem.related.iter().map(related).collect(),
    }
}

fn position(span: Span, sources: &Sources) -> Place {
    let file = sources.get(span.file).map(|source| source.path.display().to_string());
    let (line, column) = sources.position(span);
    Place { file, line, column }
}

fn problems(failed: &Failed, look: Look) -> String {
    let mut text = String::new();
    for problem in &failed.problems {
        text.push_str(&match problem.span {
            Some(_) => one(problem, &failed.sources, look) + "\n\n",
            None => said(&problem.message, problem.help.as_deref()) + "\n",
        });
    }
    let files = failed.sources.iter().count();
    let errors = count(failed.problems.len(), "error");
    text.push_str(&match files {
        0 => format!("{errors}\n"),
        files => format!("{errors} in {}\n", count(files, "file")),
    });
    text
}

/// One problem as a compiler would show it.
fn one(problem: &Problem, sources: &Sources, look: Look) -> String {
    titled(Level::ERROR.primary_title(clean(&problem.message)), problem, sources, look)
}

/// The same under a title of another level, or with an id.
pub(super) fn titled(title: Title<'_>, problem: &Problem, sources: &Sources, look: Look) -> String {
    let mut group = title.elements(snippets(problem, sources));
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(clean_lines(help).join("\n")));
    }
    Renderer::styled().term_width(look.width).render(&[group])
}

/// The file of the problem, and other files that have to do with it. A file's
/// marks stand in one picture of it.
fn snippets<'a>(
    problem: &'a Problem,
    sources: &'a Sources,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let mut files: Vec<u32> = Vec::new();
    let marks: Vec<(Span, AnnotationKind, &str)> = problem
        .span
        .map(|span| (span, AnnotationKind::Primary, problem.label.as_str()))
        .into_iter()
        .chain(problem.related.iter().map(|(s, words)| (*s, AnnotationKind::Context, words.as_str())))
        .collect();
    for (span, ..) in &marks {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    let snippet = |file: u32| {
        let source = sources.get(file)?;
        let mut snippet =
            Snippet::source(shown(&source.text)).path(clean(&source.path.display().to_string()));
        for (span, kind, label) in marks.iter().filter(|(span, ..)| span.file == file) {
            let label = (!label.is_empty()).then(|| clean(label));
            snippet = snippet.annotation(kind.span(within(*span, &source.text)).label(label));
        }
        Some(snippet)
    };
    files.into_iter().filter_map(snippet).collect()
}

/// A file's text with the same places, and nothing that a terminal obeys.
fn shown(text: &str) -> String {
    let harmless = |c: char| {
        if c == '\n' || c == '\t' || clean(c.encode_utf8(&mut [0; 4])).chars().eq([c]) {
            c.to_string()
        } else {
            "?".repeat(c.len_utf8())
        }
    };
    // the mark of a build log's command, as in `clean`
    veiled(text).chars().map(harmless).collect::<String>().replace("##", "#?")
}

/// A span that lies in the text, whatever it says.
fn within(span: Span, text: &str) -> std::ops::Range<usize> {
    let range = span.range();
    let start = text.floor_char_boundary(range.start.min(text.len()));
    let end = text.ceil_char_boundary(range.end.min(text.len()).max(start));
    // a table's span covers its lines: its first line is enough to find it
    let line = text[start..end].find('\n').map_or(end, |at| start + at);
    start..line.max(start)
}
