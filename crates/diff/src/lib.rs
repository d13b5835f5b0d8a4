//! What is wanted against what is there.
//!
//! Pure: a [`Stack`](recon_model::Stack) and a [`Snapshot`](recon_model::Snapshot)
//! in, a [`Plan`](recon_model::plan::Plan) out. No clock, no network, no async.

mod action;
mod alike;
mod bonds;
mod bridge;
mod comparable;
mod compare;
mod decide;
mod insights;
mod invariants;
mod leaves;
mod mask;
mod matched;
mod names;
mod observed;
mod policy;
mod replacing;
mod resolve;
mod seen;
pub mod sequence;
mod stages;
mod stand_ins;
mod steps;
pub mod timing;
mod veil;

pub use bridge::{Bridge, actions_field, bridge, turn};
pub use compare::{changes, plain};
pub use decide::{Options, plan, plan_without};
pub use mask::{secrets, without};
pub use matched::{Matched, matched};
pub use names::{named, renamed};
pub use observed::observed;
pub use policy::canonical as canonical_policy;
pub use resolve::{UNKNOWN, shown, unresolved as declared};
pub use seen::{Moved, Seen, Side, approved};
pub use stand_ins::StandIns;
pub use veil::veiled;
