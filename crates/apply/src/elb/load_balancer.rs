//! `elb.load_balancer`.

use std::time::Duration;

use recon_aws::{ReadOp, WriteOp};
use recon_model::{Address, Found};
use serde_json::{Value, json};

use super::attributes;
use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("elbv2", "CreateLoadBalancer");
const ATTRIBUTES: WriteOp = WriteOp::new("elbv2", "ModifyLoadBalancerAttributes");
const SUBNETS: WriteOp = WriteOp::new("elbv2", "SetSubnets");
const GROUPS: WriteOp = WriteOp::new("elbv2", "SetSecurityGroups");
const ADDRESS_TYPE: WriteOp = WriteOp::new("elbv2", "SetIpAddressType");
const DELETE: WriteOp = WriteOp::new("elbv2", "DeleteLoadBalancer");
const DESCRIBE: ReadOp = ReadOp::new("elbv2", "DescribeLoadBalancers");

/// Two or three minutes in general.
const ACTIVE: Duration = Duration::from_secs(15 * 60);
const GONE: Duration = Duration::from_secs(10 * 60);

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let answer = cx.write(CREATE, super::creation(item)).await?;
    let made = exports(&answer["LoadBalancers"][0]);
    let arn = made.get("arn").cloned().unwrap_or_default();
    attributes::after_create(cx, item, ATTRIBUTES, "LoadBalancerArn", &arn).await?;
    Ok(made)
}

fn exports(lb: &Value) -> Exports {
    let names = [
        ("arn", "LoadBalancerArn"),
        ("name", "LoadBalancerName"),
        ("dns_name", "DNSName"),
        ("canonical_hosted_zone_id", "CanonicalHostedZoneId"),
        ("vpc_id", "VpcId"),
    ];
    let mut exports = crate::ecs::exports(lb, &names);
    if let Some((_, full)) = lb["LoadBalancerArn"].as_str().and_then(|arn| arn.split_once("loadbalancer/")) {
        exports.insert("full_name".into(), full.to_string());
    }
    exports
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let arn = live.export("arn");
    let with_arn = |fields: &[&str]| {
        let mut input = item.aws_fields(&changed.of(fields), &[]);
        input["LoadBalancerArn"] = json!(arn);
        input
    };
    if changed.has("subnets") || changed.has("subnet_mappings") {
        let field = if item.spec["subnet_mappings"].is_null() { "subnets" } else { "subnet_mappings" };
        let mut input = item.aws_fields(&[field.to_string()].into(), &[]);
        input["LoadBalancerArn"] = json!(arn);
        cx.write(SUBNETS, input).await?;
    }
    if changed.has("security_groups") {
        cx.write(GROUPS, with_arn(&["security_groups"])).await?;
    }
    if changed.has("ip_address_type") {
        cx.write(ADDRESS_TYPE, with_arn(&["ip_address_type"])).await?;
    }
    attributes::update(cx, item, live, changed, ATTRIBUTES, "LoadBalancerArn").await?;
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let arn = live.export("arn").unwrap_or_default();
    cx.write_unless(DELETE, json!({"LoadBalancerArn": arn}), &["LoadBalancerNotFound"]).await?;
    let address = Address::new("elb.load_balancer", live.export("name").unwrap_or_default());
    cx.until(&address, "the end of the load balancer", GONE, async || {
        Ok(describe(cx, arn).await?.map_or(Ok(()), |_| Err("still there".to_string())))
    })
    .await
}

async fn describe(cx: &Cx<'_>, arn: &str) -> Result<Option<Value>, Failure> {
    match cx.read(DESCRIBE, json!({"LoadBalancerArns": [arn]})).await {
        Ok(answer) => Ok(answer["LoadBalancers"].as_array().and_then(|all| all.first()).cloned()),
        Err(error) if error.is(&["LoadBalancerNotFound"]) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Traffic flows once it is active; listeners can be made before.
pub async fn settle(cx: &Cx<'_>, item: &Item<'_>, exports: &Exports) -> Result<String, Failure> {
    let arn = exports.get("arn").cloned().unwrap_or_default();
    cx.until(item.address, "an active load balancer", ACTIVE, async || {
        let Some(lb) = describe(cx, &arn).await? else { return Ok(Err("not there yet".into())) };
        match lb["State"]["Code"].as_str() {
            Some("active" | "active_impaired") | None => Ok(Ok(String::new())),
            Some("failed") => Err(Failure::Refused(format!(
                "AWS could not set it up: {}",
                lb["State"]["Reason"].as_str().unwrap_or("no reason given")
            ))),
            Some(state) => Ok(Err(state.to_string())),
        }
    })
    .await
}
