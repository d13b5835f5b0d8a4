//! Rules on EventBridge rules.

mod pattern;
mod place;
mod rule;
mod targets;

use recon_model::KindId::EventsRule;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "ev",
    title: "EventBridge",
    rules: &[
        &rule::EV_001,
        &rule::EV_002,
        &pattern::EV_003,
        &targets::EV_004,
        &crate::iam::EV_005,
        &crate::iam::EV_006,
        &targets::EV_007,
        &pattern::EV_008,
        &pattern::EV_009,
        &place::EV_010,
        &place::EV_011,
        &targets::EV_012,
        &targets::EV_013,
        &rule::EV_014,
    ],
};

/// Every rule of the stack.
fn events<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    cx.of(EventsRule)
}

/// Every target with its rule.
fn targets<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    events(cx).flat_map(|rule| rule.get("targets").items().map(|t| (rule.clone(), t)).collect::<Vec<_>>())
}

/// Does this target start a pipeline?
fn starts_pipeline(target: &At<'_>) -> bool {
    let at = target.get("target");
    match at.reference() {
        Some(reference) => reference.target.kind == "codepipeline.pipeline",
        None => at.text().is_some_and(|arn| arn.contains(":codepipeline:")),
    }
}
