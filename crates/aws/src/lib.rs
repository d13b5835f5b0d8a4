//! Calls to AWS: session, endpoints, signing, retry, rate budget, errors and counting.
//!
//! Nothing here knows a resource kind. A call is an operation's name and a
//! document, see [`Reader::read`] and [`Writer::write`]; the shapes in
//! `recon-shapes` say how both stand on the wire, and AWS's own SDK runtime
//! finds credentials, signs, retries and sends.
//!
//! That planning cannot change an account is a property of types: a plan is
//! made with a [`Reader`], which takes [`ReadOp`]s, and those exist only for
//! operations whose name says that they read.
//!
//! ```
//! use recon_aws::{Options, ReadOp, Session};
//! use serde_json::json;
//!
//! const DESCRIBE_SERVICES: ReadOp = ReadOp::new("ecs", "DescribeServices");
//!
//! async fn desired_count(cluster: &str, service: &str) -> Result<Option<i64>, Box<dyn std::error::Error>> {
//!     let session = Session::connect(Options::default()).await?;
//!     let input = json!({ "cluster": cluster, "services": [service] });
//!     let answer = session.reader().read(DESCRIBE_SERVICES, input).await?;
//!     Ok(answer["services"][0]["desiredCount"].as_i64())
//! }
//! ```

mod calls;
mod client;
mod endpoint;
mod error;
mod https;
mod in_process;
mod kind;
mod op;
mod page;
mod partition;
mod quota;
mod rate;
mod retry;
mod session;
mod shared;
mod wire;

pub use calls::{Calls, Traced};
pub use client::{Reader, Writer};
pub use error::AwsError;
pub use https::warm_up;
pub use in_process::{Answer, Dropped, InProcess};
pub use kind::Kind;
pub use op::{ReadOp, WriteOp};
pub use session::{Caller, ConnectError, Options, Session};
pub use shared::Shared;
