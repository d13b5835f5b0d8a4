//! `elb.load_balancer`: one by its name, several out of the list of all, for one
//! missing name would fail a call that names many; then attributes and tags.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use super::tags;
use crate::Cx;
use crate::batch::{Batch, List, always};
use crate::cx::Why;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeLoadBalancers");
const ATTRIBUTES: ReadOp = ReadOp::new("elbv2", "DescribeLoadBalancerAttributes");

static LOAD_BALANCERS: Batch = Batch {
    op: DESCRIBE,
    most: 1,
    input: |_, names| json!({"Names": names}),
    items: ("LoadBalancers", "LoadBalancerName"),
    there: always,
    gone: &["LoadBalancerNotFound"],
    list: Some(List::Whole(DESCRIBE, || json!({}))),
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let Some(lb) = cx.one(&LOAD_BALANCERS, "", &resource.name()).await? else { return Ok(None) };
    let arn = tags::arn(&lb, "LoadBalancerArn");
    cx.put_arn(&resource.address, &arn);
    let (attributes, tags) = tokio::join!(
        cx.read(ATTRIBUTES, json!({"LoadBalancerArn": arn})),
        tags::declared(cx, resource, &arn)
    );
    Ok(Some(present(cx, &lb, &attributes?["Attributes"], &tags?)))
}

fn present(cx: &Cx<'_>, lb: &Value, attributes: &Value, tags: &Value) -> Found {
    let mut document = lb.clone();
    document["Name"] = lb["LoadBalancerName"].clone();
    document["Attributes"] = attributes.clone();
    let zones: Vec<&Value> = lb["AvailabilityZones"].as_array().into_iter().flatten().collect();
    document["Subnets"] = zones.iter().map(|zone| zone["SubnetId"].clone()).collect();
    document["SubnetMappings"] = zones.iter().map(|zone| mapping(zone)).collect();
    let full_name = json!(tags::arn(lb, "LoadBalancerArn").split_once("loadbalancer/").map(|(_, name)| name));
    let exports = [
        ("arn", &lb["LoadBalancerArn"]),
        ("name", &lb["LoadBalancerName"]),
        ("dns_name", &lb["DNSName"]),
        ("canonical_hosted_zone_id", &lb["CanonicalHostedZoneId"]),
        ("vpc_id", &lb["VpcId"]),
        ("full_name", &full_name),
    ];
    cx.found(KindId::ElbLoadBalancer, &document, tags, &exports)
}

fn mapping(zone: &Value) -> Value {
    let mut mapping = json!({"SubnetId": zone["SubnetId"]});
    let address =
        zone["LoadBalancerAddresses"].as_array().and_then(|list| list.first()).cloned().unwrap_or_default();
    for (from, to) in [
        ("AllocationId", "AllocationId"),
        ("PrivateIPv4Address", "PrivateIPv4Address"),
        ("IPv6Address", "IPv6Address"),
    ] {
        if address[from].is_string() {
            mapping[to] = address[from].clone();
        }
    }
    mapping
}
