//! Documents in their canonical form: typed by shape, without nulls.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Number, Value};

use super::error::Misfit;
use super::time::{self, TimeFormat};
use crate::service::Service;
use crate::shape::{Member, Shape, ShapeType};

/// What to do with a member that the shape does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A client's mistake.
    Refuse,
    /// An answer of a newer AWS.
    Drop,
    /// Leave it, and whatever else does not fit, to be told by `validate`.
    Keep,
}

/// The document with every value in the one form that its shape has: whole
/// timestamps and integers without a fraction, floats with one, no nulls.
pub(super) fn conform(
    service: &Service,
    unknown: Unknown,
    shape: &str,
    value: &Value,
) -> Result<Value, Misfit> {
    Form { service, unknown }.visit(service.shape(shape), value)
}

struct Form<'a> {
    service: &'a Service,
    unknown: Unknown,
}

impl Form<'_> {
    fn visit(&self, shape: &Shape, value: &Value) -> Result<Value, Misfit> {
        let fitting = match shape.kind {
            ShapeType::Structure => self.structure(shape, value)?,
            ShapeType::List => self.list(shape, value)?,
            ShapeType::Map => self.map(shape, value)?,
            _ => scalar(shape, value),
        };
        match fitting {
            Some(value) => Ok(value),
            None if self.unknown == Unknown::Keep => Ok(value.clone()),
            None => Err(Misfit::new(format!("is not {}", wanted(shape)))),
        }
    }

    fn structure(&self, shape: &Shape, value: &Value) -> Result<Option<Value>, Misfit> {
        let Some(object) = value.as_object() else { return Ok(None) };
        let mut out = Map::new();
        for (name, value) in object.iter().filter(|(_, v)| !v.is_null()) {
            let value = match (shape.members.get(name), self.unknown) {
                (Some(member), _) => {
                    self.visit(self.service.shape_of(member), value).map_err(|m| m.under(name))?
                }
                (None, Unknown::Refuse) => return Err(Misfit::new("is no member").under(name)),
                (None, Unknown::Drop) => continue,
                (None, Unknown::Keep) => value.clone(),
            };
            out.insert(name.clone(), value);
        }
        Ok(Some(Value::Object(out)))
    }

    fn list(&self, shape: &Shape, value: &Value) -> Result<Option<Value>, Misfit> {
        let (Some(items), Some(member)) = (value.as_array(), &shape.member) else { return Ok(None) };
        let shape = self.service.shape_of(member);
        let items = items.iter().enumerate().filter(|(_, v)| !v.is_null());
        let out: Result<_, _> = items.map(|(i, item)| self.visit(shape, item).map_err(|m| m.at(i))).collect();
        Ok(Some(Value::Array(out?)))
    }

    fn map(&self, shape: &Shape, value: &Value) -> Result<Option<Value>, Misfit> {
        let (Some(object), Some(member)) = (value.as_object(), &shape.value) else { return Ok(None) };
        let shape = self.service.shape_of(member);
        let entries = object.iter().filter(|(_, v)| !v.is_null());
        let out: Result<_, _> = entries
            .map(|(name, v)| Ok((name.clone(), self.visit(shape, v).map_err(|m| m.under(name))?)))
            .collect();
        Ok(Some(Value::Object(out?)))
    }
}

fn scalar(shape: &Shape, value: &Value) -> Option<Value> {
    match shape.kind {
        ShapeType::Integer | ShapeType::Long => match value.as_f64() {
            _ if value.is_i64() || value.is_u64() => Some(value.clone()),
            Some(n) if n.fract() == 0.0 && n.abs() < 9e15 => Some(Value::from(n as i64)),
            _ => None,
        },
        ShapeType::Float | ShapeType::Double => Number::from_f64(value.as_f64()?).map(Value::Number),
        ShapeType::Timestamp => match value {
            Value::Number(n) => n.as_f64().map(time::seconds),
            Value::String(text) => time::parse(text),
            _ => None,
        },
        ShapeType::Boolean => value.is_boolean().then(|| value.clone()),
        ShapeType::Blob => value.as_str().filter(|t| BASE64.decode(t).is_ok()).map(Value::from),
        _ => value.is_string().then(|| value.clone()),
    }
}

fn wanted(shape: &Shape) -> &'static str {
    match shape.kind {
        ShapeType::Structure => "a structure",
        ShapeType::List => "a list",
        ShapeType::Map => "a map",
        ShapeType::String => "a string",
        ShapeType::Integer | ShapeType::Long => "an integer",
        ShapeType::Float | ShapeType::Double => "a number",
        ShapeType::Boolean => "a boolean",
        ShapeType::Timestamp => "a timestamp (seconds since 1970)",
        ShapeType::Blob => "a blob (base64)",
    }
}

/// A scalar as text, where a protocol has nothing else (query, XML, headers).
/// The value is a conforming one; anything else is written as its JSON.
pub(super) fn to_text(service: &Service, member: &Member, value: &Value, default: TimeFormat) -> String {
    let shape = service.shape_of(member);
    match (shape.kind, value) {
        (ShapeType::Timestamp, Value::Number(n)) => {
            time::format(n.as_f64().unwrap_or_default(), time_format(member, shape, default))
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// A scalar out of its text.
pub(super) fn from_text(service: &Service, member: &Member, text: &str) -> Result<Value, Misfit> {
    let shape = service.shape_of(member);
    let value = match shape.kind {
        ShapeType::Integer | ShapeType::Long => text.trim().parse::<i64>().ok().map(Value::from),
        ShapeType::Float | ShapeType::Double => {
            text.trim().parse().ok().and_then(Number::from_f64).map(Value::Number)
        }
        ShapeType::Boolean => text.trim().parse::<bool>().ok().map(Value::Bool),
        ShapeType::Timestamp => time::parse(text.trim()),
        ShapeType::Blob => BASE64.decode(text.trim()).ok().map(|_| Value::from(text.trim())),
        ShapeType::String => Some(Value::from(text)),
        ShapeType::Structure | ShapeType::List | ShapeType::Map => None,
    };
    value.ok_or_else(|| Misfit::new(format!("is not {} but {text:?}", wanted(shape))))
}

fn time_format(member: &Member, shape: &Shape, default: TimeFormat) -> TimeFormat {
    match member.timestamp_format.as_deref().or(shape.timestamp_format.as_deref()) {
        Some("iso8601") => TimeFormat::Iso8601,
        Some("rfc822") => TimeFormat::Rfc822,
        Some("unixTimestamp") => TimeFormat::Unix,
        _ => default,
    }
}

/// Bytes as a document holds them.
pub(super) fn blob(bytes: &[u8]) -> Value {
    Value::String(BASE64.encode(bytes))
}

/// The bytes that a document holds; none where it holds no base64.
pub(super) fn bytes(value: &Value) -> Vec<u8> {
    value.as_str().and_then(|text| BASE64.decode(text).ok()).unwrap_or_default()
}
