//! Rules on task definitions.

mod advice;
mod depends;
mod fargate;
mod health;
pub(crate) mod image;
mod logs;
mod memory;
mod names;
mod ports;
mod roles;
mod size;
mod volumes;

use std::collections::BTreeSet;

use recon_model::KindId::{EcsService, EcsTaskDefinition};

use crate::at::At;
use crate::cx::Cx;
use crate::rule::Family;
use crate::svc;

pub(crate) use image::looks_secret;

pub const FAMILY: Family = Family {
    name: "td",
    title: "ECS task definitions",
    rules: &[
        &names::TD_001,
        &size::TD_002,
        &size::TD_003,
        &fargate::TD_004,
        &size::TD_005,
        &memory::TD_006,
        &memory::TD_007,
        &memory::TD_008,
        &depends::TD_009,
        &ports::TD_010,
        &ports::TD_011,
        &volumes::TD_012,
        &volumes::TD_013,
        &volumes::TD_014,
        &volumes::TD_015,
        &volumes::TD_016,
        &fargate::TD_017,
        &fargate::TD_018,
        &logs::TD_019,
        &logs::TD_020,
        &logs::TD_021,
        &logs::TD_022,
        &roles::TD_023,
        &roles::TD_024,
        &health::TD_025,
        &health::TD_026,
        &health::TD_027,
        &depends::TD_028,
        &names::TD_029,
        &image::TD_030,
        &image::TD_031,
        &size::TD_032,
        &image::TD_034,
        &names::TD_035,
        &fargate::TD_036,
        &logs::TD_037,
        &memory::TD_038,
        &ports::TD_039,
        &depends::TD_040,
        &volumes::TD_041,
        &advice::TD_042,
        &advice::TD_043,
        &size::TD_044,
        &names::TD_045,
    ],
};

/// Every task definition of the stack, and those in the files of its pipelines.
fn definitions<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    cx.of(EcsTaskDefinition).chain(cx.templates())
}

/// Every container with its task definition.
fn all_containers<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    definitions(cx).flat_map(|definition| {
        svc::containers(&definition).map(|container| (definition.clone(), container)).collect::<Vec<_>>()
    })
}

/// The task definitions that Fargate must be able to run: those that say so,
/// and those that a service on Fargate uses.
fn on_fargate<'c>(cx: &'c Cx<'c>) -> Vec<At<'c>> {
    let used: BTreeSet<_> = cx
        .of(EcsService)
        .filter(svc::on_fargate)
        .filter_map(|service| svc::task_definition(&service))
        .map(|definition| definition.address().clone())
        .collect();
    definitions(cx)
        .filter(|definition| says_fargate(definition) || used.contains(definition.address()))
        .collect()
}

fn says_fargate(definition: &At<'_>) -> bool {
    definition.get("requires_compatibilities").items().any(|name| name.is("FARGATE"))
}

/// The containers of [`on_fargate`]'s task definitions.
fn fargate_containers<'c>(cx: &'c Cx<'c>) -> Vec<(At<'c>, At<'c>)> {
    let of = |definition: At<'c>| {
        svc::containers(&definition).map(|container| (definition.clone(), container)).collect::<Vec<_>>()
    };
    on_fargate(cx).into_iter().flat_map(of).collect()
}

/// The name of a container, for a message.
fn name(container: &At<'_>) -> String {
    container.get("name").text().map_or_else(|| "a container".into(), |name| format!("`{name}`"))
}
