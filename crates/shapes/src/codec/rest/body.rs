//! Members in the body: one that is the whole of it, or all that have no other place.

use serde_json::{Map, Value};

use super::head::wire_name;
use crate::codec::error::Misfit;
use crate::codec::form::{Unknown, blob, bytes, conform};
use crate::codec::xml::{self, Element};
use crate::codec::{Wire, json};
use crate::service::Service;
use crate::shape::{Member, Shape, ShapeType};

/// Namespace of S3's documents.
const S3: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Root element of an S3 answer, which the model does not name.
pub(super) fn answer_root(operation: &str) -> (Option<&str>, Option<&'static str>) {
    let name = match operation {
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListObjectsV2" => "ListBucketResult",
        "ListObjectVersions" => "ListVersionsResult",
        "DeleteObjects" => "DeleteResult",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketLocation" => LOCATION,
        "GetBucketTagging" => "Tagging",
        "GetBucketLogging" => "BucketLoggingStatus",
        other => other,
    };
    (Some(name), Some(S3))
}

/// The one root that holds a bare text; us-east-1 is an empty one.
const LOCATION: &str = "LocationConstraint";

/// The body of a request or response and its content type.
pub(super) fn write_body(
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
        match document.get(LOCATION) {
            Some(Value::String(text)) if element.name == LOCATION => element.text.clone_from(text),
            _ => xml::write_structure(service, shape, document, &mut element),
        }
        element.to_bytes()
    };
    (bytes, Some(content_type))
}

pub(super) fn payload(shape: &Shape) -> Option<(&str, &Member)> {
    let name = shape.payload.as_deref()?;
    shape.members.get(name).map(|member| (name, member))
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
    if root.name == LOCATION {
        let text = Some(root.text).filter(|text| !text.is_empty());
        return Ok(text.map(|text| (LOCATION.into(), text.into())).into_iter().collect());
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
