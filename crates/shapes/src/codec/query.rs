//! awsQuery and ec2Query: a form goes out, XML comes back.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::error::{ErrorAnswer, Misfit};
use super::form::to_text;
use super::time::TimeFormat;
use super::xml::{self, Element, flattened};
use super::{Wire, WireRequest, WireResponse};
use crate::service::{Operation, Service};
use crate::shape::{Member, Shape, ShapeType};

/// Everything but the unreserved characters of RFC 3986.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

pub(super) fn request(
    wire: Wire,
    service: &Service,
    operation: &str,
    op: &Operation,
    input: &Value,
) -> WireRequest {
    let mut form = Form { service, ec2: wire == Wire::Ec2Query, body: String::new() };
    form.pair("Action", operation);
    form.pair("Version", &service.metadata.api_version);
    if let Some(shape) = op.input() {
        form.structure(service.shape(shape), input, "");
    }
    WireRequest {
        method: "POST".into(),
        path: "/".into(),
        headers: vec![("Content-Type".into(), "application/x-www-form-urlencoded; charset=utf-8".into())],
        body: form.body.into_bytes(),
    }
}

struct Form<'a> {
    service: &'a Service,
    ec2: bool,
    body: String,
}

impl Form<'_> {
    fn pair(&mut self, name: &str, value: &str) {
        if !self.body.is_empty() {
            self.body.push('&');
        }
        self.body.push_str(&encode(name));
        self.body.push('=');
        self.body.push_str(&encode(value));
    }

    fn structure(&mut self, shape: &Shape, value: &Value, prefix: &str) {
        for (name, member) in &shape.members {
            if let Some(value) = value.get(name) {
                self.value(member, value, &join(prefix, &parameter(self.ec2, name, member)));
            }
        }
    }

    fn value(&mut self, member: &Member, value: &Value, prefix: &str) {
        let shape = self.service.shape_of(member);
        match (shape.kind, value) {
            (ShapeType::Structure, _) => self.structure(shape, value, prefix),
            (ShapeType::List, Value::Array(items)) => self.list(member, shape, items, prefix),
            (ShapeType::Map, Value::Object(entries)) => {
                let (Some(key), Some(item)) = (&shape.key, &shape.value) else { return };
                let prefix = entry_prefix(member, shape, prefix);
                for (i, (k, v)) in entries.iter().enumerate() {
                    let entry = format!("{prefix}.{}", i + 1);
                    self.pair(&join(&entry, key.location_name.as_deref().unwrap_or("key")), k);
                    self.value(item, v, &join(&entry, item.location_name.as_deref().unwrap_or("value")));
                }
            }
            _ => {
                let text = to_text(self.service, member, value, TimeFormat::Iso8601);
                self.pair(prefix, &text);
            }
        }
    }

    fn list(&mut self, member: &Member, shape: &Shape, items: &[Value], prefix: &str) {
        let Some(item) = &shape.member else { return };
        if items.is_empty() && !self.ec2 {
            return self.pair(prefix, "");
        }
        let prefix = item_prefix(self.ec2, member, shape, prefix);
        for (i, value) in items.iter().enumerate() {
            self.value(item, value, &format!("{prefix}.{}", i + 1));
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") }
}

/// Name of a member in a form.
fn parameter(ec2: bool, name: &str, member: &Member) -> String {
    if !ec2 {
        return member.location_name.as_deref().unwrap_or(name).to_string();
    }
    if let Some(name) = &member.query_name {
        return name.clone();
    }
    let name = member.location_name.as_deref().unwrap_or(name);
    name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect()
}

/// What stands before the number of a list's item.
fn item_prefix(ec2: bool, member: &Member, shape: &Shape, prefix: &str) -> String {
    if ec2 || flattened(member, shape) {
        return prefix.to_string();
    }
    let item = shape.member.as_ref().and_then(|item| item.location_name.as_deref());
    join(prefix, item.unwrap_or("member"))
}

/// What stands before the number of a map's entry.
fn entry_prefix(member: &Member, shape: &Shape, prefix: &str) -> String {
    if flattened(member, shape) { prefix.to_string() } else { join(prefix, "entry") }
}

pub(super) fn answer(service: &Service, op: &Operation, body: &[u8]) -> Result<Value, Misfit> {
    let Some(shape) = op.output() else { return Ok(json!({})) };
    let root = Element::parse(body)?;
    let result = match op.result_wrapper() {
        Some(wrapper) if service.metadata.protocol != crate::Protocol::Ec2Query => {
            root.child(wrapper).ok_or_else(|| Misfit::new(format!("has no element {wrapper}")))?
        }
        _ => &root,
    };
    xml::read_structure(service, service.shape(shape), result).map(Value::Object)
}

/// The error in `<ErrorResponse>` (awsQuery) or `<Response><Errors>` (ec2Query).
pub(super) fn refusal(response: &WireResponse) -> Option<ErrorAnswer> {
    let root = Element::parse(&response.body).ok()?;
    let errors = root.child("Errors").unwrap_or(&root);
    let error = errors.child("Error")?;
    let code = &error.child("Code")?.text;
    let mut answer = ErrorAnswer::new(response.status, code, message(error));
    let id = root.child("RequestId").or_else(|| root.child("RequestID"));
    answer.request_id = id.map(|id| id.text.clone());
    Some(answer)
}

pub(super) fn message(error: &Element) -> &str {
    error.child("Message").map_or_else(|| error.text_of("message"), |m| &m.text)
}
