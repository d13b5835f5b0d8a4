//! Rules on the files that a pipeline carries from the source to the deployment.

mod account;
mod appspec;
mod definition;
mod details;
mod hooks;
mod images;
mod inputs;
mod made;
mod network;
mod read;
mod rolling;
mod size;
mod template;

use std::borrow::Cow;

use recon_model::Role;

use crate::at::At;
use crate::cx::Cx;
use crate::pipe::{self, Action};
use crate::place::Place;
use crate::rule::Family;
use crate::svc;

pub const FAMILY: Family = Family {
    name: "art",
    title: "Files of the pipeline: buildspec, taskdef.json, AppSpec, imageDetail.json",
    rules: &[
        &template::ART_001,
        &template::ART_002,
        &template::ART_003,
        &rolling::ART_004,
        &inputs::ART_005,
        &images::ART_006,
        &images::ART_007,
        &images::ART_008,
        &appspec::ART_009,
        &appspec::ART_010,
        &appspec::ART_011,
        &appspec::ART_012,
        &network::ART_013,
        &network::ART_014,
        &hooks::ART_015,
        &hooks::ART_016,
        &hooks::ART_017,
        &size::ART_018,
        &definition::ART_019,
        &definition::ART_020,
        &account::ART_021,
        &rolling::ART_022,
        &template::ART_023,
        &inputs::ART_024,
        &read::ART_025,
        &read::ART_026,
        &hooks::ART_027,
        &details::ART_028,
        &details::ART_029,
    ],
};

/// The numbers of the images that a deploy action fills in.
const IMAGES: [u8; 4] = [1, 2, 3, 4];

/// Every action that deploys to ECS through CodeDeploy.
fn deploys<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = Action<'c>> {
    pipe::by(cx, "CodeDeployToECS")
}

/// The same with the task definition in the file that they register.
fn templates<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (Action<'c>, At<'c>)> {
    deploys(cx).filter_map(|action| {
        let definition = action.at.cx.template(&action.at)?;
        Some((action, definition))
    })
}

/// Every AppSpec with the action that reads it.
fn appspecs<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (Action<'c>, Place<'c>)> {
    deploys(cx).filter_map(|action| {
        let appspec = action.at.cx.document(&action.at, Role::AppSpec)?;
        Some((action, appspec))
    })
}

/// What an AppSpec says of the service: `Resources[0].TargetService.Properties`.
fn properties<'c>(appspec: &Place<'c>) -> Option<Place<'c>> {
    let properties = target(appspec)?.any_case("Properties");
    properties.exists().then_some(properties)
}

/// The one resource of an AppSpec.
fn target<'c>(appspec: &Place<'c>) -> Option<Place<'c>> {
    let first = appspec.any_case("Resources").items().next()?;
    first.entries().next().map(|(name, _)| first.get(name))
}

/// The task definition that an action registers, or else the one that its
/// service begins with.
fn registered<'c>(action: &Action<'c>) -> Option<At<'c>> {
    action.at.cx.template(&action.at).or_else(|| svc::task_definition(&action.service()?))
}

/// The placeholder's name in `<IMAGE1_NAME>`.
fn placeholder(image: &str) -> Option<&str> {
    let name = image.strip_prefix('<')?.strip_suffix('>')?;
    (!name.is_empty()).then_some(name)
}

/// The names of the placeholders that an action fills in, where they are said.
fn filled<'c>(action: &Action<'c>) -> Vec<(At<'c>, Cow<'c, str>)> {
    let names = IMAGES.map(|n| action.says(&format!("Image{n}ContainerName")));
    names.into_iter().filter_map(|at| Some((at.clone(), at.text()?))).collect()
}
