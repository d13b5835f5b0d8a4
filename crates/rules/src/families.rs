//! The one list of families.

use crate::rule::Family;

/// Every family, in the order of the documentation.
pub const FAMILIES: &[&Family] = &[
    &crate::svc::FAMILY,
    &crate::td::FAMILY,
    &crate::lb::FAMILY,
    &crate::cd::FAMILY,
    &crate::iam::FAMILY,
    &crate::art::FAMILY,
    &crate::pl::FAMILY,
    &crate::cb::FAMILY,
    &crate::ev::FAMILY,
    &crate::misc::FAMILY,
    &crate::shape::FAMILY,
    &crate::allow::FAMILY,
];
