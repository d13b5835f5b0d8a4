//! Which service, operation and protocol a request means.

use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::error::ErrorAnswer;
use super::rest::{self, Target};
use super::{Wire, WireRequest, cbor};
use crate::service::{Operation, SERVICES, Service, service};

/// Where the input of a routed request is.
pub(super) enum Source {
    Body,
    Form(Vec<(String, String)>),
    Rest(Target),
}

pub(super) struct Route {
    pub service: &'static Service,
    pub operation: &'static str,
    pub op: &'static Operation,
    pub source: Source,
}

/// What a request is signed for.
pub(super) struct Scope {
    pub region: String,
    pub signing_name: String,
}

/// `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, of the header or of a presigned query.
pub(super) fn scope(request: &WireRequest) -> Option<Scope> {
    let header = request.header("authorization").unwrap_or_default();
    let presigned = request.path.split_once("X-Amz-Credential=").map(|(_, rest)| rest);
    let credential = header.split_once("Credential=").map(|(_, rest)| rest).or(presigned)?;
    let credential = credential.split([',', '&', ' ']).next()?;
    let credential = percent_decode_str(credential).decode_utf8_lossy();
    let mut parts = credential.rsplit('/');
    let (_, signing_name, region) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Scope { region: region.to_string(), signing_name: signing_name.to_string() })
}

/// An id in AWS's form; the same request has the same one.
pub(super) fn request_id(request: &WireRequest) -> String {
    let mut hash = Sha256::new();
    hash.update(&request.path);
    hash.update(&request.body);
    for name in ["amz-sdk-invocation-id", "x-amz-target", "authorization"] {
        hash.update(request.header(name).unwrap_or_default());
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

impl Wire {
    /// The protocol of a request, by what only that protocol has.
    pub fn spoken_in(request: &WireRequest) -> Self {
        if request.header("smithy-protocol") == Some(cbor::PROTOCOL) {
            return Self::RpcCbor;
        }
        if request.header("x-amz-target").is_some() {
            return Self::AwsJson;
        }
        let pairs = form(request);
        if value(&pairs, "Action").is_some() {
            let ec2 = form_service(request, &pairs).is_some_and(|service| service.name == "ec2");
            return if ec2 { Self::Ec2Query } else { Self::AwsQuery };
        }
        rest_service(request).map_or(Self::RestXml, Self::of)
    }
}

fn services() -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter_map(|name| service(name))
}

/// Service, operation and the place of the input.
pub(super) fn find(wire: Wire, request: &WireRequest) -> Result<Route, ErrorAnswer> {
    match wire {
        Wire::AwsJson => {
            let target = request.header("x-amz-target").unwrap_or_default();
            let (prefix, operation) = target.rsplit_once('.').unwrap_or(("", target));
            by_prefix(prefix, operation)
        }
        Wire::RpcCbor => {
            let mut parts = request.path.trim_start_matches('/').split('/');
            match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
                (Some("service"), Some(prefix), Some("operation"), Some(operation), None) => {
                    by_prefix(prefix, operation)
                }
                _ => Err(unknown("any service", &request.path)),
            }
        }
        Wire::AwsQuery | Wire::Ec2Query => by_form(request),
        Wire::RestJson | Wire::RestXml => {
            let asked = format!("{} {}", request.method, request.path);
            let service = rest_service(request).ok_or_else(|| unknown("any service", &asked))?;
            let (operation, op, target) =
                rest::find(service, request).ok_or_else(|| unknown(service.name, &asked))?;
            Ok(Route { service, operation, op, source: Source::Rest(target) })
        }
    }
}

fn unknown(service: &str, operation: &str) -> ErrorAnswer {
    ErrorAnswer::new(
        400,
        "UnknownOperationException",
        format!("recon's model of {service} has no {operation}"),
    )
}

fn by_prefix(prefix: &str, operation: &str) -> Result<Route, ErrorAnswer> {
    let service = services()
        .find(|service| service.metadata.target_prefix.as_deref() == Some(prefix))
        .ok_or_else(|| unknown("any service", &format!("{prefix}.{operation}")))?;
    route(service, operation, Source::Body)
}

fn route(service: &'static Service, operation: &str, source: Source) -> Result<Route, ErrorAnswer> {
    let (operation, op) =
        service.operations.get_key_value(operation).ok_or_else(|| unknown(service.name, operation))?;
    Ok(Route { service, operation, op, source })
}

fn by_form(request: &WireRequest) -> Result<Route, ErrorAnswer> {
    let pairs = form(request);
    let action = value(&pairs, "Action").unwrap_or_default().to_string();
    let service = form_service(request, &pairs).ok_or_else(|| unknown("any service", &action))?;
    route(service, &action, Source::Form(pairs))
}

/// By the API's version, which no two services share; by the signature where there is none.
fn form_service(request: &WireRequest, pairs: &[(String, String)]) -> Option<&'static Service> {
    let version = value(pairs, "Version");
    let scope = scope(request);
    services()
        .filter(|service| service.metadata.target_prefix.is_none() || service.name == "cloudwatch")
        .find(|service| match (version, &scope) {
            (Some(version), _) => service.metadata.api_version == version,
            (None, Some(scope)) => service.metadata.signing_name == scope.signing_name,
            (None, None) => false,
        })
}

/// Names and values of a form, in the body or in the query string.
fn form(request: &WireRequest) -> Vec<(String, String)> {
    let query = request.path.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = rest::split_query(query);
    let form = request.header("content-type").is_some_and(|t| t.starts_with("application/x-www-form"));
    if form {
        pairs.extend(rest::split_query(&String::from_utf8_lossy(&request.body)));
    }
    pairs
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// By the signature; without one the service that has such a path, at last S3,
/// where a path may be anything.
fn rest_service(request: &WireRequest) -> Option<&'static Service> {
    let rest = || services().filter(|service| matches!(Wire::of(service), Wire::RestJson | Wire::RestXml));
    let signed = scope(request).and_then(|s| rest().find(|r| r.metadata.signing_name == s.signing_name));
    let fitting = || rest().find(|service| service.name != "s3" && rest::find(service, request).is_some());
    signed.or_else(fitting).or_else(|| service("s3"))
}
