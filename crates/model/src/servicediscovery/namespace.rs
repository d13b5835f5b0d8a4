//! `servicediscovery.namespace`: facts in AWS's API reference,
//! CreateHttpNamespace and CreatePrivateDnsNamespace.

use serde_json::{Value, json};

use crate::compose::one_of;
use crate::kind::Kind;
use crate::schema::Field;
use crate::targets::VPC;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "servicediscovery.namespace",
        "servicediscovery",
        // that of CreateHttpNamespace is a part of it
        "CreatePrivateDnsNamespaceRequest",
        "Names under which services find each other: a cluster's default for Service Connect.",
    )
    .cfn("AWS::ServiceDiscovery::PrivateDnsNamespace")
    .exports(&["arn", "name", "id", "hosted_zone_id"])
    .leave_out(&[("creator_request_id", "recon sends its own, so that a repeated call makes one namespace")])
    .add(namespace_type())
    .refers("vpc", VPC)
    .optional(&["vpc"])
    .doc("vpc", "The VPC in which a DNS_PRIVATE namespace answers. No call answers with it.")
    .write_only(&["vpc"])
    .create_only(&["name", "type", "vpc"])
    .unmanaged(&["properties"])
    .canonical(canonical)
}

fn namespace_type() -> Field {
    let mut field = Field::new("type", "Type", one_of(&["HTTP", "DNS_PRIVATE"]));
    field.doc =
        "`HTTP` is found through Cloud Map's API and Service Connect, `DNS_PRIVATE` by DNS in a VPC as well."
            .into();
    field.default = Some("HTTP".into());
    field
}

fn canonical(spec: &mut Value) {
    if let Some(map) = spec.as_object_mut() {
        map.entry("type").or_insert_with(|| json!("HTTP"));
    }
}
