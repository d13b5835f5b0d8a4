//! Where a load balancer stands: subnets, zones, security groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::form::{has, items, text, texts};
use crate::refusal::Refusal;
use crate::services::ec2;

use super::refuse;

/// Subnets as a load balancer has them.
pub(super) struct Placement {
    pub(super) vpc: String,
    pub(super) zones: Value,
}

/// Reads `Subnets` or `SubnetMappings` and checks them for that type of load balancer.
pub(super) fn placement(region: &str, kind: &str, input: &Value) -> Result<Placement, Refusal> {
    let mappings = mappings(input)?;
    let mut vpc = String::new();
    let mut zones = BTreeMap::new();
    for mapping in &mappings {
        let id = text(mapping, "SubnetId");
        let subnet = ec2::subnet(region, id)
            .ok_or_else(|| Refusal::bad("SubnetNotFound", format!("The subnet ID '{id}' does not exist")))?;
        vpc = text(&subnet, "VpcId").to_string();
        let zone = text(&subnet, "AvailabilityZone").to_string();
        let entry =
            json!({"ZoneName": zone, "SubnetId": id, "LoadBalancerAddresses": addresses(kind, mapping)?});
        if zones.insert(zone, entry).is_some() {
            return Err(refuse::configuration(
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
            ));
        }
    }
    if kind == "application" && zones.len() < 2 {
        return Err(refuse::invalid(
            "At least two subnets in two different Availability Zones must be specified",
        ));
    }
    Ok(Placement { vpc, zones: zones.into_values().collect() })
}

fn mappings(input: &Value) -> Result<Vec<Value>, Refusal> {
    match (has(input, "Subnets"), has(input, "SubnetMappings")) {
        (true, true) => Err(refuse::invalid("Subnets and subnet mappings cannot be specified together")),
        (false, false) => Err(refuse::invalid("You must specify either subnets or subnet mappings")),
        (true, false) => Ok(texts(input, "Subnets").iter().map(|id| json!({"SubnetId": id})).collect()),
        (false, true) => Ok(items(input, "SubnetMappings").to_vec()),
    }
}

fn addresses(kind: &str, mapping: &Value) -> Result<Value, Refusal> {
    if has(mapping, "IPv6Address") || has(mapping, "SourceNatIpv6Prefix") {
        return Err(no_ipv6());
    }
    let mut address = json!({});
    for member in ["AllocationId", "PrivateIPv4Address"] {
        if has(mapping, member) {
            address[member] = mapping[member].clone();
        }
    }
    if address == json!({}) {
        return Ok(json!([]));
    }
    if kind == "application" {
        return Err(refuse::configuration(
            "Static IP addresses are not supported for load balancers with type 'application'",
        ));
    }
    Ok(json!([address]))
}

/// The default VPC has no IPv6, as AWS hands it out.
pub(super) fn ip_address_type(wanted: &str) -> Result<(), Refusal> {
    if wanted == "ipv4" { Ok(()) } else { Err(no_ipv6()) }
}

fn no_ipv6() -> Refusal {
    refuse::invalid("You must specify subnets with an associated IPv6 CIDR block.")
}

/// The groups asked for, each of which must be there.
pub(super) fn security_groups(region: &str, input: &Value) -> Result<Vec<String>, Refusal> {
    let mut ids: Vec<String> = texts(input, "SecurityGroups").into_iter().map(String::from).collect();
    ids.sort();
    ids.dedup();
    match ids.iter().find(|id| ec2::security_group(region, id).is_none()) {
        Some(id) => {
            Err(Refusal::bad("InvalidSecurityGroup", format!("The security group '{id}' does not exist")))
        }
        None => Ok(ids),
    }
}
