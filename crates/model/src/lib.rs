//! What a stack is, before anybody looks at an account.
//!
//! Pure: no network, no clock, no SDK. The only I/O is reading the folder of
//! TOML and the files that it names ([`load`]).

mod address;
mod autoscaling;
mod cloudwatch;
mod codebuild;
mod codecommit;
mod codedeploy;
mod codepipeline;
mod compose;
pub mod describe;
mod document;
mod ecr;
mod ecs;
mod elb;
mod events;
pub mod graph;
mod iam;
mod kind;
mod kinds;
mod kms;
pub mod load;
mod logs;
pub mod lookups;
mod marks;
pub mod names;
mod notifications;
mod packed;
mod pair;
pub mod plan;
mod s3;
mod scalar;
pub mod schema;
pub mod secrets;
mod servicediscovery;
mod snapshot;
mod sns;
mod stack;
mod targets;
mod tree;
pub mod write;

pub use address::{Address, BadAddress};
pub use codecommit::repository::branches_read;
pub use compose::Elsewhere;
pub use document::{Document, Role};
pub use iam::pending::{PENDING_CREDENTIAL, Pending};
pub use kind::{Forces, Kind, Moved, Reason, Replacement};
pub use kinds::KindId;
pub use marks::{holders, mark, mark_key, mark_value, unmarkable};
pub use packed::Packed;
pub use pair::Pair;
pub use scalar::Scalar;
pub use snapshot::{
    ADDRESS_TAG, Caller, Exports, Found, Ingress, Live, Looked, Network, Orphan, Owner, RouteTable,
    STACK_TAG, SecurityGroup, Snapshot, Subnet, setting_tag,
};
pub use stack::{Allow, Lookup, Order, Resource, Settings, Spans, Stack};
pub use tree::{Map, Part, Reference, Tree, join};
