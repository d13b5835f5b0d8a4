//! Documents to wire and back, for every protocol that AWS's models name.
//!
//! Client: [`encode_request`] and [`decode_response`]. Server (the sandbox):
//! [`decode_request`] and [`encode_response`]. Both sides of a protocol are in
//! one file and read the same shapes, so what one writes the other reads.
//! Pure: no I/O, no clock, no randomness. Signing, retry and idempotency tokens
//! are the caller's.
//!
//! What a protocol cannot carry is lost, as it is with AWS's own clients:
//! - awsQuery requests have no empty structures and maps, ec2Query requests no
//!   empty lists either: they come out as absent.
//! - A flattened XML list, a list in a query string or header, and a map of
//!   headers is absent when it is empty; header values have no blank ends.
//! - Timestamps keep milliseconds in XML and forms, whole seconds in headers.
//! - A streamed body is always there, possibly empty.
//! - `Content-Length` of a request is the HTTP layer's, not a document's.

mod cbor;
mod client;
mod error;
mod form;
mod json;
mod query;
mod rest;
mod route;
mod server;
#[cfg(test)]
mod tests;
mod time;
mod xml;

pub use client::{decode_response, decode_response_as, encode_request, encode_request_as};
pub use error::{EncodeError, ErrorAnswer};
pub use rest::{bucket, without_bucket};
pub use server::{Call, decode_request, encode_response, refuse};

use crate::service::{Protocol, Service};

/// An HTTP request without scheme and host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WireRequest {
    pub method: String,
    /// Path as it stands in the request line, with its query string.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// An HTTP response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WireResponse {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl WireRequest {
    /// The first header of that name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

impl WireResponse {
    /// The first header of that name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// What is spoken between one client and one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    AwsJson,
    AwsQuery,
    Ec2Query,
    RestXml,
    RestJson,
    /// Smithy RPC v2 with CBOR: boto3's choice where a service offers it, never recon's.
    RpcCbor,
}

impl Wire {
    /// What recon's client speaks to that service.
    pub fn of(service: &Service) -> Self {
        match service.metadata.protocol {
            Protocol::AwsJson => Self::AwsJson,
            Protocol::AwsQuery => Self::AwsQuery,
            Protocol::Ec2Query => Self::Ec2Query,
            Protocol::RestXml => Self::RestXml,
            Protocol::RestJson => Self::RestJson,
        }
    }
}
