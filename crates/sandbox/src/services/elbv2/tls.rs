//! What only HTTPS and TLS listeners have: certificates, policies, ALPN, mutual TLS.

use serde_json::{Value, json};

use crate::form::{has, items, text};
use crate::refusal::Refusal;

use super::refuse;

const DEFAULT_POLICY: &str = "ELBSecurityPolicy-2016-08";
const ALPN: [&str; 5] = ["HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None"];

/// The members of a listener that go when it no longer encrypts.
pub(super) const MEMBERS: [&str; 4] = ["Certificates", "SslPolicy", "AlpnPolicy", "MutualAuthentication"];

/// Does a listener of that protocol have a certificate?
pub(super) fn encrypts(protocol: &str) -> bool {
    ["HTTPS", "TLS"].contains(&protocol)
}

/// Checks those members of `given` for the protocol and writes them into the listener.
pub(super) fn write(listener: &mut Value, given: &Value, account: &str, region: &str) -> Result<(), Refusal> {
    let protocol = text(listener, "Protocol").to_string();
    if !encrypts(&protocol) {
        return nothing_given(&protocol, given);
    }
    let certificate = default_certificate(&protocol, given)?;
    check_certificate(certificate, account, region)?;
    listener["Certificates"] = json!([{"CertificateArn": certificate}]);
    listener["SslPolicy"] = json!(policy(given)?);
    if has(given, "AlpnPolicy") {
        listener["AlpnPolicy"] = alpn(&protocol, given)?;
    }
    if protocol == "HTTPS" {
        listener["MutualAuthentication"] = mutual(&given["MutualAuthentication"])?;
    } else if has(given, "MutualAuthentication") {
        return Err(refuse::invalid("Mutual authentication can be specified only for HTTPS listeners"));
    }
    Ok(())
}

fn nothing_given(protocol: &str, given: &Value) -> Result<(), Refusal> {
    let words = |member| match member {
        "Certificates" => "A certificate",
        "SslPolicy" => "An SSL policy",
        "AlpnPolicy" => "An ALPN policy",
        _ => "Mutual authentication",
    };
    match MEMBERS.into_iter().find(|member| has(given, member)) {
        Some(member) => {
            Err(refuse::invalid(format!("{} cannot be specified for {protocol} listeners", words(member))))
        }
        None => Ok(()),
    }
}

fn default_certificate<'a>(protocol: &str, given: &'a Value) -> Result<&'a str, Refusal> {
    match items(given, "Certificates") {
        [] => Err(refuse::invalid(format!("A certificate must be specified for {protocol} listeners"))),
        [one] if !one["IsDefault"].is_null() => {
            Err(refuse::invalid("You cannot set the IsDefault parameter for a certificate"))
        }
        [one] => Ok(text(one, "CertificateArn")),
        many => Err(refuse::invalid(format!(
            "Up to '1' certificate can be specified for a listener, but '{}' were specified",
            many.len()
        ))),
    }
}

/// A certificate of this account: ACM's of this region, or IAM's. The sandbox
/// holds none itself, so one of the right form counts as there.
pub(super) fn check_certificate(arn: &str, account: &str, region: &str) -> Result<(), Refusal> {
    let acm = arn.strip_prefix(&format!("arn:aws:acm:{region}:{account}:certificate/"));
    let iam = arn.strip_prefix(&format!("arn:aws:iam::{account}:server-certificate/"));
    if acm.or(iam).is_some_and(|id| !id.is_empty()) {
        return Ok(());
    }
    Err(Refusal::bad("CertificateNotFound", format!("Certificate '{arn}' not found")))
}

fn policy(given: &Value) -> Result<&str, Refusal> {
    let policy = given["SslPolicy"].as_str().unwrap_or(DEFAULT_POLICY);
    if policy.starts_with("ELBSecurityPolicy-") {
        return Ok(policy);
    }
    Err(Refusal::bad("SSLPolicyNotFound", format!("SSL policy '{policy}' not found")))
}

fn alpn(protocol: &str, given: &Value) -> Result<Value, Refusal> {
    if protocol != "TLS" {
        return Err(refuse::invalid(format!("An ALPN policy cannot be specified for {protocol} listeners")));
    }
    match items(given, "AlpnPolicy") {
        [one] if one.as_str().is_some_and(|name| ALPN.contains(&name)) => Ok(json!([one])),
        _ => Err(Refusal::bad(
            "ALPNPolicyNotFound",
            format!("exactly one ALPN policy must be specified, one of '{}'", ALPN.join(", ")),
        )),
    }
}

fn mutual(given: &Value) -> Result<Value, Refusal> {
    let store = has(given, "TrustStoreArn");
    match given["Mode"].as_str().unwrap_or("off") {
        "verify" if !store => {
            Err(refuse::invalid("A trust store ARN must be specified for the mode 'verify'"))
        }
        "verify" if !text(given, "TrustStoreArn").contains(":truststore/") => Err(Refusal::bad(
            "TrustStoreNotFound",
            format!("Trust store '{}' not found", text(given, "TrustStoreArn")),
        )),
        "verify" => Ok(verify(given)),
        mode @ ("off" | "passthrough") if !store => Ok(json!({"Mode": mode})),
        mode @ ("off" | "passthrough") => {
            Err(refuse::invalid(format!("A trust store ARN cannot be specified for the mode '{mode}'")))
        }
        mode => Err(refuse::invalid(format!("Mode '{mode}' must be one of 'off, passthrough, verify'"))),
    }
}

fn verify(given: &Value) -> Value {
    let expired = given["IgnoreClientCertificateExpiry"].as_bool().unwrap_or(false);
    json!({
        "Mode": "verify",
        "TrustStoreArn": given["TrustStoreArn"],
        "IgnoreClientCertificateExpiry": expired,
        "TrustStoreAssociationStatus": "active",
        "AdvertiseTrustStoreCaNames": given["AdvertiseTrustStoreCaNames"].as_str().unwrap_or("off"),
    })
}
