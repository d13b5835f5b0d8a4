//! Rules on CodeDeploy.

mod config;
mod group;
mod listeners;
mod pair;
mod role;
mod service;
mod settings;

use std::borrow::Cow;

use recon_model::KindId::CodedeployDeploymentGroup;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "cd",
    title: "CodeDeploy",
    rules: &[
        &config::CD_001,
        &config::CD_002,
        &config::CD_003,
        &config::CD_004,
        &config::CD_005,
        &service::CD_006,
        &group::CD_007,
        &group::CD_008,
        &pair::CD_009,
        &pair::CD_010,
        &pair::CD_011,
        &listeners::CD_012,
        &listeners::CD_013,
        &listeners::CD_014,
        &pair::CD_015,
        &pair::CD_016,
        &pair::CD_017,
        &listeners::CD_018,
        &listeners::CD_019,
        &service::CD_020,
        &service::CD_021,
        &service::CD_022,
        &settings::CD_023,
        &settings::CD_024,
        &settings::CD_025,
        &group::CD_026,
        &settings::CD_027,
        &crate::iam::CD_029,
        &role::CD_028,
        &role::CD_030,
        &service::CD_031,
        &config::CD_032,
        &pair::CD_033,
    ],
};

/// Every deployment group of the stack.
fn groups<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    cx.of(CodedeployDeploymentGroup)
}

/// The pairs of target groups of a deployment group.
fn pairs<'c>(group: &At<'c>) -> impl Iterator<Item = At<'c>> + use<'c> {
    group.get("load_balancer_info.target_group_pair_info_list").items()
}

/// Where a pair names its target groups.
fn members<'c>(pair: &At<'c>) -> Vec<At<'c>> {
    pair.get("target_groups").items().map(|group| group.get("name")).collect()
}

/// Where a pair names the listeners of its production or test route.
fn listeners<'c>(pair: &At<'c>, route: &str) -> Vec<At<'c>> {
    pair.get(route).get("listeners").items().collect()
}

const PRODUCTION: &str = "prod_traffic_route";
const TEST: &str = "test_traffic_route";

/// The name of the group's deployment configuration, where it is a predefined one.
fn predefined<'c>(group: &At<'c>) -> Option<Cow<'c, str>> {
    let at = group.get("deployment_config");
    if at.target().is_some() { None } else { at.text().filter(|name| name.starts_with("CodeDeployDefault")) }
}
