//! Rules on pipelines.

mod artifacts;
mod clone;
mod configuration;
mod names;
mod stores;
mod structure;
mod tables;
mod targets;
mod trigger;
mod types;
mod variables;
mod watch;

use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "pl",
    title: "CodePipeline",
    rules: &[
        &names::PL_001,
        &names::PL_002,
        &structure::PL_003,
        &structure::PL_004,
        &structure::PL_005,
        &structure::PL_006,
        &artifacts::PL_007,
        &artifacts::PL_008,
        &artifacts::PL_009,
        &configuration::PL_010,
        &configuration::PL_011,
        &configuration::PL_012,
        &types::PL_013,
        &types::PL_014,
        &types::PL_015,
        &stores::PL_016,
        &stores::PL_017,
        &stores::PL_018,
        &stores::PL_019,
        &names::PL_020,
        &variables::PL_021,
        &names::PL_022,
        &structure::PL_023,
        &trigger::PL_024,
        &trigger::PL_025,
        &artifacts::PL_026,
        &clone::PL_027,
        &targets::PL_028,
        &targets::PL_029,
        &targets::PL_030,
        &variables::PL_031,
        &variables::PL_032,
        &variables::PL_033,
        &stores::PL_034,
        &watch::PL_035,
        &trigger::PL_036,
        &artifacts::PL_037,
        &structure::PL_038,
        &configuration::PL_039,
        &trigger::PL_040,
    ],
};
