//! Which REST operation a method, a path and a query string mean.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::head::{split_query, wire_name};
use crate::codec::WireRequest;
use crate::codec::error::Misfit;
use crate::codec::form::from_text;
use crate::service::{Operation, Service};
use crate::shape::Shape;

/// A request's path and query string, held against an operation's template.
#[derive(Debug, Clone)]
pub(in crate::codec) struct Target {
    /// What stands in the template's labels, decoded.
    labels: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
}

impl Target {
    pub(super) fn labels(&self, service: &Service, shape: &Shape) -> Result<Map<String, Value>, Misfit> {
        let mut out = Map::new();
        for (name, member) in shape.members.iter().filter(|(_, m)| m.location.as_deref() == Some("uri")) {
            if let Some((_, text)) = self.labels.iter().find(|(n, _)| n == wire_name(name, member)) {
                out.insert(name.clone(), from_text(service, member, text).map_err(|m| m.under(name))?);
            }
        }
        Ok(out)
    }
}

/// The operation that a request means: the one whose template says most about it.
pub(in crate::codec) fn find<'a>(
    service: &'a Service,
    request: &WireRequest,
) -> Option<(&'a str, &'a Operation, Target)> {
    // a copy is a PUT of an object too, told apart by this header only
    if request.header("x-amz-copy-source").is_some() {
        return None;
    }
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let path = with_bucket(service, path, request.header("host").unwrap_or_default());
    let query = split_query(query);
    service
        .operations
        .iter()
        .filter(|(_, op)| op.http.method == request.method)
        .filter_map(|(name, op)| {
            let (rank, labels) = fit(service, op, &path, &query)?;
            Some((rank, name, op, labels))
        })
        .max_by_key(|(rank, ..)| *rank)
        .map(|(_, name, op, labels)| (name, op, Target { labels, query }))
}

/// How many parameters of its own the template shares with the request, and its labels.
fn fit(
    service: &Service,
    op: &Operation,
    path: &str,
    query: &[(String, String)],
) -> Option<(usize, Vec<(String, String)>)> {
    let (template, fixed) = op.http.request_uri.split_once('?').unwrap_or((op.http.request_uri.as_str(), ""));
    let fixed = split_query(fixed);
    if !fixed.iter().all(|pair| query.contains(pair)) {
        return None;
    }
    // a parameter that the operation does not have means another operation
    let shape = op.input().map(|name| service.shape(name));
    let known = |name: &str| {
        name == "x-id"
            || name.starts_with("X-Amz-")
            || fixed.iter().any(|(n, _)| n == name)
            || shape.is_some_and(|shape| {
                shape
                    .members
                    .iter()
                    .any(|(n, m)| m.location.as_deref() == Some("querystring") && wire_name(n, m) == name)
            })
    };
    if !query.iter().all(|(name, _)| known(name)) {
        return None;
    }
    Some((fixed.len(), labels(template, path)?))
}

fn labels(template: &str, path: &str) -> Option<Vec<(String, String)>> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().to_string();
    let mut out = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    let mut parts = template.strip_prefix('/')?.split('/').peekable();
    while let Some(part) = parts.next() {
        let label = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if let Some(greedy) = label.and_then(|label| label.strip_suffix('+')) {
            out.push((greedy.to_string(), decode(rest)));
            return (!rest.is_empty()).then_some(out);
        }
        let (segment, after) = rest.split_once('/').unwrap_or((rest, ""));
        match label {
            Some(label) if !segment.is_empty() => out.push((label.to_string(), decode(segment))),
            None if segment == part => {}
            _ => return None,
        }
        if parts.peek().is_none() && !after.is_empty() {
            return None;
        }
        rest = after;
    }
    Some(out)
}

/// The path with its bucket in it, also when the host names the bucket.
fn with_bucket(service: &Service, path: &str, host: &str) -> String {
    let host = host.split(':').next().unwrap_or_default();
    let bucket = ["localhost", "s3.", "s3-"].iter().find_map(|domain| {
        let at = host.rfind(&format!(".{domain}"))?;
        (domain.contains("s3") || host.ends_with(domain)).then_some(&host[..at])
    });
    match bucket {
        Some(bucket) if service.name == "s3" => format!("/{bucket}{path}"),
        _ => path.to_string(),
    }
}
