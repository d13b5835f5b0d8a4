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
mod iam;
mod index;
mod lb;
mod live;
mod marked;
mod misc;
mod near;
mod network;
mod pipe;
mod pl;
mod place;
mod rule;
pub mod runner;
mod shape;
mod sink;
mod svc;
mod td;

use std::collections::BTreeSet;

use rayon::prelude::*;
use recon_model::load::Span;
use recon_model::plan::Plan;
use recon_model::{Snapshot, Stack};

use allow::Eyes;

pub use allow::META_004 as LOADING;
pub use at::At;
pub use cx::{Cx, Item};
pub use families::FAMILIES;
pub use finding::Finding;
pub use live::Account;
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
    let by_rule = |rule: &&'static Rule| {
        let mut findings = Vec::new();
        if let By::Check(check) | By::Both(_, check) | By::Network(check) = rule.by {
            check(&cx, &mut Sink::new(rule, &mut findings));
        }
        findings
    };
    // no rule asks another
    let mut findings: Vec<Finding> = rules().collect::<Vec<_>>().par_iter().flat_map_iter(by_rule).collect();
    allow::apply(stack, &mut findings, Eyes::Folder);
    in_order(&mut findings);
    findings
}

/// What the account and the plan show beyond that.
pub fn live(stack: &Stack, snapshot: &Snapshot, plan: &Plan) -> Vec<Finding> {
    let account = Account::new(stack, snapshot, plan);
    let mut findings = Vec::new();
    for rule in rules() {
        let mut out = Sink::new(rule, &mut findings);
        match rule.by {
            By::Network(check) => check(&account.cx, &mut out),
            By::Live(check) => check(&account, &mut out),
            By::Check(_) | By::Both(..) | By::Model(_) | By::Reader | By::Plan => {}
        }
    }
    allow::apply(stack, &mut findings, Eyes::Account);
    in_order(&mut findings);
    // what the folder told already is not told again
    if !findings.is_empty() {
        let told = check(stack);
        let told: BTreeSet<_> = told.iter().map(told_apart).collect();
        findings.retain(|finding| !told.contains(&told_apart(finding)));
    }
    findings
}

fn in_order(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (a.span, a.rule.id).cmp(&(b.span, b.rule.id)));
    findings.dedup_by(|a, b| same(a, b));
}

fn same(a: &Finding, b: &Finding) -> bool {
    told_apart(a) == told_apart(b)
}

/// What makes two findings one.
fn told_apart(finding: &Finding) -> (&'static str, Span, &str) {
    (finding.rule.id, finding.span, &finding.message)
}

/// Every rule, by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.rules.iter().copied())
}

/// The rule of that id, whatever the case.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id.eq_ignore_ascii_case(id))
}
