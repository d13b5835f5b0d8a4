//! Load balancers and target groups as AWS has them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod elb_support;

use std::time::Duration;

use elb_support::{Account, REGION, forward};
use serde_json::{Value, json};

#[tokio::test(start_paused = true)]
async fn a_load_balancer_comes_back_with_aws_defaults_and_is_active_after_two_minutes() {
    let account = Account::new();
    let made = account.load_balancer("web");
    let arn = made["LoadBalancerArn"].as_str().unwrap();
    assert!(
        arn.starts_with("arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/web/")
    );
    assert!(made["DNSName"].as_str().unwrap().ends_with(".ap-northeast-2.elb.amazonaws.com"));
    assert_eq!(made["Scheme"], "internet-facing");
    assert_eq!(made["Type"], "application");
    assert_eq!(made["IpAddressType"], "ipv4");
    assert_eq!(made["VpcId"], account.vpc());
    assert_eq!(made["SecurityGroups"].as_array().unwrap().len(), 1, "the VPC's default group");
    assert_eq!(
        made["AvailabilityZones"][0],
        json!({"ZoneName": "ap-northeast-2a", "SubnetId": account.subnets()[0], "LoadBalancerAddresses": []})
    );
    let state = || account.ok("DescribeLoadBalancers", json!({}))["LoadBalancers"][0]["State"].clone();
    tokio::time::advance(Duration::from_secs(119)).await;
    assert_eq!(state(), json!({"Code": "provisioning"}));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(state(), json!({"Code": "active"}));
}

#[tokio::test(start_paused = true)]
async fn a_second_create_call_succeeds_only_with_the_same_settings() {
    let account = Account::new();
    let subnets = account.subnets();
    let first = account.load_balancer("web");
    let again = json!({"Name": "web", "Subnets": [subnets[1], subnets[0]]});
    assert_eq!(
        account.ok("CreateLoadBalancer", again)["LoadBalancers"][0]["LoadBalancerArn"],
        first["LoadBalancerArn"]
    );
    let other = json!({"Name": "web", "Subnets": subnets});
    assert_eq!(account.code("CreateLoadBalancer", other), "DuplicateLoadBalancerName");

    let group = account.target_group("blue", "HTTP");
    assert_eq!(account.target_group("blue", "HTTP"), group);
    let other = json!({"Name": "blue", "Protocol": "HTTP", "Port": 81, "VpcId": account.vpc()});
    assert_eq!(account.code("CreateTargetGroup", other), "DuplicateTargetGroupName");

    let web = account.listener(&first, "HTTP", 80, &group);
    assert_eq!(account.listener(&first, "HTTP", 80, &group), web);
    let other = json!({
        "LoadBalancerArn": first["LoadBalancerArn"], "Protocol": "HTTP", "Port": 80,
        "DefaultActions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
    });
    assert_eq!(account.code("CreateListener", other), "DuplicateListener");
}

#[tokio::test(start_paused = true)]
async fn subnets_and_security_groups_must_fit_the_load_balancer() {
    let account = Account::new();
    let subnets = account.subnets();
    let create = |rest: Value| {
        let mut input = json!({"Name": "web"});
        input.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        account.elb("CreateLoadBalancer", input).expect_err("refused")
    };
    let one = create(json!({"Subnets": [subnets[0]]}));
    assert_eq!(one.code, "ValidationError");
    assert_eq!(one.message, "At least two subnets in two different Availability Zones must be specified");
    let same_zone = create(json!({"Subnets": [subnets[0], subnets[0], subnets[1]]}));
    assert_eq!(same_zone.code, "InvalidConfigurationRequest");
    assert_eq!(create(json!({"Subnets": [subnets[0], "subnet-0"]})).code, "SubnetNotFound");
    let group = create(json!({"Subnets": subnets, "SecurityGroups": ["sg-0"]}));
    assert_eq!(group.code, "InvalidSecurityGroup");
    assert_eq!(create(json!({})).code, "ValidationError");
    let dual = create(json!({"Subnets": subnets, "IpAddressType": "dualstack"}));
    assert_eq!(dual.message, "You must specify subnets with an associated IPv6 CIDR block.");
}

