//! `elb.load_balancer`: one list of all (a single missing name fails a call by
//! names), then tags and attributes of those that are declared.

use futures_util::future::{join, join_all};
use recon_aws::ReadOp;
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use super::tags;
use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeLoadBalancers");
const ATTRIBUTES: ReadOp = ReadOp::new("elbv2", "DescribeLoadBalancerAttributes");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    let answer = match cx.read_all(DESCRIBE, json!({})).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let all: Vec<&Value> = answer["LoadBalancers"].as_array().into_iter().flatten().collect();
    let mut declared: Vec<(&Resource, &Value)> = Vec::new();
    for resource in resources {
        match all.iter().find(|lb| lb["LoadBalancerName"] == resource.name()) {
            Some(lb) => {
                cx.put_arn(&resource.address, &tags::arn(lb, "LoadBalancerArn"));
                declared.push((resource, lb));
            }
            None => cx.absent(resource),
        }
    }
    describe(cx, &declared).await;
}

async fn describe(cx: &Cx<'_>, declared: &[(&Resource, &Value)]) {
    let arns: Vec<String> = declared.iter().map(|(_, lb)| tags::arn(lb, "LoadBalancerArn")).collect();
    let attributes = join_all(arns.iter().map(|arn| cx.read(ATTRIBUTES, json!({"LoadBalancerArn": arn}))));
    let (attributes, tag_lists) = join(attributes, tags::of(cx, &arns)).await;
    for (((resource, lb), arn), attributes) in declared.iter().zip(&arns).zip(attributes) {
        let live = match (attributes, &tag_lists) {
            (Err(error), _) => unreadable(&error),
            (_, Err(error)) => unreadable(error),
            (Ok(attributes), Ok(tag_lists)) => {
                let tags = tag_lists.get(arn).cloned().unwrap_or_default();
                present(cx, lb, &attributes["Attributes"], &tags)
            }
        };
        cx.put(&resource.address, live);
    }
}

fn present(cx: &Cx<'_>, lb: &Value, attributes: &Value, tags: &Value) -> Live {
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
    Live::Present(Box::new(cx.found(KindId::ElbLoadBalancer, &document, tags, &exports)))
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
