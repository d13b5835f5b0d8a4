//! restXml (S3) and restJson: a document's members stand in path, query, headers and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::error::{ErrorAnswer, Misfit};
use super::form::{Unknown, blob, bytes, conform, from_text, to_text};
use super::query::{encode, message};
use super::time::TimeFormat;
use super::xml::{self, Element};
use super::{Wire, WireRequest, WireResponse, json};
use crate::service::{Operation, Service};
use crate::shape::{Member, Shape, ShapeType};

type Headers = Vec<(String, String)>;

/// The bucket that an S3 call goes to, for callers that put it into the host's name.
pub fn bucket<'a>(service: &Service, input: &'a Value) -> Option<&'a str> {
    if service.name == "s3" { input.get("Bucket")?.as_str() } else { None }
}

/// A path-style S3 path without its bucket: what remains when the host names it.
pub fn without_bucket(path: &str) -> String {
    let (path, query) = path.split_at(path.find('?').unwrap_or(path.len()));
    let key = path.trim_start_matches('/').split_once('/').map_or("", |(_, key)| key);
    format!("/{key}{query}")
}

/// Name of a member in path, query and headers.
pub(super) fn wire_name<'a>(name: &'a str, member: &'a Member) -> &'a str {
    member.location_name.as_deref().unwrap_or(name)
}

pub(super) fn request(
    wire: Wire,
    service: &Service,
    op: &Operation,
    input: &Value,
) -> Result<WireRequest, Misfit> {
    let shape = op.input().map(|name| service.shape(name));
    let mut request = WireRequest {
        method: op.http.method.clone(),
        path: op.http.request_uri.clone(),
        ..Default::default()
    };
    let Some(shape) = shape else { return Ok(request) };
    request.path = path(service, op, shape, input)?;
    request.headers = headers(service, shape, input);
    // the HTTP layer knows the length of the body that it sends
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    let (body, content_type) = body(wire, service, op.input_root(), shape, input);
    request.body = body;
    if let Some(content_type) = content_type
        && request.header("content-type").is_none()
    {
        request.headers.push(("Content-Type".into(), content_type.into()));
    }
    if op.http_checksum_required && request.header("content-md5").is_none() {
        checksum(&mut request)?;
    }
    Ok(request)
}

fn checksum(request: &mut WireRequest) -> Result<(), Misfit> {
    if let Some(other) = request.header("x-amz-sdk-checksum-algorithm").filter(|a| *a != "SHA256") {
        let problem = format!("is {other}; leave it out or use SHA256");
        return Err(Misfit::new(problem).under("ChecksumAlgorithm"));
    }
    let sum = BASE64.encode(Sha256::digest(&request.body));
    request.headers.push(("x-amz-checksum-sha256".into(), sum));
    Ok(())
}