#[tokio::test(start_paused = true)]
async fn names_have_aws_form() {
    let account = Account::new();
    for name in ["-web", "web-", "we_b", "internal-web", &"x".repeat(33)] {
        let input = json!({"Name": name, "Subnets": account.subnets()});
        assert_eq!(account.code("CreateLoadBalancer", input), "ValidationError", "{name}");
    }
    let input = json!({"Name": "a_b", "Protocol": "HTTP", "Port": 80, "VpcId": account.vpc()});
    assert_eq!(account.code("CreateTargetGroup", input), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn security_groups_can_be_set_on_a_network_load_balancer_only_if_it_was_created_with_one() {
    let account = Account::new();
    let groups = json!([account.load_balancer("alb")["SecurityGroups"][0]]);
    let without = account.network_load_balancer("without");
    assert_eq!(without["SecurityGroups"], Value::Null);
    let set =
        |balancer: &Value| json!({"LoadBalancerArn": balancer["LoadBalancerArn"], "SecurityGroups": groups});
    assert_eq!(account.code("SetSecurityGroups", set(&without)), "InvalidConfigurationRequest");

    let input = json!({
        "Name": "with", "Type": "network", "Subnets": account.subnets(), "SecurityGroups": groups,
    });
    let with = account.ok("CreateLoadBalancer", input)["LoadBalancers"][0].clone();
    let answer = account.ok("SetSecurityGroups", set(&with));
    assert_eq!(answer["SecurityGroupIds"], groups);
    assert_eq!(answer["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"], "on");
}

#[tokio::test(start_paused = true)]
async fn subnets_can_be_replaced() {
    let account = Account::new();
    let balancer = account.load_balancer("web");
    let input = json!({"LoadBalancerArn": balancer["LoadBalancerArn"], "Subnets": account.subnets()[1..]});
    account.ok("SetSubnets", input);
    let now = account.ok("DescribeLoadBalancers", json!({"Names": ["web"]}));
    let zones = now["LoadBalancers"][0]["AvailabilityZones"].as_array().unwrap().clone();
    let names: Vec<&Value> = zones.iter().map(|zone| &zone["ZoneName"]).collect();
    assert_eq!(names, ["ap-northeast-2b", "ap-northeast-2c"]);
    let input = json!({"LoadBalancerArn": balancer["LoadBalancerArn"], "Subnets": account.subnets()[..1]});
    assert_eq!(account.code("SetSubnets", input), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn one_missing_name_or_arn_fails_the_whole_call() {
    let account = Account::new();
    let balancer = account.load_balancer("web");
    let refusal = account.elb("DescribeLoadBalancers", json!({"Names": ["web", "other"]})).unwrap_err();
    assert_eq!(refusal.to_string(), "LoadBalancerNotFound: One or more load balancers not found");
    account.target_group("blue", "HTTP");
    let input = json!({"Names": ["blue", "green"]});
    assert_eq!(account.code("DescribeTargetGroups", input), "TargetGroupNotFound");
    let gone = balancer["LoadBalancerArn"].as_str().unwrap().replace("loadbalancer", "listener") + "/0";
    assert_eq!(account.code("DescribeListeners", json!({"ListenerArns": [gone]})), "ListenerNotFound");
    let gone = gone.replace(":listener/", ":listener-rule/") + "/0";
    assert_eq!(account.code("DescribeRules", json!({"RuleArns": [gone]})), "RuleNotFound");
    assert_eq!(account.code("DescribeRules", json!({"RuleArns": ["nonsense"]})), "ValidationError");
    let many: Vec<String> = (0..21).map(|n| format!("lb-{n}")).collect();
    assert_eq!(account.code("DescribeLoadBalancers", json!({"Names": many})), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn long_lists_come_in_pages() {
    let account = Account::new();
    for n in 0..5 {
        account.target_group(&format!("group-{n}"), "HTTP");
    }
    let mut names = Vec::new();
    let mut marker = json!("");
    loop {
        let page = account.ok("DescribeTargetGroups", json!({"PageSize": 2, "Marker": marker}));
        let groups = page["TargetGroups"].as_array().unwrap().clone();
        assert!(groups.len() <= 2);
        names.extend(groups.into_iter().map(|group| group["TargetGroupName"].clone()));
        marker = page["NextMarker"].clone();
        if marker.is_null() {
            break;
        }
    }
    assert_eq!(names, ["group-0", "group-1", "group-2", "group-3", "group-4"]);
    assert_eq!(account.code("DescribeTargetGroups", json!({"PageSize": 401})), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn deleting_a_load_balancer_takes_its_listeners_and_rules_along() {
    let account = Account::new();
    let balancer = account.load_balancer("web");
    let group = account.target_group("blue", "HTTP");
    let listener = account.listener(&balancer, "HTTP", 80, &group);
    let arn = json!({"LoadBalancerArn": balancer["LoadBalancerArn"]});

    let protect = |value: &str| {
        json!({"LoadBalancerArn": balancer["LoadBalancerArn"],
            "Attributes": [{"Key": "deletion_protection.enabled", "Value": value}]})
    };
    account.ok("ModifyLoadBalancerAttributes", protect("true"));
    assert_eq!(account.code("DeleteLoadBalancer", arn.clone()), "OperationNotPermitted");
    account.ok("ModifyLoadBalancerAttributes", protect("false"));

    account.ok("DeleteLoadBalancer", arn.clone());
    let input = json!({"ListenerArns": [listener["ListenerArn"]]});
    assert_eq!(account.code("DescribeListeners", input), "ListenerNotFound");
    let input = json!({"ListenerArn": listener["ListenerArn"]});
    assert_eq!(account.code("DescribeRules", input), "ListenerNotFound");
    account.ok("DeleteLoadBalancer", arn);
    account.ok("DeleteTargetGroup", json!({"TargetGroupArn": group["TargetGroupArn"]}));
    assert_eq!(account.ok("DescribeTargetGroups", json!({}))["TargetGroups"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_target_group_knows_its_load_balancer_and_cannot_be_deleted_while_in_use() {
    let account = Account::new();
    let balancer = account.load_balancer("web");
    let group = account.target_group("blue", "HTTP");
    assert_eq!(group["LoadBalancerArns"], json!([]));
    let listener = account.listener(&balancer, "HTTP", 80, &group);
    let by_owner =
        account.ok("DescribeTargetGroups", json!({"LoadBalancerArn": balancer["LoadBalancerArn"]}));
    assert_eq!(by_owner["TargetGroups"][0]["LoadBalancerArns"], json!([balancer["LoadBalancerArn"]]));

    let arn = json!({"TargetGroupArn": group["TargetGroupArn"]});
    let refusal = account.elb("DeleteTargetGroup", arn.clone()).unwrap_err();
    assert_eq!(refusal.code, "ResourceInUse");
    assert!(refusal.message.ends_with("is currently in use by a listener or a rule"));

    let other = account.load_balancer("other");
    let input = json!({
        "LoadBalancerArn": other["LoadBalancerArn"], "Protocol": "HTTP", "Port": 80,
        "DefaultActions": [forward(&group)],
    });
    assert_eq!(account.code("CreateListener", input), "TargetGroupAssociationLimit");

    account.ok("DeleteListener", json!({"ListenerArn": listener["ListenerArn"]}));
    account.ok("DeleteTargetGroup", arn);
}

#[tokio::test(start_paused = true)]
async fn tags_are_described_over_all_four_kinds() {
    let account = Account::new();
    let balancer = account.load_balancer("web");
    let group = account.target_group("blue", "HTTP");
    let listener = account.listener(&balancer, "HTTP", 80, &group);
    let rules = account.ok("DescribeRules", json!({"ListenerArn": listener["ListenerArn"]}));
    let arns = json!([
        balancer["LoadBalancerArn"],
        group["TargetGroupArn"],
        listener["ListenerArn"],
        rules["Rules"][0]["RuleArn"],
    ]);
    let tags = json!([{"Key": "recon:stack", "Value": "test"}]);
    account.ok("AddTags", json!({"ResourceArns": arns, "Tags": tags}));
    let described = account.ok("DescribeTags", json!({"ResourceArns": arns}));
    for (description, arn) in
        described["TagDescriptions"].as_array().unwrap().iter().zip(arns.as_array().unwrap())
    {
        assert_eq!(*description, json!({"ResourceArn": arn, "Tags": tags}));
    }
    account.ok("RemoveTags", json!({"ResourceArns": [arns[0]], "TagKeys": ["recon:stack"]}));
    let described = account.ok("DescribeTags", json!({"ResourceArns": [arns[0]]}));
    assert_eq!(described["TagDescriptions"], json!([{"ResourceArn": arns[0]}]));

    let found = account.0.call("resourcegroupstaggingapi", "GetResources", REGION, &json!({})).unwrap();
    assert_eq!(found["ResourceTagMappingList"].as_array().unwrap().len(), 3);
    let many = vec![arns[0].clone(); 21];
    assert_eq!(account.code("DescribeTags", json!({"ResourceArns": many})), "ValidationError");
    let reserved = json!({"ResourceArns": [arns[0]], "Tags": [{"Key": "aws:x", "Value": ""}]});
    assert_eq!(account.code("AddTags", reserved), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn the_state_survives_being_written_down() {
    let account = Account::new();
    let balancer = account.load_balancer("web");
    let group = account.target_group("blue", "HTTP");
    account.listener(&balancer, "HTTP", 80, &group);
    let state = account.0.state();
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<recon_sandbox::State>(&text).unwrap(), state);
}
