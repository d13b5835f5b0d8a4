//! Where a rule puts what it finds.

use recon_model::Address;
use recon_model::load::Span;

use crate::at::At;
use crate::finding::Finding;
use crate::place::Place;
use crate::rule::Rule;

/// Takes the findings of one rule.
#[derive(Debug)]
pub struct Sink<'f> {
    rule: &'static Rule,
    findings: &'f mut Vec<Finding>,
}

impl<'f> Sink<'f> {
    pub fn new(rule: &'static Rule, findings: &'f mut Vec<Finding>) -> Self {
        Self { rule, findings }
    }

    /// The same, for another rule.
    pub fn of(&mut self, rule: &'static Rule) -> Sink<'_> {
        Sink { rule, findings: self.findings }
    }

    /// A finding at a place of a document.
    pub fn at(&mut self, at: &At<'_>, message: impl Into<String>) -> &mut Finding {
        self.add(Some(at.address().clone()), at.span(), message.into())
    }

    /// A finding in a file of the source.
    pub fn within(&mut self, place: &Place<'_>, message: impl Into<String>) -> &mut Finding {
        self.add(Some(place.document().owner.clone()), place.span(), message.into())
    }

    /// A finding at a place of a file, about that resource if any.
    pub fn add(&mut self, address: Option<Address>, span: Span, message: String) -> &mut Finding {
        let rule = self.rule;
        self.findings.push(Finding {
            rule,
            severity: rule.severity,
            address,
            span,
            label: String::new(),
            message,
            fix: rule.fix.to_string(),
            related: Vec::new(),
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}
