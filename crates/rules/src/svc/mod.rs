//! Rules on ECS services.

mod capacity;
mod controller;
mod limits;
mod live;
mod network;
pub(crate) mod scale;
mod strategy;
mod traffic;
mod wiring;

use std::borrow::Cow;

use crate::at::At;
use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "svc",
    title: "ECS services",
    rules: &[
        &live::SVC_001,
        &live::SVC_002,
        &live::SVC_003,
        &controller::SVC_004,
        &controller::SVC_005,
        &controller::SVC_006,
        &controller::SVC_007,
        &live::SVC_008,
        &capacity::SVC_009,
        &network::SVC_010,
        &network::SVC_011,
        &network::SVC_012,
        &network::SVC_013,
        &traffic::SVC_014,
        &traffic::SVC_015,
        &traffic::SVC_016,
        &capacity::SVC_017,
        &capacity::SVC_018,
        &capacity::SVC_019,
        &capacity::SVC_020,
        &scale::SVC_021,
        &scale::SVC_022,
        &traffic::SVC_023,
        &scale::SVC_024,
        &traffic::SVC_026,
        &scale::SVC_028,
        &scale::SVC_029,
        &scale::SVC_031,
        &limits::SVC_032,
        &strategy::SVC_033,
        &strategy::SVC_034,
        &capacity::SVC_035,
        &controller::SVC_036,
        &wiring::SVC_037,
        &wiring::SVC_038,
        &limits::SVC_039,
        &traffic::SVC_040,
        &controller::SVC_041,
    ],
};

/// `ECS`, `CODE_DEPLOY` or `EXTERNAL`.
pub(crate) fn controller<'c>(service: &At<'c>) -> Cow<'c, str> {
    service.get("deployment_controller.type").text().unwrap_or_default()
}

/// The task definition, if it is in the stack.
pub(crate) fn task_definition<'c>(service: &At<'c>) -> Option<At<'c>> {
    service.get("task_definition").target()
}

/// Do its tasks run on Fargate?
pub(crate) fn on_fargate(service: &At<'_>) -> bool {
    let mut providers = service.get("capacity_provider_strategy").items();
    service.get("launch_type").is("FARGATE")
        || providers.any(|item| item.get("capacity_provider").is_one_of(&["FARGATE", "FARGATE_SPOT"]))
}

/// The containers of a task definition.
pub(crate) fn containers<'c>(definition: &At<'c>) -> impl Iterator<Item = At<'c>> + use<'c> {
    definition.get("container_definitions").items()
}

/// What they are called, as far as that is known.
pub(crate) fn container_names<'c>(definition: &At<'c>) -> Vec<Cow<'c, str>> {
    containers(definition).filter_map(|container| container.get("name").text()).collect()
}

/// The container of that name.
pub(crate) fn container<'c>(definition: &At<'c>, name: &str) -> Option<At<'c>> {
    containers(definition).find(|container| container.get("name").is(name))
}
