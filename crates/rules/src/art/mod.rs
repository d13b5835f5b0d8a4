//! Rules on the files that a pipeline carries from the source to the deployment.

mod read;

use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "art",
    title: "Files of the pipeline: buildspec, taskdef.json, AppSpec, imageDetail.json",
    rules: &[&read::ART_025, &read::ART_026],
};
