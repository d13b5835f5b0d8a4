//! AWS's own service models as data, and what follows from them.
//!
//! Everything that recon knows about the form of an AWS request or answer it
//! knows from here: the data under `data/` is AWS's (as botocore ships it, cut
//! to the operations that recon speaks by `tools/trim_models.py`). The client
//! (`recon-aws`), the sandbox and the schema of the TOML all read the same
//! shapes, so a field that AWS documents is a field that recon has.
//!
//! Documents are [`serde_json::Value`] with AWS's member names. A blob is its
//! base64 text, a timestamp a number of seconds since 1970.

pub mod codec;
mod names;
mod pattern;
mod service;
mod shape;
mod table;
mod validate;

pub use names::snake_case;
pub use pattern::Pattern;
pub use service::{Http, Metadata, Operation, Protocol, SERVICES, Service, service};
pub use shape::{Member, Shape, ShapeType};
pub use table::Table;
pub use validate::{Violation, validate, validate_answer};
