//! A service model: its operations and shapes, read once and kept.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::shape::{Member, Shape};
use crate::table::Table;

/// How a service speaks on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Protocol {
    #[serde(rename = "json")]
    AwsJson,
    #[serde(rename = "query")]
    AwsQuery,
    #[serde(rename = "ec2")]
    Ec2Query,
    #[serde(rename = "rest-xml")]
    RestXml,
    #[serde(rename = "rest-json")]
    RestJson,
}

/// What a client must know of a service before its first call.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// AWS's service id; `AWS_ENDPOINT_URL_<ID>` is made from it.
    pub service_id: String,
    pub api_version: String,
    pub protocol: Protocol,
    pub endpoint_prefix: String,
    pub signing_name: String,
    /// Prefix of the `X-Amz-Target` header (awsJson).
    pub target_prefix: Option<String>,
    pub json_version: Option<String>,
    pub xml_namespace: Option<String>,
    /// Host of a service that has one endpoint for all regions.
    pub global_endpoint: Option<String>,
}

/// Method and path of a REST operation (`POST /` for the others).
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Http {
    pub method: String,
    pub request_uri: String,
    pub response_code: Option<u16>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Side {
    shape: String,
    result_wrapper: Option<String>,
    location_name: Option<String>,
    xml_namespace: Option<crate::shape::XmlNamespace>,
}

/// One operation, by AWS's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    pub http: Http,
    input: Option<Side>,
    output: Option<Side>,
    /// Names of the exception shapes that it may answer with.
    pub errors: Vec<String>,
    /// The body must carry a checksum header (S3).
    #[serde(default)]
    pub http_checksum_required: bool,
}

impl Operation {
    /// Name of the input's shape.
    pub fn input(&self) -> Option<&str> {
        self.input.as_ref().map(|side| side.shape.as_str())
    }

    /// Name of the answer's shape.
    pub fn output(&self) -> Option<&str> {
        self.output.as_ref().map(|side| side.shape.as_str())
    }

    /// Element that wraps an awsQuery answer.
    pub fn result_wrapper(&self) -> Option<&str> {
        self.output.as_ref()?.result_wrapper.as_deref()
    }

    /// Root element and namespace of a restXml request body.
    pub fn input_root(&self) -> (Option<&str>, Option<&str>) {
        let side = self.input.as_ref();
        (
            side.and_then(|s| s.location_name.as_deref()),
            side.and_then(|s| s.xml_namespace.as_ref()).map(|n| n.uri.as_str()),
        )
    }
}

/// A service with the operations and shapes that recon speaks.
#[derive(Debug)]
pub struct Service {
    /// botocore's folder name: `ecs`, `elbv2`.
    pub name: &'static str,
    pub metadata: Metadata,
    pub operations: Table<Operation>,
    pub shapes: Table<Shape>,
}

/// A model's file.
#[derive(Deserialize)]
struct File<'a> {
    metadata: Metadata,
    #[serde(borrow)]
    operations: BTreeMap<&'a str, &'a RawValue>,
    #[serde(borrow)]
    shapes: BTreeMap<&'a str, &'a RawValue>,
}

impl Service {
    /// The shape of that name.
    ///
    /// # Panics
    /// When the model's data name a shape that they do not hold, which
    /// `tools/trim_models.py` rules out and a test walks through.
    #[allow(clippy::expect_used)]
    pub fn shape(&self, name: &str) -> &Shape {
        self.shapes.get(name).expect("the trimmed model holds every shape that it names")
    }

    /// The shape behind a member, a list's element or a map's value.
    pub fn shape_of(&self, member: &Member) -> &Shape {
        self.shape(&member.shape)
    }

    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }
}

macro_rules! services {
    ($($name:literal),* $(,)?) => {
        /// Every service that recon speaks.
        pub const SERVICES: &[&str] = &[$($name),*];

        /// The model of a service, opened at its first use.
        pub fn service(name: &str) -> Option<&'static Service> {
            match name {
                $($name => {
                    static MODEL: OnceLock<Service> = OnceLock::new();
                    Some(MODEL.get_or_init(|| open($name, include_str!(concat!("../data/", $name, ".json")))))
                })*
                _ => None,
            }
        }

        /// First sentence of AWS's documentation of `Shape.member`.
        pub(crate) fn docs(name: &str) -> Option<&'static BTreeMap<String, String>> {
            match name {
                $($name => {
                    static DOCS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
                    Some(DOCS.get_or_init(|| {
                        serde_json::from_str(include_str!(concat!("../data/", $name, ".docs.json"))).unwrap_or_default()
                    }))
                })*
                _ => None,
            }
        }
    };
}

services!(
    "application-autoscaling",
    "cloudwatch",
    "codebuild",
    "codecommit",
    "codedeploy",
    "codepipeline",
    "codestar-notifications",
    "ec2",
    "ecr",
    "ecs",
    "elbv2",
    "events",
    "iam",
    "kms",
    "logs",
    "resourcegroupstaggingapi",
    "s3",
    "servicediscovery",
    "sns",
    "sts",
);

#[allow(clippy::expect_used)]
fn open(name: &'static str, text: &'static str) -> Service {
    let File { metadata, operations, shapes } =
        serde_json::from_str(text).expect("the embedded service model is valid, a test reads all of it");
    Service { name, metadata, operations: Table::new(operations), shapes: Table::new(shapes) }
}

impl Service {
    /// First sentence of AWS's documentation of a structure's member.
    pub fn documentation(&self, shape: &str, member: &str) -> Option<&'static str> {
        docs(self.name)?.get(&format!("{shape}.{member}")).map(String::as_str)
    }
}
