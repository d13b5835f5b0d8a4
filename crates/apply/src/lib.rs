//! Carries a plan out: a walk over the graph of operations, many at a time.
//!
//! Every mutating call of recon is in this crate. A kind's file says how it is
//! created, updated and deleted; [`execute`](apply) says when.

mod again;
mod autoscaling;
mod bridging;
mod cloudwatch;
mod codebuild;
mod codecommit;
mod codedeploy;
mod codepipeline;
mod cx;
mod ecr;
mod ecs;
mod elb;
mod events;
mod execute;
pub mod guard;
mod iam;
mod item;
pub mod journal;
mod kinds;
mod kms;
pub mod lock;
mod logs;
mod notifications;
mod report;
mod retry;
mod s3;
mod servicediscovery;
mod sns;
mod stop;
mod tags;
mod whole;

pub use execute::{Options, apply};
pub use report::{Done, Event, Failed, Listener, Report};
pub use stop::Stop;
