//! A place where a stack breaks a rule.

use recon_model::Address;
use recon_model::load::Span;

use crate::place::Placed;
use crate::rule::{Rule, Severity};

/// One violation, with everything that a renderer shows.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    /// The rule's own, or less where the case is a lighter one.
    pub severity: Severity,
    /// The resource; `None` where the cause lies in a file of no resource.
    pub address: Option<Address>,
    /// Where, in the stack's sources.
    pub span: Span,
    /// A few words beside the underlined place.
    pub label: String,
    /// What is wrong here, lower case, one sentence.
    pub message: String,
    /// What to do here.
    pub fix: String,
    /// Other places that have to do with it.
    pub related: Vec<(Span, String)>,
}

impl Finding {
    pub fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = label.into();
        self
    }

    pub fn fix(&mut self, fix: impl Into<String>) -> &mut Self {
        self.fix = fix.into();
        self
    }

    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    pub fn related(&mut self, at: &impl Placed, words: impl Into<String>) -> &mut Self {
        self.related.push((at.span(), words.into()));
        self
    }
}
