//! EC2, as far as networks go: what every account has in a region from the start.
//!
//! Nothing can be changed here, so nothing is kept: ids follow from the region.

mod filter;
mod network;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View};

/// What ec2 holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {}

/// The VPC of that id: every region starts with a default VPC. Without the
/// members that name the account.
pub fn vpc(region: &str, id: &str) -> Option<Value> {
    with_id(network::vpcs(region), "VpcId", id)
}

/// The subnet of that id, without the members that name the account.
pub fn subnet(region: &str, id: &str) -> Option<Value> {
    with_id(network::subnets(region), "SubnetId", id)
}

/// The security group of that id, without the members that name the account.
pub fn security_group(region: &str, id: &str) -> Option<Value> {
    with_id(network::security_groups(region), "GroupId", id)
}

/// The id of the default VPC's default security group.
pub fn default_security_group(region: &str) -> Option<String> {
    let group = network::security_groups(region).into_iter().next()?;
    group["GroupId"].as_str().map(String::from)
}

fn with_id(list: Vec<Value>, member: &str, id: &str) -> Option<Value> {
    list.into_iter().find(|item| item[member] == id)
}

/// Hex digits that are the same each time for the same region and name.
pub(crate) fn stable_hex(region: &str, name: &str, digits: usize) -> String {
    let hash = Sha256::digest(format!("{region}/{name}"));
    hash.iter().map(|byte| format!("{byte:02x}")).take(digits.div_ceil(2)).collect::<String>()[..digits]
        .to_string()
}

/// How one Describe call works.
struct Call {
    answer: &'static str,
    /// The member that lists ids, the member that is the id, and the refusal of an unknown one.
    ids: &'static [(&'static str, &'static str, &'static str, &'static str)],
    filters: &'static [(&'static str, &'static str)],
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        Vec::new()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    let (call, mut list) = match operation {
        "DescribeVpcs" => (&filter::VPCS, network::vpcs(cx.region)),
        "DescribeSubnets" => (&filter::SUBNETS, network::subnets(cx.region)),
        "DescribeSecurityGroups" => (&filter::SECURITY_GROUPS, network::security_groups(cx.region)),
        "DescribeRouteTables" => (&filter::ROUTE_TABLES, network::route_tables(cx.region)),
        "DescribeAvailabilityZones" => (&filter::ZONES, network::zones(cx.region)),
        _ => return Err(Refusal::unknown_operation("ec2", operation)),
    };
    list.iter_mut().for_each(|item| owned(cx, item));
    if input["DryRun"] == true {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(Refusal::new(412, "DryRunOperation", message));
    }
    if let Some(token) = input["NextToken"].as_str().filter(|token| !token.is_empty()) {
        // everything fits into the smallest page, so no token was ever given out
        return Err(Refusal::bad("InvalidParameterValue", format!("Unknown pagination token '{token}'")));
    }
    let list = named(call, list, input)?;
    Ok(json!({call.answer: filter::filtered(call, list, &input["Filters"])?}))
}

/// Adds the members that name the account.
fn owned(cx: &Context<'_>, item: &mut Value) {
    if item.get("ZoneName").is_none() {
        item["OwnerId"] = json!(cx.account);
    }
    for (id, arn, kind) in
        [("SubnetId", "SubnetArn", "subnet"), ("GroupId", "SecurityGroupArn", "security-group")]
    {
        if let Some(id) = item[id].as_str() {
            item[arn] = json!(cx.arn("ec2", &format!("{kind}/{id}")));
        }
    }
    for pair in item.get_mut("IpPermissions").and_then(Value::as_array_mut).into_iter().flatten() {
        for pair in pair["UserIdGroupPairs"].as_array_mut().into_iter().flatten() {
            pair["UserId"] = json!(cx.account);
        }
    }
}

/// What the call names by id: one that is unknown fails the call.
fn named(call: &Call, list: Vec<Value>, input: &Value) -> Result<Vec<Value>, Refusal> {
    let mut list = list;
    for (member, id_member, code, words) in call.ids {
        let Some(ids) = input[*member].as_array().filter(|ids| !ids.is_empty()) else { continue };
        if let Some(id) = ids.iter().find(|id| list.iter().all(|item| item[*id_member] != **id)) {
            let id = id.as_str().unwrap_or_default();
            return Err(Refusal::bad(code, format!("The {words} '{id}' does not exist")));
        }
        list.retain(|item| ids.contains(&item[*id_member]));
    }
    Ok(list)
}
