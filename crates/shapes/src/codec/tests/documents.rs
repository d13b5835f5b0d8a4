//! Random documents of a shape, within what a protocol can carry.
//!
//! Types, required members and enums are the model's; lengths, ranges and
//! patterns are not followed, since no codec depends on them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};

use crate::codec::{Wire, rest};
use crate::service::{Operation, SERVICES, Service, service};
use crate::shape::{Member, Shape, ShapeType};
use crate::validate;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Response,
}

pub(super) struct Documents<'a> {
    pub service: &'a Service,
    pub wire: Wire,
    pub side: Side,
    pub dice: Dice,
    /// Per cent of the optional members that are there.
    pub density: u64,
}

/// A small generator of numbers (xorshift), so that one seed is one document.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % below.max(1)
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.roll(from.len() as u64) as usize]
    }
}

/// Deep enough for every shape; stops the few that hold themselves.
const DEPTH: usize = 9;

impl Documents<'_> {
    /// A document for one side of an operation.
    pub fn of(&mut self, op: &Operation) -> Value {
        let shape = if self.side == Side::Request { op.input() } else { op.output() };
        let Some(shape) = shape.map(|name| self.service.shape(name)) else { return json!({}) };
        let mut document = self.structure(shape, 0);
        let object = document.as_object_mut().unwrap();
        if self.side == Side::Request {
            // the HTTP layer's, see the limits in the codec's documentation
            object.remove("ContentLength");
            if op.http_checksum_required && object.contains_key("ChecksumAlgorithm") {
                // the one that the codec computes
                object.insert("ChecksumAlgorithm".into(), "SHA256".into());
            }
        }
        document
    }

    fn rest(&self) -> bool {
        matches!(self.wire, Wire::RestXml | Wire::RestJson)
    }

    fn structure(&mut self, shape: &Shape, depth: usize) -> Value {
        let mut out = Map::new();
        for (name, member) in &shape.members {
            let payload = self.rest() && shape.payload.as_ref() == Some(name);
            // a streamed body is always there
            let stream = payload && self.service.shape_of(member).kind == ShapeType::Blob;
            let wanted = stream || shape.required.contains(name) || self.dice.roll(100) < self.density;
            if wanted && (depth < DEPTH || shape.required.contains(name)) {
                let value = if payload && self.service.shape_of(member).kind == ShapeType::String {
                    // an empty body is no policy
                    Some(json!(format!("x{}", self.text())))
                } else if let Some(place) = member.location.as_deref().filter(|_| self.rest()) {
                    self.placed(place, member, depth)
                } else {
                    self.value(member, depth + 1)
                };
                out.extend(value.map(|value| (name.clone(), value)));
            }
        }
        Value::Object(out)
    }

    /// A member in path, query string or header: never empty there.
    fn placed(&mut self, place: &str, member: &Member, depth: usize) -> Option<Value> {
        let shape = self.service.shape_of(member);
        match (shape.kind, place) {
            (ShapeType::Map, _) => {
                let entries = (0..1 + self.dice.roll(3)).map(|_| (self.token(), json!(self.visible())));
                Some(Value::Object(entries.collect()))
            }
            (ShapeType::List, _) => {
                let item = shape.member.as_ref()?;
                let count = 1 + self.dice.roll(3);
                (0..count).map(|_| self.placed(place, item, depth)).collect()
            }
            (ShapeType::String, _) if !shape.allowed.is_empty() => self.value(member, depth),
            (ShapeType::String, "header") => Some(json!(self.visible())),
            (ShapeType::String, "uri") => Some(json!(format!("{}/{}", self.token(), self.text()))),
            // RFC 822 has no fractions of a second
            (ShapeType::Timestamp, _) => Some(json!(self.dice.roll(4_000_000_000))),
            _ => self.value(member, depth),
        }
    }

    /// None for a value that the protocol cannot carry.
    fn value(&mut self, member: &Member, depth: usize) -> Option<Value> {
        let shape = self.service.shape_of(member);
        let query = self.side == Side::Request && matches!(self.wire, Wire::AwsQuery | Wire::Ec2Query);
        let xml = matches!(self.wire, Wire::RestXml | Wire::AwsQuery | Wire::Ec2Query);
        let count = if depth > DEPTH { 0 } else { self.dice.roll(4) };
        match shape.kind {
            ShapeType::Structure => {
                let value = self.structure(shape, depth);
                (!query || !value.as_object()?.is_empty()).then_some(value)
            }
            ShapeType::List => {
                let item = shape.member.as_ref()?;
                let items: Vec<Value> = (0..count).filter_map(|_| self.value(item, depth + 1)).collect();
                let flattened = xml && !query && (member.flattened || shape.flattened);
                let absent = flattened || (query && self.wire == Wire::Ec2Query);
                (!items.is_empty() || !absent).then_some(Value::Array(items))
            }
            ShapeType::Map => {
                let (key, item) = (shape.key.as_ref()?, shape.value.as_ref()?);
                let mut out = Map::new();
                for _ in 0..count {
                    let name = self.value(key, depth)?.as_str()?.to_string();
                    out.extend(self.value(item, depth + 1).map(|value| (name, value)));
                }
                (!query || !out.is_empty()).then_some(Value::Object(out))
            }
            _ => Some(self.scalar(shape)),
        }
    }

    fn scalar(&mut self, shape: &Shape) -> Value {
        match shape.kind {
            ShapeType::Integer => json!(self.dice.roll(1 << 32) as i64 - (1 << 31)),
            ShapeType::Long => json!(self.dice.roll(u64::MAX) as i64),
            ShapeType::Float | ShapeType::Double => {
                let any = f64::from_bits(self.dice.roll(u64::MAX));
                json!(if any.is_finite() { any } else { 80.0 })
            }
            ShapeType::Boolean => json!(self.dice.roll(2) == 1),
            ShapeType::Timestamp => {
                let seconds = self.dice.roll(4_000_000_000) as f64;
                // RFC 822 has no fractions of a second, ISO 8601 has milliseconds
                let whole = shape.timestamp_format.as_deref() == Some("rfc822") || self.dice.roll(2) == 0;
                let millis = if whole { 0.0 } else { self.dice.roll(1000) as f64 };
                crate::codec::time::seconds((seconds * 1000.0 + millis) / 1000.0)
            }
            ShapeType::Blob => {
                let bytes: Vec<u8> = (0..self.dice.roll(9)).map(|_| self.dice.roll(256) as u8).collect();
                json!(BASE64.encode(bytes))
            }
            _ if !shape.allowed.is_empty() => json!(self.dice.pick(&shape.allowed)),
            _ => json!(self.text()),
        }
    }

    /// Any text that XML 1.0 has: markup, controls, blank ends, other alphabets; sometimes none.
    fn text(&mut self) -> String {
        let chars: Vec<char> = "ab7/+=&<>\"'%?#.:;, \t\r\n\\{}[]$é한글😀~-_".chars().collect();
        (0..self.dice.roll(8)).map(|_| *self.dice.pick(&chars)).collect()
    }

    fn visible(&mut self) -> String {
        let chars: Vec<char> = "aZ7/+=&<>\"'%?#.:;\\{}".chars().collect();
        (0..1 + self.dice.roll(8)).map(|_| *self.dice.pick(&chars)).collect()
    }

    /// Header names have no case, documents get them in small letters.
    fn token(&mut self) -> String {
        let chars: Vec<char> = "abcxyz0189-".chars().collect();
        format!("k{}", (0..self.dice.roll(8)).map(|_| *self.dice.pick(&chars)).collect::<String>())
    }
}

