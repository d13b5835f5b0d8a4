//! Health checks and attributes: AWS's defaults, and what AWS refuses.

// helpers are not test functions, yet they fail the test in the same way
#![allow(clippy::unwrap_used)]

mod elb_support;

use elb_support::Account;
use serde_json::{Value, json};

fn create(account: &Account, rest: Value) -> Result<Value, recon_sandbox::Refusal> {
    let mut input = json!({"Name": "group", "Port": 80, "VpcId": account.vpc(), "TargetType": "ip"});
    input.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    account.elb("CreateTargetGroup", input).map(|answer| answer["TargetGroups"][0].clone())
}

#[tokio::test(start_paused = true)]
async fn an_http_target_group_is_checked_over_http() {
    let account = Account::new();
    let group = create(&account, json!({"Protocol": "HTTP"})).unwrap();
    let mut settings = group.as_object().unwrap().clone();
    let arn = settings.remove("TargetGroupArn").unwrap();
    assert!(arn.as_str().unwrap().contains(":targetgroup/group/"));
    assert_eq!(
        Value::Object(settings),
        json!({
            "TargetGroupName": "group", "Protocol": "HTTP", "ProtocolVersion": "HTTP1", "Port": 80,
            "VpcId": account.vpc(), "TargetType": "ip", "IpAddressType": "ipv4", "LoadBalancerArns": [],
            "HealthCheckEnabled": true, "HealthCheckProtocol": "HTTP", "HealthCheckPort": "traffic-port",
            "HealthCheckPath": "/", "HealthCheckIntervalSeconds": 30, "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 5, "UnhealthyThresholdCount": 2, "Matcher": {"HttpCode": "200"},
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_tcp_target_group_is_checked_over_tcp_and_has_no_matcher() {
    let account = Account::new();
    let group = create(&account, json!({"Protocol": "TCP"})).unwrap();
    assert_eq!(group["HealthCheckProtocol"], "TCP");
    assert_eq!(group["HealthCheckTimeoutSeconds"], 10);
    for member in ["Matcher", "HealthCheckPath", "ProtocolVersion"] {
        assert_eq!(group[member], Value::Null, "{member}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_grpc_target_group_has_its_own_path_and_matcher() {
    let account = Account::new();
    let group = create(&account, json!({"Protocol": "HTTP", "ProtocolVersion": "GRPC"})).unwrap();
    assert_eq!(group["Matcher"], json!({"GrpcCode": "12"}));
    assert_eq!(group["HealthCheckPath"], "/AWS.ALB/healthcheck");
}

#[tokio::test(start_paused = true)]
async fn a_lambda_target_group_has_no_network_and_no_health_check_at_first() {
    let account = Account::new();
    let input = json!({"Name": "function", "TargetType": "lambda"});
    let group = account.ok("CreateTargetGroup", input)["TargetGroups"][0].clone();
    assert_eq!(group["HealthCheckEnabled"], false);
    assert_eq!(group["HealthCheckIntervalSeconds"], 35);
    assert_eq!(group["Port"], Value::Null);
    let input = json!({"Name": "other", "TargetType": "lambda", "Port": 80});
    assert_eq!(account.code("CreateTargetGroup", input), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn impossible_target_groups_are_refused() {
    let account = Account::new();
    for (why, rest) in [
        ("no protocol", json!({})),
        ("no such vpc", json!({"Protocol": "HTTP", "VpcId": "vpc-0"})),
        ("tcp check of http", json!({"Protocol": "HTTP", "HealthCheckProtocol": "TCP"})),
        ("udp check", json!({"Protocol": "UDP", "HealthCheckProtocol": "UDP"})),
        (
            "timeout not below the interval",
            json!({"Protocol": "HTTP", "HealthCheckIntervalSeconds": 10, "HealthCheckTimeoutSeconds": 10}),
        ),
        ("path without a slash", json!({"Protocol": "HTTP", "HealthCheckPath": "health"})),
        ("port out of range", json!({"Protocol": "HTTP", "HealthCheckPort": "70000"})),
        ("matcher out of range", json!({"Protocol": "HTTP", "Matcher": {"HttpCode": "200-599"}})),
        ("matcher without sense", json!({"Protocol": "HTTP", "Matcher": {"HttpCode": "ok"}})),
        ("grpc matcher of http1", json!({"Protocol": "HTTP", "Matcher": {"GrpcCode": "0"}})),
        ("matcher of tcp", json!({"Protocol": "TCP", "Matcher": {"HttpCode": "200"}})),
        ("version of tcp", json!({"Protocol": "TCP", "ProtocolVersion": "HTTP2"})),
    ] {
        assert_eq!(create(&account, rest).expect_err(why).code, "ValidationError", "{why}");
    }
    let rest = json!({"Protocol": "HTTP", "HealthCheckEnabled": false});
    assert_eq!(create(&account, rest).unwrap_err().code, "InvalidConfigurationRequest");
}

#[tokio::test(start_paused = true)]
async fn modifying_a_health_check_leaves_the_rest_of_it_as_it_is() {
    let account = Account::new();
    let made = create(&account, json!({"Protocol": "TCP", "HealthCheckIntervalSeconds": 20})).unwrap();
    let modify = |rest: Value| {
        let mut input = json!({"TargetGroupArn": made["TargetGroupArn"]});
        input.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        account.ok("ModifyTargetGroup", input)["TargetGroups"][0].clone()
    };
    let http = modify(json!({"HealthCheckProtocol": "HTTP", "HealthCheckPath": "/health"}));
    assert_eq!(http["HealthCheckIntervalSeconds"], 20);
    assert_eq!(http["HealthCheckPath"], "/health");
    assert_eq!(http["Matcher"], json!({"HttpCode": "200-399"}));
    let tcp = modify(json!({"HealthCheckProtocol": "TCP"}));
    assert_eq!(tcp["HealthCheckPath"], Value::Null);
    assert_eq!(tcp["HealthCheckIntervalSeconds"], 20);
    assert_eq!(tcp["Port"], 80);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_registered_in_a_target_group() {
    let account = Account::new();
    let group = create(&account, json!({"Protocol": "HTTP"})).unwrap();
    let arn = &group["TargetGroupArn"];
    let all = account.ok("DescribeTargetHealth", json!({"TargetGroupArn": arn}));
    assert_eq!(all["TargetHealthDescriptions"], json!([]));
    let one =
        account.ok("DescribeTargetHealth", json!({"TargetGroupArn": arn, "Targets": [{"Id": "10.0.0.1"}]}));
    assert_eq!(one["TargetHealthDescriptions"][0]["TargetHealth"]["Reason"], "Target.NotRegistered");
}

#[tokio::test(start_paused = true)]
async fn attributes_have_the_defaults_of_their_type() {
    let account = Account::new();
    let alb = account.attributes("LoadBalancer", &account.load_balancer("alb")["LoadBalancerArn"]);
    assert_eq!(alb["idle_timeout.timeout_seconds"], "60");
    assert_eq!(alb["load_balancing.cross_zone.enabled"], "true");
    assert_eq!(alb["routing.http.desync_mitigation_mode"], "defensive");
    assert_eq!(alb["access_logs.s3.bucket"], "");
    let nlb = account.attributes("LoadBalancer", &account.network_load_balancer("nlb")["LoadBalancerArn"]);
    assert_eq!(nlb["load_balancing.cross_zone.enabled"], "false");
    assert_eq!(nlb["dns_record.client_routing_policy"], "any_availability_zone");
    assert_eq!(nlb["idle_timeout.timeout_seconds"], Value::Null);

    let http = account.attributes("TargetGroup", &account.target_group("http", "HTTP")["TargetGroupArn"]);
    assert_eq!(http["deregistration_delay.timeout_seconds"], "300");
    assert_eq!(http["stickiness.type"], "lb_cookie");
    assert_eq!(http["preserve_client_ip.enabled"], Value::Null);
    let tcp = account.attributes("TargetGroup", &account.target_group("tcp", "TCP")["TargetGroupArn"]);
    assert_eq!(tcp["stickiness.type"], "source_ip");
    assert_eq!(tcp["preserve_client_ip.enabled"], "false", "targets by IP over TCP");
    let udp = account.attributes("TargetGroup", &account.target_group("udp", "UDP")["TargetGroupArn"]);
    assert_eq!(udp["preserve_client_ip.enabled"], "true");
    assert_eq!(udp["deregistration_delay.connection_termination.enabled"], "true");
}

#[tokio::test(start_paused = true)]
async fn attributes_that_are_set_stay_and_those_that_do_not_fit_are_refused() {
    let account = Account::new();
    let arn = account.target_group("blue", "HTTP")["TargetGroupArn"].clone();
    let modify = |key: &str, value: &str| {
        let attributes = json!([{"Key": key, "Value": value}]);
        account.elb("ModifyTargetGroupAttributes", json!({"TargetGroupArn": arn, "Attributes": attributes}))
    };
    modify("deregistration_delay.timeout_seconds", "30").unwrap();
    modify("stickiness.enabled", "true").unwrap();
    let now = account.attributes("TargetGroup", &arn);
    assert_eq!(now["deregistration_delay.timeout_seconds"], "30");
    assert_eq!(now["stickiness.enabled"], "true");

    let unknown = modify("deregistration_delay.timeout", "30").unwrap_err();
    assert_eq!(
        unknown.message,
        "Target group attribute key 'deregistration_delay.timeout' is not recognized"
    );
    let elsewhere = modify("proxy_protocol_v2.enabled", "true").unwrap_err();
    assert!(elsewhere.message.contains("is not supported"), "{elsewhere}");
    assert_eq!(modify("deregistration_delay.timeout_seconds", "3601").unwrap_err().code, "ValidationError");
    assert_eq!(modify("slow_start.duration_seconds", "10").unwrap_err().code, "ValidationError");
    let cookie = modify("stickiness.type", "app_cookie").unwrap_err();
    assert_eq!(cookie.code, "InvalidConfigurationRequest", "no cookie name");
    assert_eq!(account.attributes("TargetGroup", &arn), now, "a refused call changes nothing");

    let balancer = account.load_balancer("web");
    let logs = json!({"LoadBalancerArn": balancer["LoadBalancerArn"],
        "Attributes": [{"Key": "access_logs.s3.enabled", "Value": "true"}]});
    assert_eq!(account.code("ModifyLoadBalancerAttributes", logs), "InvalidConfigurationRequest");
}

#[tokio::test(start_paused = true)]
async fn a_log_that_is_switched_on_is_in_the_answer() {
    let account = Account::new();
    let arn = account.load_balancer("web")["LoadBalancerArn"].clone();
    for log in ["access_logs", "connection_logs", "health_check_logs"] {
        let attributes = json!([
            {"Key": format!("{log}.s3.enabled"), "Value": "true"},
            {"Key": format!("{log}.s3.bucket"), "Value": "logs"},
        ]);
        let input = json!({"LoadBalancerArn": arn, "Attributes": attributes});
        account.ok("ModifyLoadBalancerAttributes", input);
        let now = account.attributes("LoadBalancer", &arn);
        assert_eq!(now[format!("{log}.s3.bucket")], "logs");
        assert_eq!(now["deletion_protection.enabled"], "false");
    }
}

#[tokio::test(start_paused = true)]
async fn an_application_load_balancer_shows_all_of_its_attributes() {
    let account = Account::new();
    let arn = account.load_balancer("lb")["LoadBalancerArn"].clone();
    let attributes = account.attributes("LoadBalancer", &arn);
    assert_eq!(attributes.as_object().unwrap().len(), 23, "more than AWS's model says");
    assert_eq!(attributes["health_check_logs.s3.enabled"], "false");
}
