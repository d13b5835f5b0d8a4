//! Filters of the Describe calls: each names a member, a value may have wildcards.

use serde_json::Value;

use crate::refusal::Refusal;

use super::Call;

pub(super) const VPCS: Call = Call {
    answer: "Vpcs",
    ids: &[("VpcIds", "VpcId", "InvalidVpcID.NotFound", "vpc ID")],
    filters: &[
        ("vpc-id", "VpcId"),
        ("is-default", "IsDefault"),
        ("isDefault", "IsDefault"),
        ("cidr", "CidrBlock"),
        ("cidr-block-association.cidr-block", "CidrBlockAssociationSet.CidrBlock"),
        ("cidr-block-association.association-id", "CidrBlockAssociationSet.AssociationId"),
        ("cidr-block-association.state", "CidrBlockAssociationSet.CidrBlockState.State"),
        ("dhcp-options-id", "DhcpOptionsId"),
        ("ipv6-cidr-block-association.ipv6-cidr-block", "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock"),
        ("owner-id", "OwnerId"),
        ("state", "State"),
    ],
};

pub(super) const SUBNETS: Call = Call {
    answer: "Subnets",
    ids: &[("SubnetIds", "SubnetId", "InvalidSubnetID.NotFound", "subnet ID")],
    filters: &[
        ("subnet-id", "SubnetId"),
        ("subnet-arn", "SubnetArn"),
        ("vpc-id", "VpcId"),
        ("availability-zone", "AvailabilityZone"),
        ("availabilityZone", "AvailabilityZone"),
        ("availability-zone-id", "AvailabilityZoneId"),
        ("availabilityZoneId", "AvailabilityZoneId"),
        ("available-ip-address-count", "AvailableIpAddressCount"),
        ("cidr-block", "CidrBlock"),
        ("cidr", "CidrBlock"),
        ("cidrBlock", "CidrBlock"),
        ("default-for-az", "DefaultForAz"),
        ("defaultForAz", "DefaultForAz"),
        ("ipv6-native", "Ipv6Native"),
        ("map-public-ip-on-launch", "MapPublicIpOnLaunch"),
        ("owner-id", "OwnerId"),
        ("state", "State"),
    ],
};

pub(super) const SECURITY_GROUPS: Call = Call {
    answer: "SecurityGroups",
    ids: &[
        ("GroupIds", "GroupId", "InvalidGroup.NotFound", "security group"),
        ("GroupNames", "GroupName", "InvalidGroup.NotFound", "security group"),
    ],
    filters: &[
        ("group-id", "GroupId"),
        ("group-name", "GroupName"),
        ("vpc-id", "VpcId"),
        ("description", "Description"),
        ("owner-id", "OwnerId"),
        ("ip-permission.cidr", "IpPermissions.IpRanges.CidrIp"),
        ("ip-permission.group-id", "IpPermissions.UserIdGroupPairs.GroupId"),
        ("ip-permission.protocol", "IpPermissions.IpProtocol"),
        ("ip-permission.from-port", "IpPermissions.FromPort"),
        ("ip-permission.to-port", "IpPermissions.ToPort"),
        ("egress.ip-permission.cidr", "IpPermissionsEgress.IpRanges.CidrIp"),
        ("egress.ip-permission.protocol", "IpPermissionsEgress.IpProtocol"),
    ],
};

pub(super) const ROUTE_TABLES: Call = Call {
    answer: "RouteTables",
    ids: &[("RouteTableIds", "RouteTableId", "InvalidRouteTableID.NotFound", "routeTable ID")],
    filters: &[
        ("route-table-id", "RouteTableId"),
        ("vpc-id", "VpcId"),
        ("owner-id", "OwnerId"),
        ("association.main", "Associations.Main"),
        ("association.subnet-id", "Associations.SubnetId"),
        ("association.gateway-id", "Associations.GatewayId"),
        ("association.route-table-id", "Associations.RouteTableId"),
        ("association.route-table-association-id", "Associations.RouteTableAssociationId"),
        ("route.destination-cidr-block", "Routes.DestinationCidrBlock"),
        ("route.gateway-id", "Routes.GatewayId"),
        ("route.nat-gateway-id", "Routes.NatGatewayId"),
        ("route.origin", "Routes.Origin"),
        ("route.state", "Routes.State"),
    ],
};

pub(super) const ZONES: Call = Call {
    answer: "AvailabilityZones",
    ids: &[
        ("ZoneNames", "ZoneName", "InvalidParameterValue", "availability zone"),
        ("ZoneIds", "ZoneId", "InvalidParameterValue", "availability zone ID"),
    ],
    filters: &[
        ("zone-name", "ZoneName"),
        ("zone-id", "ZoneId"),
        ("zone-type", "ZoneType"),
        ("region-name", "RegionName"),
        ("group-name", "GroupName"),
        ("opt-in-status", "OptInStatus"),
        ("state", "State"),
    ],
};

/// The items that pass every filter.
pub(super) fn filtered(call: &Call, list: Vec<Value>, filters: &Value) -> Result<Vec<Value>, Refusal> {
    let mut list = list;
    for filter in filters.as_array().into_iter().flatten() {
        let name = filter["Name"].as_str().unwrap_or_default();
        let wanted: Vec<&str> =
            filter["Values"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let path = path(call, name)?;
        list.retain(|item| {
            values(item, &path).iter().any(|value| wanted.iter().any(|pattern| matches(pattern, value)))
        });
    }
    Ok(list)
}

/// Where a filter looks.
enum Path {
    Member(&'static str),
    TagKey,
    Tag(String),
}

fn path(call: &Call, name: &str) -> Result<Path, Refusal> {
    if let Some(key) = name.strip_prefix("tag:") {
        return Ok(Path::Tag(key.to_string()));
    }
    if name == "tag-key" {
        return Ok(Path::TagKey);
    }
    match call.filters.iter().find(|(known, _)| *known == name) {
        Some((_, member)) => Ok(Path::Member(member)),
        None => Err(Refusal::bad("InvalidParameterValue", format!("The filter '{name}' is invalid"))),
    }
}

/// Every value that a path leads to, through lists as well.
fn values(item: &Value, path: &Path) -> Vec<String> {
    match path {
        Path::TagKey => collect(item, "Tags.Key"),
        Path::Tag(key) => {
            let tags = item["Tags"].as_array().into_iter().flatten();
            tags.filter(|tag| tag["Key"] == **key).flat_map(|tag| collect(tag, "Value")).collect()
        }
        Path::Member(member) => collect(item, member),
    }
}

fn collect(item: &Value, path: &str) -> Vec<String> {
    match item {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().flat_map(|item| collect(item, path)).collect(),
        _ if !path.is_empty() => {
            let (member, rest) = path.split_once('.').unwrap_or((path, ""));
            collect(&item[member], rest)
        }
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// `*` stands for any characters, `?` for one.
fn matches(pattern: &str, text: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return text.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    let mut chars = text.chars();
    match first {
        '*' => text.char_indices().map(|(i, _)| i).chain([text.len()]).any(|i| matches(rest, &text[i..])),
        '?' => chars.next().is_some() && matches(rest, chars.as_str()),
        _ => chars.next() == Some(first) && matches(rest, chars.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_stand_for_any_characters() {
        assert!(matches("vpc-*", "vpc-1"));
        assert!(matches("*2a", "ap-northeast-2a"));
        assert!(matches("ap-?ortheast-2?", "ap-northeast-2a"));
        assert!(!matches("vpc-?", "vpc-12"));
        assert!(!matches("", "x"));
    }
}
