//! What is wrong with what a person wrote, where, and what to do.

use super::source::Span;
use crate::secrets::Secrets;

/// One mistake in the desired folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, lower case, one sentence.
    pub message: String,
    /// Where; `None` when it is in no file (a missing folder, a variable on the command line).
    pub span: Option<Span>,
    /// A few words beside the underlined place.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that have to do with it.
    pub related: Vec<(Span, String)>,
    /// A name that AWS's models do not have: newer than they, perhaps.
    pub unknown: bool,
}

impl Problem {
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            span: Some(span),
            label: String::new(),
            help: None,
            related: Vec::new(),
            unknown: false,
        }
    }

    /// The same with nothing in it that nobody may read.
    pub fn without(self, secrets: &Secrets) -> Self {
        Self {
            message: secrets.without(&self.message),
            label: secrets.without(&self.label),
            help: self.help.map(|help| secrets.without(&help)),
            related: self.related.into_iter().map(|(span, words)| (span, secrets.without(&words))).collect(),
            ..self
        }
    }

    /// A field that the models do not have.
    pub fn unknown_field(span: Span, name: &str) -> Self {
        Self { unknown: true, ..Self::new(span, format!("unknown field `{name}`")) }
    }

    /// A problem of no file.
    pub fn nowhere(message: impl Into<String>) -> Self {
        Self { span: None, ..Self::new(Span::default(), message) }
    }

    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The nearest of the valid names as help, or else all of them when they are few.
    pub fn nearest<'a>(self, wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        let valid: Vec<&str> = valid.into_iter().collect();
        match nearest(wrong, valid.iter().copied()) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None if valid.is_empty() => self,
            None if valid.len() <= 12 => self.help(format!("valid here: {}", valid.join(", "))),
            None => self,
        }
    }

    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }
}

/// The valid name that a typist most likely meant.
pub fn nearest<'a>(wrong: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = wrong.to_ascii_lowercase();
    valid
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&lower, &name.to_ascii_lowercase()), name))
        .filter(|(score, _)| *score >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}
