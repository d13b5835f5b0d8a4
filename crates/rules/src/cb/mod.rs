//! Rules on build projects.

mod artifacts;
pub(crate) mod buildspec;
mod cache;
pub(crate) mod commands;
mod environment;
mod limits;
mod network;
mod registry;
mod source;
mod steps;
mod variables;

pub(crate) use registry::constant_tag_into;

use recon_model::KindId::CodebuildProject;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "cb",
    title: "CodeBuild",
    rules: &[
        &limits::CB_001,
        &steps::CB_002,
        &limits::CB_003,
        &environment::CB_004,
        &source::CB_005,
        &source::CB_006,
        &source::CB_007,
        &artifacts::CB_008,
        &source::CB_009,
        &variables::CB_010,
        &variables::CB_011,
        &steps::CB_012,
        &variables::CB_013,
        &registry::CB_014,
        &registry::CB_015,
        &buildspec::CB_016,
        &buildspec::CB_017,
        &cache::CB_018,
        &cache::CB_019,
        &environment::CB_020,
        &network::CB_021,
        &crate::iam::CB_022,
        &artifacts::CB_023,
        &steps::CB_024,
        &steps::CB_026,
        &limits::CB_027,
        &variables::CB_029,
    ],
};

/// Every build project of the stack.
fn projects<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    cx.of(CodebuildProject)
}

/// The variables that a project sets.
fn variables<'c>(project: &At<'c>) -> impl Iterator<Item = At<'c>> + use<'c> {
    project.get("environment.environment_variables").items()
}

/// The variables whose value is written down here, by name.
fn plain<'c>(project: &At<'c>, name: &str) -> Option<At<'c>> {
    variables(project)
        .find(|variable| variable.get("name").is(name) && variable.get("type").is("PLAINTEXT"))
        .map(|variable| variable.get("value"))
}

/// A project's first source and the ones beside it.
fn sources<'c>(project: &At<'c>) -> Vec<At<'c>> {
    let mut all = vec![project.get("source")];
    all.extend(project.get("secondary_sources").items());
    all
}
