//! What a check found, at the very line, in every form.

mod github;
mod human;
mod json;
mod rule;
pub mod sarif;

use recon_model::load::{Problem, Sources, Span};
use recon_model::{Address, Stack};
use recon_rules::{Finding, LOADING, Rule, Severity};

pub use github::github;
pub use human::human;
pub use json::document;
pub use rule::{list, rule, rules_document};
pub use sarif::sarif;

/// A finding, or what keeps the folder from being read as a stack.
#[derive(Debug)]
pub struct Line {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub address: Option<Address>,
    pub problem: Problem,
}

impl Line {
    /// A finding in a stack, whose secrets it does not repeat.
    pub fn of(finding: Finding, stack: &Stack) -> Self {
        let Finding { rule, severity, address, span, label, message, fix, related } = finding;
        let problem = Problem { message, span: Some(span), label, help: Some(fix), related, unknown: false };
        Self { rule, severity, address, problem: problem.without(&stack.secrets) }
    }
}

impl From<Problem> for Line {
    fn from(problem: Problem) -> Self {
        Self { rule: &LOADING, severity: LOADING.severity, address: None, problem }
    }
}

impl Line {
    /// What to do.
    fn fix(&self) -> &str {
        self.problem.help.as_deref().unwrap_or(self.rule.fix)
    }
}

/// Where a person looks: file, line and column from 1.
struct Place {
    file: String,
    line: usize,
    column: usize,
}

impl Place {
    fn of(span: Span, sources: &Sources) -> Self {
        let file = sources.get(span.file).map(|source| source.path.display().to_string());
        let (line, column) = sources.position(span);
        Self { file: file.unwrap_or_default(), line, column }
    }

    /// Where the span ends; column after its last letter.
    fn end(span: Span, sources: &Sources) -> Self {
        Self::of(Span { start: span.end, ..span }, sources)
    }
}
