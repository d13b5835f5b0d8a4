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
        .unmanaged(&["ssl_policy", "mutual_authentication"])
        .shorthand("certificates", "certificate_arn")
        .matched_by("certificates", "certificate_arn")
        .unmanaged(&["certificates.is_default"])
        .add(attributes::field("ListenerAttribute"))
        .unmanaged(&["attributes"])
        .canonical(canonical)
}

fn canonical(spec: &mut Value) {
    actions::canonical(spec, "default_actions");
    let tls = matches!(spec["protocol"].as_str(), Some("HTTPS" | "TLS"));
    if let Some(map) = spec.as_object_mut()
        && tls
    {
        map.entry("alpn_policy").or_insert_with(|| json!(["None"]));
    }
}
