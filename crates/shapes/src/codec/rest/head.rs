//! Members in the path, the query string and the headers.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::codec::error::Misfit;
use crate::codec::form::{from_text, to_text};
use crate::codec::header;
use crate::codec::query::encode;
use crate::codec::time::TimeFormat;
use crate::service::{Operation, Service};
use crate::shape::{Member, Shape};

type Headers = Vec<(String, String)>;

/// Name of a member in path, query and headers.
pub(super) fn wire_name<'a>(name: &'a str, member: &'a Member) -> &'a str {
    member.location_name.as_deref().unwrap_or(name)
}

pub(super) fn write_path(
    service: &Service,
    op: &Operation,
    shape: &Shape,
    input: &Value,
) -> Result<String, Misfit> {
    let (template, query) = op.http.request_uri.split_once('?').unwrap_or((op.http.request_uri.as_str(), ""));
    let mut path = template.to_string();
    let mut pairs: Vec<String> = query.split('&').filter(|q| !q.is_empty()).map(str::to_string).collect();
    for (name, member) in &shape.members {
        let wire = wire_name(name, member);
        let value = input.get(name);
        match member.location.as_deref() {
            Some("uri") => path = label(service, &path, wire, member, value).map_err(|m| m.under(name))?,
            Some("querystring") => {
                for text in value.into_iter().flat_map(|value| texts(service, member, value)) {
                    pairs.push(format!("{}={}", encode(wire), encode(&text)));
                }
            }
            _ => {}
        }
    }
    Ok(if pairs.is_empty() { path } else { format!("{path}?{}", pairs.join("&")) })
}

fn label(
    service: &Service,
    path: &str,
    wire: &str,
    member: &Member,
    value: Option<&Value>,
) -> Result<String, Misfit> {
    let text = value.map(|value| to_text(service, member, value, TimeFormat::Iso8601)).unwrap_or_default();
    if text.is_empty() {
        return Err(Misfit::new("is missing, and the path needs it"));
    }
    let greedy = format!("{{{wire}+}}");
    if path.contains(&greedy) {
        let parts: Vec<String> = text.split('/').map(encode).collect();
        return Ok(path.replace(&greedy, &parts.join("/")));
    }
    Ok(path.replace(&format!("{{{wire}}}"), &encode(&text)))
}

/// A query parameter's values: one, or one per item of a list.
fn texts(service: &Service, member: &Member, value: &Value) -> Vec<String> {
    let shape = service.shape_of(member);
    match (&shape.member, value) {
        (Some(item), Value::Array(items)) => {
            items.iter().map(|value| to_text(service, item, value, TimeFormat::Iso8601)).collect()
        }
        _ => vec![to_text(service, member, value, TimeFormat::Iso8601)],
    }
}

pub(super) fn write_headers(service: &Service, shape: &Shape, document: &Value) -> Headers {
    let mut out = Headers::new();
    for (name, member) in &shape.members {
        let Some(value) = document.get(name) else { continue };
        let wire = wire_name(name, member);
        match (member.location.as_deref(), value) {
            (Some("header"), Value::Array(items)) => {
                let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                if !items.is_empty() {
                    out.push((wire.to_string(), items.join(",")));
                }
            }
            (Some("header"), _) => {
                out.push((wire.to_string(), to_text(service, member, value, TimeFormat::Rfc822)));
            }
            (Some("headers"), Value::Object(entries)) => {
                let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
                out.extend(entries.iter().map(|(k, v)| (format!("{wire}{k}"), text(v))));
            }
            _ => {}
        }
    }
    out
}

pub(super) fn read_headers(
    service: &Service,
    shape: &Shape,
    headers: &[(String, String)],
) -> Result<Map<String, Value>, Misfit> {
    let mut out = Map::new();
    for (name, member) in &shape.members {
        let wire = wire_name(name, member);
        let value = match member.location.as_deref() {
            Some("header") => header(headers, wire)
                .map(|text| read_header(service, member, text))
                .transpose()
                .map_err(|m| m.under(name))?,
            Some("headers") => {
                let entries: Map<String, Value> = headers
                    .iter()
                    .filter(|(n, _)| n.len() > wire.len() && n.is_char_boundary(wire.len()))
                    .filter(|(n, _)| n[..wire.len()].eq_ignore_ascii_case(wire))
                    .map(|(n, v)| (n[wire.len()..].to_string(), Value::from(v.as_str())))
                    .collect();
                (!entries.is_empty()).then_some(Value::Object(entries))
            }
            _ => None,
        };
        out.extend(value.map(|value| (name.clone(), value)));
    }
    Ok(out)
}

fn read_header(service: &Service, member: &Member, text: &str) -> Result<Value, Misfit> {
    match &service.shape_of(member).member {
        Some(item) => {
            let items = text.split(',').map(|text| from_text(service, item, text.trim()));
            Ok(Value::Array(items.collect::<Result<_, _>>()?))
        }
        None => from_text(service, member, text),
    }
}

/// Members in a query string that was split into names and values.
pub(super) fn read_query(
    service: &Service,
    shape: &Shape,
    query: &[(String, String)],
) -> Result<Map<String, Value>, Misfit> {
    let mut out = Map::new();
    let members = shape.members.iter().filter(|(_, m)| m.location.as_deref() == Some("querystring"));
    for (name, member) in members {
        let wire = wire_name(name, member);
        let mut texts = query.iter().filter(|(n, _)| n == wire).map(|(_, text)| text).peekable();
        let Some(first) = texts.peek() else { continue };
        let value = match &service.shape_of(member).member {
            Some(item) => {
                texts.map(|text| from_text(service, item, text)).collect::<Result<_, _>>().map(Value::Array)
            }
            None => from_text(service, member, first),
        };
        out.insert(name.clone(), value.map_err(|m| m.under(name))?);
    }
    Ok(out)
}

/// A query string's names and values, decoded.
pub(in crate::codec) fn split_query(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().to_string();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}
