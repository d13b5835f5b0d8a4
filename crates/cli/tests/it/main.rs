//! What people and machines see of recon.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers are tests too")]

mod behaviour;
mod build;
mod checks;
mod docs;
mod drifts;
mod editors;
mod flights;
mod guarded;
mod helps;
mod hostile;
mod inits;
mod many;
mod outages;
mod owns;
mod pages;
mod planned;
mod plans;
mod policies;
mod problems;
mod progressing;
mod pulls;
mod rehearsals;
mod reports;
mod saved;
mod secrets;
mod served;
mod timings;
mod unreadable;
