//! Rules on roles, policies, and on what the stack makes roles do.

pub(crate) mod arn;
mod build;
mod deploy;
mod documents;
mod events;
mod execution;
mod grants;
mod keys;
mod limits;
mod names;
pub(crate) mod need;
mod passing;
mod pipeline;
mod reach;
mod register;
mod tell;
mod trust;
mod users;
mod wide;

pub use deploy::CD_029;
pub use events::{EV_005, EV_006};
pub use reach::CB_022;
pub use trust::places;

use crate::rule::Family;

pub const FAMILY: Family = Family {
    name: "iam",
    title: "IAM",
    rules: &[
        &names::IAM_001,
        &names::IAM_002,
        &names::IAM_003,
        &trust::IAM_004,
        &trust::IAM_005,
        &limits::IAM_006,
        &limits::IAM_007,
        &limits::IAM_008,
        &documents::IAM_009,
        &documents::IAM_010,
        &passing::IAM_011,
        &pipeline::IAM_012,
        &pipeline::IAM_013,
        &register::IAM_014,
        &pipeline::IAM_015,
        &keys::IAM_016,
        &build::IAM_017,
        &build::IAM_018,
        &build::IAM_019,
        &execution::IAM_020,
        &names::IAM_021,
        &names::IAM_022,
        &wide::IAM_023,
        &users::IAM_024,
        &users::IAM_025,
        &users::IAM_030,
        &documents::IAM_026,
        &wide::IAM_027,
        &trust::IAM_028,
    ],
};
