//! What people and machines see of recon.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers are tests too")]

mod behaviour;
mod build;
mod drifts;
mod helps;
mod owns;
mod plans;
mod problems;
mod reports;
mod saved;
mod served;
