//! Attributes of listeners.

use serde_json::Value;

use super::{Attribute, Form};

use crate::form::text;

const RESPONSE: [Attribute; 11] = [
    ("routing.http.response.server.enabled", "true", Form::Switch),
    ("routing.http.response.strict_transport_security.header_value", "", Form::Text),
    ("routing.http.response.access_control_allow_origin.header_value", "", Form::Text),
    ("routing.http.response.access_control_allow_methods.header_value", "", Form::Text),
    ("routing.http.response.access_control_allow_headers.header_value", "", Form::Text),
    ("routing.http.response.access_control_allow_credentials.header_value", "", Form::Text),
    ("routing.http.response.access_control_expose_headers.header_value", "", Form::Text),
    ("routing.http.response.access_control_max_age.header_value", "", Form::Text),
    ("routing.http.response.content_security_policy.header_value", "", Form::Text),
    ("routing.http.response.x_content_type_options.header_value", "", Form::Text),
    ("routing.http.response.x_frame_options.header_value", "", Form::Text),
];

/// Headers about the client's TLS, which a listener without TLS does not send.
const REQUEST: [Attribute; 8] = [
    (
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        "X-Amzn-Mtls-Clientcert-Serial-Number",
        Form::Text,
    ),
    (
        "routing.http.request.x_amzn_mtls_clientcert_issuer.header_name",
        "X-Amzn-Mtls-Clientcert-Issuer",
        Form::Text,
    ),
    (
        "routing.http.request.x_amzn_mtls_clientcert_subject.header_name",
        "X-Amzn-Mtls-Clientcert-Subject",
        Form::Text,
    ),
    (
        "routing.http.request.x_amzn_mtls_clientcert_validity.header_name",
        "X-Amzn-Mtls-Clientcert-Validity",
        Form::Text,
    ),
    (
        "routing.http.request.x_amzn_mtls_clientcert_leaf.header_name",
        "X-Amzn-Mtls-Clientcert-Leaf",
        Form::Text,
    ),
    ("routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Amzn-Mtls-Clientcert", Form::Text),
    ("routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version", Form::Text),
    ("routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite", Form::Text),
];

const TCP: [Attribute; 1] = [("tcp.idle_timeout.seconds", "350", Form::Number(60, 6000))];

pub(super) fn table(document: &Value) -> Vec<Attribute> {
    match text(document, "Protocol") {
        "HTTP" => RESPONSE.to_vec(),
        "HTTPS" => [&RESPONSE[..], &REQUEST].concat(),
        "TCP" | "TCP_UDP" | "TCP_QUIC" => TCP.to_vec(),
        _ => Vec::new(),
    }
}

/// Does a listener of any protocol have that attribute?
pub(super) fn known(key: &str) -> bool {
    RESPONSE.iter().chain(&REQUEST).chain(&TCP).any(|(known, _, _)| *known == key)
}
