//! Carries a plan out: a walk over the graph of operations, many at a time.
//!
//! Every mutating call of recon is in this crate. A kind's file says how it is
//! created, updated and deleted; [`execute`](apply) says when.

mod codedeploy;
mod cx;
mod ecs;
mod elb;
mod execute;
mod iam;
mod item;
mod kinds;
mod logs;
mod report;
mod retry;
mod tags;

pub use execute::{Options, apply};
pub use report::{Done, Event, Failed, Listener, Report};
