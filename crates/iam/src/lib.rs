//! What IAM policies allow: identity policies, boundaries, trust and other
//! resource policies.
//!
//! The answer has three values. A request about a resource that is not there
//! yet, a condition on a key that nobody can know beforehand, a policy that
//! cannot be read: all of that is [`Truth::Maybe`], and never a proof.
//!
//! Texts may hold parts that are not known yet, each between two [`UNKNOWN`]s
//! with a name of its own: `arn:aws:s3:::b/\u{1}object\u{1}` is any object of
//! the bucket, whatever its name. Two parts of one name are the same text.

mod condition;
mod context;
mod evaluate;
pub mod managed;
mod policy;
mod principal;
mod text;
mod truth;

pub use condition::Operator;
pub use context::{Context, Known};
pub use evaluate::{Access, Asked, Denial, Layer, Verdict, evaluate};
pub use policy::{Effect, Policy, Problem, Statement};
pub use principal::{Caller, Principal, Principals};
pub use text::{UNKNOWN, matches, same_action};
pub use truth::Truth;