#[test]
fn random_documents_have_the_form_that_the_model_asks_for() {
    for name in SERVICES {
        let service = service(name).unwrap();
        for (operation, op) in service.operations.iter() {
            let Some(shape) = op.input() else { continue };
            let dice = Dice(operation.len() as u64 * 7919 + 1);
            let mut documents =
                Documents { service, wire: Wire::AwsJson, side: Side::Request, dice, density: 60 };
            let document = documents.of(op);
            let limits = ["at least", "at most", "is outside", "does not match"];
            let broken: Vec<String> = validate(service, shape, &document)
                .iter()
                .map(ToString::to_string)
                .filter(|violation| !limits.iter().any(|limit| violation.contains(limit)))
                .collect();
            assert_eq!(broken, [""; 0], "{name} {operation}");
        }
    }
}

#[test]
fn no_member_of_a_json_body_has_a_wire_name_of_its_own() {
    // json.rs and rest/body.rs rely on it
    for name in SERVICES {
        let service = service(name).unwrap();
        if !matches!(Wire::of(service), Wire::AwsJson | Wire::RestJson) {
            continue;
        }
        for (shape, member) in
            service.shapes.iter().flat_map(|(n, s)| s.members.values().map(move |m| (n, m)))
        {
            assert!(member.location.is_some() || member.location_name.is_none(), "{name} {shape}");
        }
    }
}

#[test]
fn the_bucket_can_move_from_the_path_into_the_host() {
    let s3 = service("s3").unwrap();
    let input = json!({"Bucket": "pipeline", "Key": "a/b c"});
    assert_eq!(rest::bucket(s3, &input), Some("pipeline"));
    let request = crate::codec::encode_request(s3, "GetObject", &input).unwrap();
    assert_eq!(request.path, "/pipeline/a/b%20c");
    assert_eq!(rest::without_bucket(&request.path), "/a/b%20c");
    assert_eq!(rest::without_bucket("/pipeline?versioning"), "/?versioning");
}
