//! One shape of a service model: a structure, a list, a map or a scalar.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::pattern::Pattern;

/// What kind of document a [`Shape`] describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShapeType {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
}

/// A reference from one shape to another, with how it stands on the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    /// Name of the shape that describes the value.
    pub shape: String,
    /// Name on the wire where it is not the member's own.
    pub location_name: Option<String>,
    /// Name in an ec2Query request where it is not the capitalised `location_name`.
    pub query_name: Option<String>,
    /// `uri`, `querystring`, `header`, `headers` or `statusCode`; the body otherwise.
    pub location: Option<String>,
    /// A list without a wrapping element.
    #[serde(default)]
    pub flattened: bool,
    /// `iso8601`, `unixTimestamp` or `rfc822` where it is not the protocol's own.
    pub timestamp_format: Option<String>,
    /// An attribute of the XML element.
    #[serde(default)]
    pub xml_attribute: bool,
    /// The client fills it in, so that a repeated call has one effect.
    #[serde(default)]
    pub idempotency_token: bool,
    /// The XML namespace that the element declares.
    pub xml_namespace: Option<XmlNamespace>,
    /// The body is the value itself.
    #[serde(default)]
    pub streaming: bool,
}

/// An XML namespace, as a bare address or with a prefix.
#[derive(Debug, Clone, Deserialize)]
pub struct XmlNamespace {
    pub uri: String,
    pub prefix: Option<String>,
}

/// How an exception shape stands in an error answer.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorTrait {
    /// The code on the wire where it is not the shape's name.
    pub code: Option<String>,
    /// HTTP status, 400 where AWS says nothing else.
    pub http_status_code: Option<u16>,
    pub sender_fault: bool,
}

/// A shape with AWS's constraints on it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shape {
    #[serde(rename = "type")]
    pub kind: ShapeType,
    /// Members of a structure, by AWS's name.
    #[serde(default)]
    pub members: BTreeMap<String, Member>,
    #[serde(default)]
    pub required: Vec<String>,
    /// Element of a list.
    pub member: Option<Member>,
    /// Key and value of a map.
    pub key: Option<Member>,
    pub value: Option<Member>,
    /// Allowed values of a string.
    #[serde(rename = "enum", default)]
    pub allowed: Vec<String>,
    /// Least and greatest number, length of a string, or count of a list.
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// Regular expression that a string must match as a whole.
    pub pattern: Option<Pattern>,
    #[serde(default)]
    pub exception: bool,
    #[serde(default)]
    pub error: ErrorTrait,
    #[serde(default)]
    pub sensitive: bool,
    #[serde(default)]
    pub flattened: bool,
    /// The member that is the whole body (REST protocols).
    pub payload: Option<String>,
    pub location_name: Option<String>,
    pub timestamp_format: Option<String>,
    pub xml_namespace: Option<XmlNamespace>,
    #[serde(default)]
    pub union: bool,
}