fn path(service: &Service, op: &Operation, shape: &Shape, input: &Value) -> Result<String, Misfit> {
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

pub(super) fn headers(service: &Service, shape: &Shape, document: &Value) -> Headers {
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

/// The body of a request or response and its content type.
pub(super) fn body(
    wire: Wire,
    service: &Service,
    root: (Option<&str>, Option<&str>),
    shape: &Shape,
    document: &Value,
) -> (Vec<u8>, Option<&'static str>) {
    let content_type = if wire == Wire::RestXml { "application/xml" } else { "application/json" };
    if let Some((name, member)) = payload(shape) {
        let Some(value) = document.get(name) else { return (Vec::new(), None) };
        let bytes = match service.shape_of(member).kind {
            ShapeType::Blob => return (bytes(value), None),
            ShapeType::String => return (value.as_str().unwrap_or_default().into(), None),
            _ if wire == Wire::RestJson => value.to_string().into_bytes(),
            _ => {
                let mut parent = Element::default();
                xml::write(service, wire_name(name, member), member, value, &mut parent);
                parent.children.first().map(Element::to_bytes).unwrap_or_default()
            }
        };
        return (bytes, Some(content_type));
    }
    if shape.members.values().all(|member| member.location.is_some()) {
        return (Vec::new(), None);
    }
    let bytes = if wire == Wire::RestJson {
        let in_body = |(name, _): &(&String, &Value)| {
            shape.members.get(*name).is_some_and(|member| member.location.is_none())
        };
        let members = document.as_object().into_iter().flatten().filter(in_body);
        Value::Object(members.map(|(k, v)| (k.clone(), v.clone())).collect()).to_string().into_bytes()
    } else {
        let mut element = Element::new(root.0.unwrap_or("Document")).with_namespace(root.1);
        xml::write_structure(service, shape, document, &mut element);
        element.to_bytes()
    };
    (bytes, Some(content_type))
}

pub(super) fn payload(shape: &Shape) -> Option<(&str, &Member)> {
    let name = shape.payload.as_deref()?;
    shape.members.get(name).map(|member| (name, member))
}

pub(super) fn answer(
    wire: Wire,
    service: &Service,
    op: &Operation,
    response: &WireResponse,
) -> Result<Value, Misfit> {
    let Some(shape) = op.output().map(|name| service.shape(name)) else { return Ok(json!({})) };
    let mut out = read_headers(service, shape, &response.headers)?;
    for (name, _) in shape.members.iter().filter(|(_, m)| m.location.as_deref() == Some("statusCode")) {
        out.insert(name.clone(), Value::from(response.status));
    }
    if op.http.method != "HEAD" {
        out.extend(read_body(wire, service, Unknown::Drop, (op.output(), shape), &response.body)?);
    }
    Ok(Value::Object(out))
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
            Some("header") => super::header(headers, wire)
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

pub(super) fn read_body(
    wire: Wire,
    service: &Service,
    unknown: Unknown,
    (name, shape): (Option<&str>, &Shape),
    body: &[u8],
) -> Result<Map<String, Value>, Misfit> {
    if let Some((name, member)) = payload(shape) {
        let value = read_payload(wire, service, unknown, member, body).map_err(|m| m.under(name))?;
        return Ok(value.map(|value| (name.to_string(), value)).into_iter().collect());
    }
    if shape.members.values().all(|member| member.location.is_some()) || body.is_empty() {
        return Ok(Map::new());
    }
    if wire == Wire::RestJson {
        let document = conform(service, unknown, name.unwrap_or_default(), &json::document(body)?)?;
        return Ok(document.as_object().cloned().unwrap_or_default());
    }
    let root = Element::parse(body)?;
    if name == Some("GetBucketLocationOutput") {
        // the one answer that is a bare text; us-east-1 is an empty one
        let text = Some(root.text).filter(|text| !text.is_empty());
        return Ok(text.map(|text| ("LocationConstraint".into(), text.into())).into_iter().collect());
    }
    xml::read_structure(service, shape, &root)
}

fn read_payload(
    wire: Wire,
    service: &Service,
    unknown: Unknown,
    member: &Member,
    body: &[u8],
) -> Result<Option<Value>, Misfit> {
    match service.shape_of(member).kind {
        ShapeType::Blob => Ok(Some(blob(body))),
        _ if body.is_empty() => Ok(None),
        ShapeType::String => Ok(Some(String::from_utf8_lossy(body).into())),
        _ if wire == Wire::RestJson => {
            conform(service, unknown, &member.shape, &json::document(body)?).map(Some)
        }
        _ => xml::read(service, member, &Element::parse(body)?).map(Some),
    }
}

/// S3's error document; the answer to a HEAD has none, its status must do.
pub(super) fn refusal(op: &Operation, response: &WireResponse) -> Option<ErrorAnswer> {
    if op.http.method == "HEAD" || response.body.is_empty() {
        let code = match response.status {
            301 => "PermanentRedirect",
            304 => "NotModified",
            400 => "BadRequest",
            403 => "Forbidden",
            404 => "NotFound",
            412 => "PreconditionFailed",
            503 => "ServiceUnavailable",
            500.. => "InternalError",
            _ => return None,
        };
        let problem = format!("the answer has status {} and no error document", response.status);
        return Some(ErrorAnswer::new(response.status, code, problem));
    }
    error_document(response)
}

fn error_document(response: &WireResponse) -> Option<ErrorAnswer> {
    let root = Element::parse(&response.body).ok().filter(|root| root.name == "Error")?;
    let mut answer = ErrorAnswer::new(response.status, &root.child("Code")?.text, message(&root));
    answer.request_id = root.child("RequestId").map(|id| id.text.clone());
    Some(answer)
}

pub(super) fn late_error(wire: Wire, service: &Service, response: &WireResponse) -> Option<ErrorAnswer> {
    if wire != Wire::RestXml || !response.body.starts_with(b"<") {
        return None;
    }
    let mut answer = error_document(response)?.canonical(service, response);
    // its status is a success only by accident
    answer.status = 500;
    Some(answer)
}
