//! What a stack is, before anybody looks at an account.
//!
//! Pure: no network, no clock, no SDK. The only I/O is reading the folder of
//! TOML and the files that it names ([`load`]).

mod address;
mod codedeploy;
mod ecs;
mod elb;
pub mod graph;
mod iam;
mod kind;
mod kinds;
pub mod load;
mod logs;
pub mod lookups;
pub mod plan;
pub mod schema;
mod snapshot;
mod stack;
mod targets;
mod tree;

pub use address::{Address, BadAddress};
pub use kind::{Forces, Kind, Moved, Reason, Replacement};
pub use kinds::KindId;
pub use snapshot::{ADDRESS_TAG, CONFIG_TAG, Found, Live, Looked, Orphan, Owner, STACK_TAG, Snapshot};
pub use stack::{Allow, Lookup, Order, Resource, Settings, Stack};
pub use tree::{Part, Reference, Tree, join};
