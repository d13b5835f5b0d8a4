//! A listener's certificates beside the default one.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

use super::arn::Kind;
use super::{Held, State, page, refuse, tls};

/// AWS's quota for certificates of a load balancer, the default ones not counted.
const MOST: usize = 25;

pub(super) fn describe(state: &State, input: &Value) -> Result<Value, Refusal> {
    let held = state.find(Kind::Listener, text(input, "ListenerArn"))?;
    let mut list: Vec<Value> = items(&held.document, "Certificates")
        .iter()
        .map(|certificate| json!({"CertificateArn": certificate["CertificateArn"], "IsDefault": true}))
        .collect();
    list.extend(extra(held));
    page::page("Certificates", list, input)
}

fn extra(held: &Held) -> Vec<Value> {
    held.certificates.iter().map(|arn| json!({"CertificateArn": arn, "IsDefault": false})).collect()
}

fn one(input: &Value) -> Result<&str, Refusal> {
    match items(input, "Certificates") {
        [one] if one["IsDefault"].is_null() => Ok(text(one, "CertificateArn")),
        [_] => Err(refuse::invalid("You cannot set the IsDefault parameter for a certificate")),
        many => Err(refuse::invalid(format!(
            "Exactly one certificate must be specified per call, but '{}' were specified",
            many.len()
        ))),
    }
}

pub(super) fn add(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let held = cx.here.elbv2.find_mut(Kind::Listener, text(input, "ListenerArn"))?;
    let protocol = text(&held.document, "Protocol");
    if !tls::encrypts(protocol) {
        return Err(refuse::invalid(format!("A certificate cannot be specified for {protocol} listeners")));
    }
    let certificate = one(input)?;
    tls::check_certificate(certificate, cx.account, cx.region)?;
    if !held.certificates.iter().any(|arn| arn == certificate) {
        if held.certificates.len() >= MOST {
            return Err(Refusal::bad(
                "TooManyCertificates",
                format!("a load balancer can have at most {MOST} certificates beside the default ones"),
            ));
        }
        held.certificates.push(certificate.to_string());
    }
    Ok(json!({"Certificates": extra(held)}))
}

pub(super) fn remove(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let held = state.find_mut(Kind::Listener, text(input, "ListenerArn"))?;
    let certificate = one(input)?;
    let is_default =
        items(&held.document, "Certificates").iter().any(|default| default["CertificateArn"] == certificate);
    if is_default && !held.certificates.iter().any(|arn| arn == certificate) {
        return Err(refuse::not_permitted("The default certificate of a listener cannot be removed"));
    }
    held.certificates.retain(|arn| arn != certificate);
    Ok(json!({}))
}
