//! What AWS would refuse, or what could not work, said before the first call.
//!
//! Pure: a loaded [`Stack`] in, [`Finding`]s out. Every rule is a [`Rule`] in
//! its family's file, with its documentation, a bad and a good example and the
//! code that finds it; `docs/rules` is made from them ([`docs`]).

mod allow;
mod art;
mod at;
mod cb;
mod cd;
mod cx;
pub mod docs;
mod ev;
mod families;
mod finding;
mod lb;
mod misc;
mod network;
mod place;
mod rule;
mod shape;
mod sink;
mod svc;
mod td;

use recon_model::Stack;

pub use at::At;
pub use cx::{Cx, Item};
pub use families::FAMILIES;
pub use finding::Finding;
pub use place::{Place, Placed};
pub use rule::{By, Family, Rule, Severity};
pub use sink::Sink;

/// Everything that is wrong with a stack as far as its folder tells: errors and
/// warnings, in the order of the files, without what the stack allows in writing.
pub fn check(stack: &Stack) -> Vec<Finding> {
    let mut findings = advise(stack);
    findings.retain(|finding| finding.severity != Severity::Advice);
    findings
}

/// The same with advice.
pub fn advise(stack: &Stack) -> Vec<Finding> {
    let cx = Cx::new(stack);
    let mut findings = Vec::new();
    for rule in rules() {
        if let By::Check(check) | By::Both(_, check) = rule.by {
            check(&cx, &mut Sink::new(rule, &mut findings));
        }
    }
    allow::apply(stack, &mut findings);
    findings.sort_by(|a, b| (a.span, a.rule.id).cmp(&(b.span, b.rule.id)));
    findings.dedup_by(|a, b| a.rule == b.rule && a.span == b.span && a.message == b.message);
    findings
}

/// Every rule, by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.rules.iter().copied())
}

/// The rule of that id, whatever the case.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id.eq_ignore_ascii_case(id))
}
