mod answers;
mod documents;
mod refusals;
mod requests;
mod roundtrip;

use super::WireResponse;

/// A response as AWS would send it.
fn response(status: u16, headers: &[(&str, &str)], body: &str) -> WireResponse {
    WireResponse {
        status,
        headers: headers.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect(),
        body: body.as_bytes().to_vec(),
    }
}
