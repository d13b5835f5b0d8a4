//! Rules on names, places and tags, and on the smaller services.

mod arns;
mod buckets;
mod images;
mod lifecycle;
mod logs;
mod lookups;
mod names;
mod near;
mod network;
mod notices;
mod plan;
mod references;
mod scaling;
mod tags;

pub(crate) use arns::{is_account, registry_account};

use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "misc",
    title: "Names, places, tags and the smaller services",
    rules: &[
        &names::MISC_001,
        &names::MISC_002,
        &plan::MISC_003,
        &logs::MISC_004,
        &buckets::MISC_005,
        &arns::MISC_006,
        &arns::MISC_007,
        &tags::MISC_008,
        &names::MISC_009,
        &names::MISC_010,
        &names::MISC_011,
        &network::MISC_012,
        &network::MISC_013,
        &scaling::MISC_014,
        &buckets::MISC_016,
        &images::MISC_017,
        &images::MISC_018,
        &images::MISC_019,
        &buckets::MISC_020,
        &near::MISC_021,
        &near::MISC_022,
        &lifecycle::MISC_030,
        &notices::MISC_031,
        &references::MISC_032,
        &lookups::MISC_033,
        &buckets::MISC_034,
        &references::MISC_035,
        &names::MISC_036,
        &names::MISC_037,
    ],
};
