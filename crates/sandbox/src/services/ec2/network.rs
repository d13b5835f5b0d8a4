//! The default VPC of a region, as AWS hands it out.

use serde_json::{Value, json};

use super::stable_hex;

const LETTERS: [char; 3] = ['a', 'b', 'c'];
const CIDR: &str = "172.31.0.0/16";

fn id(region: &str, prefix: &str, name: &str) -> String {
    format!("{prefix}-0{}", stable_hex(region, name, 16))
}

fn vpc_id(region: &str) -> String {
    id(region, "vpc", "default vpc")
}

pub(super) fn vpcs(region: &str) -> Vec<Value> {
    vec![json!({
        "VpcId": vpc_id(region),
        "CidrBlock": CIDR,
        "CidrBlockAssociationSet": [{
            "AssociationId": id(region, "vpc-cidr-assoc", "default vpc cidr"),
            "CidrBlock": CIDR,
            "CidrBlockState": {"State": "associated"},
        }],
        "DhcpOptionsId": id(region, "dopt", "default dhcp options"),
        "InstanceTenancy": "default",
        "IsDefault": true,
        "State": "available",
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
        "Tags": [],
    })]
}

pub(super) fn subnets(region: &str) -> Vec<Value> {
    LETTERS.iter().zip(0..).map(|(letter, nth)| subnet(region, *letter, nth)).collect()
}

fn subnet(region: &str, letter: char, nth: u32) -> Value {
    json!({
        "SubnetId": id(region, "subnet", &format!("default subnet {letter}")),
        "VpcId": vpc_id(region),
        "AvailabilityZone": format!("{region}{letter}"),
        "AvailabilityZoneId": zone_id(region, nth),
        "CidrBlock": format!("172.31.{}.0/20", nth * 16),
        "AvailableIpAddressCount": 4091,
        "DefaultForAz": true,
        "MapPublicIpOnLaunch": true,
        "MapCustomerOwnedIpOnLaunch": false,
        "AssignIpv6AddressOnCreation": false,
        "Ipv6CidrBlockAssociationSet": [],
        "Ipv6Native": false,
        "EnableDns64": false,
        "PrivateDnsNameOptionsOnLaunch": {
            "HostnameType": "ip-name",
            "EnableResourceNameDnsARecord": false,
            "EnableResourceNameDnsAAAARecord": false,
        },
        "BlockPublicAccessStates": {"InternetGatewayBlockMode": "off"},
        "State": "available",
        "Tags": [],
    })
}

/// `ap-northeast-2` is `apne2` in zone ids.
fn zone_id(region: &str, nth: u32) -> String {
    let short: String = region
        .split('-')
        .enumerate()
        .map(|(i, part)| match part {
            part if i == 0 => part.to_string(),
            "northeast" => "ne".into(),
            "northwest" => "nw".into(),
            "southeast" => "se".into(),
            "southwest" => "sw".into(),
            "gov" => "g".into(),
            part => part.chars().take(1).collect(),
        })
        .collect();
    format!("{short}-az{}", nth + 1)
}

/// The default group lets in only what comes from itself.
pub(super) fn security_groups(region: &str) -> Vec<Value> {
    let group = id(region, "sg", "default security group");
    vec![json!({
        "GroupId": group,
        "GroupName": "default",
        "Description": "default VPC security group",
        "VpcId": vpc_id(region),
        "IpPermissions": [{
            "IpProtocol": "-1",
            "IpRanges": [],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
            "UserIdGroupPairs": [{"GroupId": group}],
        }],
        "IpPermissionsEgress": [{
            "IpProtocol": "-1",
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [],
            "PrefixListIds": [],
            "UserIdGroupPairs": [],
        }],
        "Tags": [],
    })]
}

/// The main table sends everything that is not local to the internet gateway.
pub(super) fn route_tables(region: &str) -> Vec<Value> {
    let table = id(region, "rtb", "main route table");
    vec![json!({
        "RouteTableId": table,
        "VpcId": vpc_id(region),
        "Associations": [{
            "Main": true,
            "RouteTableAssociationId": id(region, "rtbassoc", "main route table association"),
            "RouteTableId": table,
            "AssociationState": {"State": "associated"},
        }],
        "Routes": [
            {
                "DestinationCidrBlock": CIDR,
                "GatewayId": "local",
                "Origin": "CreateRouteTable",
                "State": "active",
            },
            {
                "DestinationCidrBlock": "0.0.0.0/0",
                "GatewayId": id(region, "igw", "default internet gateway"),
                "Origin": "CreateRoute",
                "State": "active",
            },
        ],
        "PropagatingVgws": [],
        "Tags": [],
    })]
}

pub(super) fn zones(region: &str) -> Vec<Value> {
    let zone = |(letter, nth): (&char, u32)| {
        json!({
            "ZoneName": format!("{region}{letter}"),
            "ZoneId": zone_id(region, nth),
            "RegionName": region,
            "GroupName": format!("{region}-zg-1"),
            "NetworkBorderGroup": region,
            "ZoneType": "availability-zone",
            "OptInStatus": "opt-in-not-required",
            "State": "available",
            "Messages": [],
        })
    };
    LETTERS.iter().zip(0..).map(zone).collect()
}
