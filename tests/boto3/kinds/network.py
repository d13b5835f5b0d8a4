"""The network that every account has."""


def network(aws, count=2):
    """The default VPC with some of its subnets and its security group."""
    vpc = aws.ask("ec2.describe_vpcs", Filters=[{"Name": "isDefault", "Values": ["true"]}])["Vpcs"][0][
        "VpcId"
    ]
    within = [{"Name": "vpc-id", "Values": [vpc]}]
    subnets = aws.ask("ec2.describe_subnets", Filters=within)["Subnets"]
    groups = aws.ask("ec2.describe_security_groups", Filters=within)["SecurityGroups"]
    ids = [subnet["SubnetId"] for subnet in sorted(subnets, key=lambda subnet: subnet["AvailabilityZone"])]
    return vpc, ids[:count], [group["GroupId"] for group in groups]


def lookups(aws):
    vpc, subnets, groups = network(aws)
    within = [{"Name": "vpc-id", "Values": [vpc]}]
    aws.holds(aws("vpc", "ec2.describe_vpcs", VpcIds=[vpc]), {"Vpcs": [{"VpcId": vpc, "IsDefault": True}]})
    zones = [{"Name": "availability-zone", "Values": ["ap-northeast-2a", "ap-northeast-2b"]}]
    found = aws("subnets", "ec2.describe_subnets", Filters=within + zones)
    aws.holds(found, {"Subnets": [{"SubnetId": subnet, "VpcId": vpc} for subnet in subnets]})
    named = [{"Name": "group-name", "Values": ["default"]}]
    found = aws("security groups", "ec2.describe_security_groups", Filters=within + named)
    aws.holds(found, {"SecurityGroups": [{"GroupId": group, "GroupName": "default"} for group in groups]})
    routes = aws("route tables", "ec2.describe_route_tables", Filters=within)
    aws.holds(routes, {"RouteTables": [{"VpcId": vpc}]})
    aws("zones", "ec2.describe_availability_zones")
    aws("caller", "sts.get_caller_identity")
    never = aws("read one that never was", "ec2.describe_vpcs", VpcIds=["vpc-00000000000000000"])
    aws.refuses(never, "InvalidVpcID.NotFound")
