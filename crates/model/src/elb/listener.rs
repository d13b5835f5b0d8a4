//! `elb.listener`: facts in AWS's API reference, CreateListener and Action.

use serde_json::{Value, json};

use crate::elb::{actions, attributes};
use crate::kind::{Kind, to};

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "elb.listener",
        "elbv2",
        "CreateListenerInput",
        "A port of a load balancer, and what it does with a request.",
    );
    actions::fields(kind, "default_actions")
        .cfn("AWS::ElasticLoadBalancingV2::Listener")
        .rename("load_balancer_arn", "load_balancer")
        .refers("load_balancer", to(&["elb.load_balancer"], "arn"))
        .identity(&["load_balancer", "port"])
        .required(&["port", "protocol"])
        // a port of a load balancer can be listened to once
        .delete_first()
        .create_only(&["load_balancer"])
        .unmanaged(&["ssl_policy"])
        .leave_out(&[
            (
                "mutual_authentication.trust_store_association_status",
                "AWS's own word on a shared trust store",
            ),
            ("certificates.is_default", "the first of the list is the default one"),
        ])
        .default("mutual_authentication.mode", "off")
        .shorthand("certificates", "certificate_arn")
        .matched_by("certificates", "certificate_arn")
        .add(attributes::field("ListenerAttribute"))
        .canonical(canonical)
}

fn canonical(spec: &mut Value) {
    actions::canonical(spec, "default_actions");
    let protocol = spec["protocol"].as_str().unwrap_or_default().to_string();
    let verifies = spec["mutual_authentication"]["mode"] == "verify";
    if let Some(map) = spec.as_object_mut() {
        if map.get("alpn_policy").is_some_and(|policy| *policy == json!(["None"])) {
            map.remove("alpn_policy");
        }
        if let Some(mutual) = map.get_mut("mutual_authentication").and_then(Value::as_object_mut) {
            // the rest belongs to `verify`
            mutual.retain(|member, _| member == "mode" || verifies);
            if verifies {
                mutual.entry("ignore_client_certificate_expiry").or_insert_with(|| json!(false));
                mutual.entry("advertise_trust_store_ca_names").or_insert_with(|| json!("off"));
            }
        }
    }
    let defaults: &[&[(&str, &str)]] = match protocol.as_str() {
        "HTTP" => &[RESPONSE],
        "HTTPS" => &[RESPONSE, REQUEST],
        "TCP" | "TCP_UDP" | "TCP_QUIC" => &[TCP],
        _ => &[],
    };
    attributes::fill(spec, defaults);
}

/// AWS's defaults, from the documentation of ListenerAttribute.
const RESPONSE: &[(&str, &str)] = &[
    ("routing.http.response.server.enabled", "true"),
    ("routing.http.response.strict_transport_security.header_value", ""),
    ("routing.http.response.access_control_allow_origin.header_value", ""),
    ("routing.http.response.access_control_allow_methods.header_value", ""),
    ("routing.http.response.access_control_allow_headers.header_value", ""),
    ("routing.http.response.access_control_allow_credentials.header_value", ""),
    ("routing.http.response.access_control_expose_headers.header_value", ""),
    ("routing.http.response.access_control_max_age.header_value", ""),
    ("routing.http.response.content_security_policy.header_value", ""),
    ("routing.http.response.x_content_type_options.header_value", ""),
    ("routing.http.response.x_frame_options.header_value", ""),
];
const REQUEST: &[(&str, &str)] = &[
    (
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name",
        "X-Amzn-Mtls-Clientcert-Serial-Number",
    ),
    ("routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", "X-Amzn-Mtls-Clientcert-Issuer"),
    ("routing.http.request.x_amzn_mtls_clientcert_subject.header_name", "X-Amzn-Mtls-Clientcert-Subject"),
    ("routing.http.request.x_amzn_mtls_clientcert_validity.header_name", "X-Amzn-Mtls-Clientcert-Validity"),
    ("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", "X-Amzn-Mtls-Clientcert-Leaf"),
    ("routing.http.request.x_amzn_mtls_clientcert.header_name", "X-Amzn-Mtls-Clientcert"),
    ("routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version"),
    ("routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite"),
];
const TCP: &[(&str, &str)] = &[("tcp.idle_timeout.seconds", "350")];
