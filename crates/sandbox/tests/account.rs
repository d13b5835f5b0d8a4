//! What every account has from the start: a network, a caller, tags to search by.

// helpers are not test functions, yet they fail the test in the same way
#![allow(clippy::unwrap_used)]

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";

fn ec2(sandbox: &Sandbox, operation: &str, input: Value) -> Result<Value, Refusal> {
    sandbox.call("ec2", operation, REGION, &input)
}

fn filter(name: &str, value: &str) -> Value {
    json!({"Filters": [{"Name": name, "Values": [value]}]})
}

#[tokio::test(start_paused = true)]
async fn a_region_starts_with_a_default_vpc_of_three_public_subnets() {
    let sandbox = Sandbox::default();
    let vpcs = ec2(&sandbox, "DescribeVpcs", filter("isDefault", "true")).unwrap();
    let vpc = &vpcs["Vpcs"][0];
    assert_eq!(vpc["CidrBlock"], "172.31.0.0/16");
    assert_eq!(vpc["OwnerId"], "123456789012");
    let id = vpc["VpcId"].as_str().unwrap();
    let subnets = ec2(&sandbox, "DescribeSubnets", filter("vpc-id", id)).unwrap();
    let column = |member: &str| -> Vec<Value> {
        subnets["Subnets"].as_array().unwrap().iter().map(|subnet| subnet[member].clone()).collect()
    };
    assert_eq!(column("AvailabilityZone"), ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]);
    assert_eq!(column("CidrBlock"), ["172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"]);
    assert_eq!(column("AvailabilityZoneId"), ["apne2-az1", "apne2-az2", "apne2-az3"]);
    let tables = ec2(&sandbox, "DescribeRouteTables", filter("association.main", "true")).unwrap();
    let routes = tables["RouteTables"][0]["Routes"].as_array().unwrap();
    assert!(routes.iter().any(|route| route["GatewayId"].as_str().unwrap().starts_with("igw-")));
    let zones = ec2(&sandbox, "DescribeAvailabilityZones", json!({})).unwrap();
    assert_eq!(zones["AvailabilityZones"].as_array().unwrap().len(), 3);

    let elsewhere = sandbox.call("ec2", "DescribeVpcs", "us-east-1", &json!({})).unwrap();
    assert_ne!(elsewhere["Vpcs"][0]["VpcId"], id, "another region has another VPC");
    let again = ec2(&Sandbox::default(), "DescribeVpcs", json!({})).unwrap();
    assert_eq!(again["Vpcs"][0]["VpcId"], id, "a region has the same VPC each time");
}

#[tokio::test(start_paused = true)]
async fn the_default_security_group_lets_in_only_itself() {
    let sandbox = Sandbox::default();
    let groups = ec2(&sandbox, "DescribeSecurityGroups", filter("group-name", "def*")).unwrap();
    let group = &groups["SecurityGroups"][0];
    let pairs = &group["IpPermissions"][0]["UserIdGroupPairs"];
    assert_eq!(*pairs, json!([{"GroupId": group["GroupId"], "UserId": "123456789012"}]));
    assert_eq!(group["IpPermissions"][0]["IpRanges"], json!([]));
    assert_eq!(group["IpPermissionsEgress"][0]["IpRanges"], json!([{"CidrIp": "0.0.0.0/0"}]));
}

#[tokio::test(start_paused = true)]
async fn filters_narrow_and_unknown_ids_are_refused() {
    let sandbox = Sandbox::default();
    let one = ec2(&sandbox, "DescribeSubnets", filter("availability-zone", "ap-northeast-2b")).unwrap();
    assert_eq!(one["Subnets"].as_array().unwrap().len(), 1);
    let none = ec2(&sandbox, "DescribeSubnets", filter("tag:Name", "public")).unwrap();
    assert_eq!(none["Subnets"], json!([]));
    let code = |operation: &str, input: Value| ec2(&sandbox, operation, input).unwrap_err().code;
    assert_eq!(code("DescribeSubnets", filter("colour", "red")), "InvalidParameterValue");
    assert_eq!(code("DescribeVpcs", json!({"VpcIds": ["vpc-0"]})), "InvalidVpcID.NotFound");
    assert_eq!(code("DescribeSubnets", json!({"SubnetIds": ["subnet-0"]})), "InvalidSubnetID.NotFound");
    assert_eq!(code("DescribeSecurityGroups", json!({"GroupIds": ["sg-0"]})), "InvalidGroup.NotFound");
}

#[tokio::test(start_paused = true)]
async fn the_caller_is_a_user_of_the_account() {
    let answer = Sandbox::default().call("sts", "GetCallerIdentity", REGION, &json!({})).unwrap();
    assert_eq!(answer["Account"], "123456789012");
    assert_eq!(answer["Arn"], "arn:aws:iam::123456789012:user/sandbox");
}

#[tokio::test(start_paused = true)]
async fn tagged_resources_are_found_by_tag_type_and_arn() {
    let sandbox = Sandbox::default();
    for (name, stack) in [("a", "one"), ("b", "two"), ("c", "one")] {
        let input = json!({"logGroupName": name, "tags": {"recon:stack": stack}});
        sandbox.call("logs", "CreateLogGroup", REGION, &input).unwrap();
    }
    sandbox.call("logs", "CreateLogGroup", REGION, &json!({"logGroupName": "untagged"})).unwrap();
    let find = |input: Value| sandbox.call("resourcegroupstaggingapi", "GetResources", REGION, &input);
    let count = |input: Value| find(input).unwrap()["ResourceTagMappingList"].as_array().unwrap().len();
    let by = |values: Value| json!({"TagFilters": [{"Key": "recon:stack", "Values": values}]});
    assert_eq!(count(json!({})), 3);
    assert_eq!(count(by(json!(["one"]))), 2);
    assert_eq!(count(by(json!(["one", "two"]))), 3);
    assert_eq!(count(by(json!([]))), 3);
    assert_eq!(count(json!({"ResourceTypeFilters": ["logs:log-group"]})), 3);
    assert_eq!(count(json!({"ResourceTypeFilters": ["ecs", "logs:destination"]})), 0);

    let first = find(json!({"ResourcesPerPage": 2})).unwrap();
    let rest = find(json!({"ResourcesPerPage": 2, "PaginationToken": first["PaginationToken"]})).unwrap();
    assert_eq!(rest["ResourceTagMappingList"].as_array().unwrap().len(), 1);
    assert_eq!(rest["PaginationToken"], "");
    let arn = &rest["ResourceTagMappingList"][0]["ResourceARN"];
    assert_eq!(count(json!({"ResourceARNList": [arn, "arn:aws:logs:x:y:z"]})), 1);
    let both = json!({"ResourceARNList": [arn], "TagFilters": [{"Key": "a"}]});
    assert_eq!(find(both).unwrap_err().code, "InvalidParameterException");
    assert_eq!(find(json!({"ResourcesPerPage": 101})).unwrap_err().code, "InvalidParameterException");
}
