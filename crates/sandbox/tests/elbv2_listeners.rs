//! Listeners and rules as AWS has them.

// helpers are not test functions, yet they fail the test in the same way
#![allow(clippy::unwrap_used)]

mod elb_support;

use elb_support::{Account, CERTIFICATE, forward};
use serde_json::{Value, json};

/// A load balancer, a target group and a listener on port 80 that forwards to it.
fn web(account: &Account) -> (Value, Value, Value) {
    let balancer = account.load_balancer("web");
    let group = account.target_group("blue", "HTTP");
    let listener = account.listener(&balancer, "HTTP", 80, &group);
    (balancer, group, listener)
}

fn with(base: &Value, rest: Value) -> Value {
    let mut input = base.clone();
    input.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    input
}

#[tokio::test(start_paused = true)]
async fn a_forward_action_comes_back_in_both_of_its_forms() {
    let account = Account::new();
    let (balancer, group, listener) = web(&account);
    let blue = &group["TargetGroupArn"];
    assert_eq!(listener["LoadBalancerArn"], balancer["LoadBalancerArn"]);
    let whole = json!([{
        "Type": "forward", "Order": 1, "TargetGroupArn": blue,
        "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": blue, "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": false},
        },
    }]);
    assert_eq!(listener["DefaultActions"], whole);

    let green = account.target_group("green", "HTTP")["TargetGroupArn"].clone();
    let groups = json!([{"TargetGroupArn": blue, "Weight": 90}, {"TargetGroupArn": green, "Weight": 10}]);
    let actions = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]);
    let input = json!({"ListenerArn": listener["ListenerArn"], "DefaultActions": actions});
    let weighted = account.ok("ModifyListener", input)["Listeners"][0]["DefaultActions"][0].clone();
    assert_eq!(weighted["TargetGroupArn"], Value::Null);
    assert_eq!(weighted["ForwardConfig"]["TargetGroups"], groups);
    let rules = account.ok("DescribeRules", json!({"ListenerArn": listener["ListenerArn"]}));
    assert_eq!(rules["Rules"][0]["Actions"][0], weighted, "the default rule follows");

    let again = json!({"ListenerArn": listener["ListenerArn"], "DefaultActions": whole});
    let answer = account.ok("ModifyListener", again);
    assert_eq!(answer["Listeners"][0]["DefaultActions"], whole, "what AWS gives back it also takes");
}

#[tokio::test(start_paused = true)]
async fn a_redirect_keeps_what_it_does_not_change() {
    let account = Account::new();
    let (_, _, listener) = web(&account);
    let redirect = |config: Value| {
        json!({"ListenerArn": listener["ListenerArn"],
            "DefaultActions": [{"Type": "redirect", "RedirectConfig": config}]})
    };
    let input = redirect(json!({"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443"}));
    let action = account.ok("ModifyListener", input)["Listeners"][0]["DefaultActions"][0].clone();
    assert_eq!(
        action["RedirectConfig"],
        json!({"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443", "Host": "#{host}",
            "Path": "/#{path}", "Query": "#{query}"})
    );
    let input = redirect(json!({"StatusCode": "HTTP_301"}));
    assert_eq!(account.code("ModifyListener", input), "InvalidLoadBalancerAction", "a loop");
}

#[tokio::test(start_paused = true)]
async fn actions_that_aws_does_not_take_are_refused() {
    let account = Account::new();
    let (_, group, listener) = web(&account);
    let code = |actions: Value| {
        account.code(
            "ModifyListener",
            json!({"ListenerArn": listener["ListenerArn"], "DefaultActions": actions}),
        )
    };
    let blue = &group["TargetGroupArn"];
    let missing = json!(format!("{}0", blue.as_str().unwrap()));
    assert_eq!(code(json!([{"Type": "forward", "TargetGroupArn": missing}])), "TargetGroupNotFound");
    assert_eq!(code(json!([forward(&group), forward(&group)])), "ValidationError", "no order");
    assert_eq!(code(json!([{"Type": "forward"}])), "InvalidLoadBalancerAction");
    assert_eq!(code(json!([{"Type": "redirect"}])), "InvalidLoadBalancerAction");
    let heavy = json!([{"TargetGroupArn": blue, "Weight": 1000}]);
    assert_eq!(
        code(json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": heavy}}])),
        "ValidationError"
    );
    let six: Vec<Value> = (0..6)
        .map(|n| json!({"TargetGroupArn": account.target_group(&format!("g{n}"), "HTTP")["TargetGroupArn"]}))
        .collect();
    let many = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": six}}]);
    assert_eq!(code(many), "InvalidLoadBalancerAction");
    let https = account.target_group("https", "HTTPS");
    let mixed = json!([{"TargetGroupArn": blue}, {"TargetGroupArn": https["TargetGroupArn"]}]);
    let mixed = json!([{"Type": "forward", "ForwardConfig": {"TargetGroups": mixed}}]);
    assert_eq!(code(mixed), "InvalidLoadBalancerAction");
    let login = json!({"UserPoolArn": "a", "UserPoolClientId": "b", "UserPoolDomain": "c"});
    let login = json!({"Type": "authenticate-cognito", "Order": 1, "AuthenticateCognitoConfig": login});
    let login = json!([login, with(&forward(&group), json!({"Order": 2}))]);
    assert_eq!(code(login), "InvalidLoadBalancerAction", "HTTP has no authentication");
}

#[tokio::test(start_paused = true)]
async fn protocols_must_fit_the_load_balancer_and_the_target_group() {
    let account = Account::new();
    let (alb, http, _) = web(&account);
    let nlb = account.network_load_balancer("nlb");
    let tcp = account.target_group("tcp", "TCP");
    let code = |balancer: &Value, protocol: &str, action: Value| {
        let input = json!({"LoadBalancerArn": balancer["LoadBalancerArn"], "Protocol": protocol, "Port": 81,
            "DefaultActions": [action]});
        account.code("CreateListener", input)
    };
    assert_eq!(code(&alb, "TCP", forward(&tcp)), "UnsupportedProtocol");
    assert_eq!(code(&nlb, "HTTP", forward(&tcp)), "UnsupportedProtocol");
    assert_eq!(code(&alb, "HTTP", forward(&tcp)), "IncompatibleProtocols");
    assert_eq!(code(&nlb, "TCP", forward(&http)), "IncompatibleProtocols");
    assert_eq!(code(&nlb, "TCP_UDP", forward(&tcp)), "IncompatibleProtocols");
    let fixed = json!({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}});
    assert_eq!(code(&nlb, "TCP", fixed), "InvalidLoadBalancerAction");
    let listener = account.listener(&nlb, "TCP", 81, &tcp);
    assert!(listener["ListenerArn"].as_str().unwrap().contains(":listener/net/nlb/"));

    let input = json!({"ListenerArn": listener["ListenerArn"], "Priority": 1, "Actions": [forward(&tcp)],
        "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}]});
    assert_eq!(account.code("CreateRule", input), "UnsupportedProtocol");
}

#[tokio::test(start_paused = true)]
async fn an_https_listener_has_one_certificate_and_a_policy() {
    let account = Account::new();
    let (balancer, group, _) = web(&account);
    let base = json!({"LoadBalancerArn": balancer["LoadBalancerArn"], "Protocol": "HTTPS", "Port": 443,
        "DefaultActions": [forward(&group)]});
    let refusal = account.elb("CreateListener", base.clone()).unwrap_err();
    assert_eq!(refusal.message, "A certificate must be specified for HTTPS listeners");
    let foreign = "arn:aws:acm:us-east-1:123456789012:certificate/one";
    let input = with(&base, json!({"Certificates": [{"CertificateArn": foreign}]}));
    assert_eq!(account.code("CreateListener", input), "CertificateNotFound");
    let base = with(&base, json!({"Certificates": [{"CertificateArn": CERTIFICATE}]}));
    let input = with(&base, json!({"SslPolicy": "strict"}));
    assert_eq!(account.code("CreateListener", input), "SSLPolicyNotFound");

    let listener = account.ok("CreateListener", base)["Listeners"][0].clone();
    assert_eq!(listener["SslPolicy"], "ELBSecurityPolicy-2016-08");
    assert_eq!(listener["Certificates"], json!([{"CertificateArn": CERTIFICATE}]));
    assert_eq!(listener["MutualAuthentication"], json!({"Mode": "off"}));

    let arn = json!({"ListenerArn": listener["ListenerArn"]});
    let plain = account.ok("ModifyListener", with(&arn, json!({"Protocol": "HTTP"})))["Listeners"][0].clone();
    for member in ["SslPolicy", "Certificates", "MutualAuthentication"] {
        assert_eq!(plain[member], Value::Null, "{member}");
    }
    assert_eq!(account.code("ModifyListener", with(&arn, json!({"Protocol": "HTTPS"}))), "ValidationError");
    let input = with(&arn, json!({"SslPolicy": "ELBSecurityPolicy-2016-08"}));
    assert_eq!(account.code("ModifyListener", input), "ValidationError", "HTTP has no policy");
}

#[tokio::test(start_paused = true)]
async fn more_certificates_stand_beside_the_default_one() {
    let account = Account::new();
    let (balancer, group, plain) = web(&account);
    let input = json!({"LoadBalancerArn": balancer["LoadBalancerArn"], "Protocol": "HTTPS", "Port": 443,
        "DefaultActions": [forward(&group)], "Certificates": [{"CertificateArn": CERTIFICATE}]});
    let listener = account.ok("CreateListener", input)["Listeners"][0]["ListenerArn"].clone();
    let two = CERTIFICATE.replace("one", "two");
    let call = |arn: &str| json!({"ListenerArn": listener, "Certificates": [{"CertificateArn": arn}]});
    account.ok("AddListenerCertificates", call(&two));
    let list = || {
        account.ok("DescribeListenerCertificates", json!({"ListenerArn": listener}))["Certificates"].clone()
    };
    assert_eq!(
        list(),
        json!([
            {"CertificateArn": CERTIFICATE, "IsDefault": true},
            {"CertificateArn": two, "IsDefault": false},
        ])
    );
    assert_eq!(account.code("RemoveListenerCertificates", call(CERTIFICATE)), "OperationNotPermitted");
    account.ok("RemoveListenerCertificates", call(&two));
    assert_eq!(list().as_array().unwrap().len(), 1);
    let input = with(&call(&two), json!({"ListenerArn": plain["ListenerArn"]}));
    assert_eq!(account.code("AddListenerCertificates", input), "ValidationError");
}

#[tokio::test(start_paused = true)]
async fn a_listener_can_move_to_a_free_port_only() {
    let account = Account::new();
    let (balancer, group, listener) = web(&account);
    account.listener(&balancer, "HTTP", 8080, &group);
    let modify = |port: u16| json!({"ListenerArn": listener["ListenerArn"], "Port": port});
    assert_eq!(account.code("ModifyListener", modify(8080)), "DuplicateListener");
    account.ok("ModifyListener", modify(9090));
    let list = account.ok("DescribeListeners", json!({"LoadBalancerArn": balancer["LoadBalancerArn"]}));
    let ports: Vec<&Value> = list["Listeners"].as_array().unwrap().iter().map(|l| &l["Port"]).collect();
    assert_eq!(ports, [8080, 9090]);
}

#[tokio::test(start_paused = true)]
async fn rules_come_in_the_order_of_their_priorities_and_the_default_rule_last() {
    let account = Account::new();
    let (_, group, listener) = web(&account);
    let rule = |priority: u32, path: &str| {
        json!({"ListenerArn": listener["ListenerArn"], "Priority": priority, "Actions": [forward(&group)],
            "Conditions": [{"Field": "path-pattern", "Values": [path]}]})
    };
    let late = account.ok("CreateRule", rule(100, "/late"))["Rules"][0].clone();
    let early = account.ok("CreateRule", rule(9, "/early"))["Rules"][0].clone();
    assert_eq!(account.code("CreateRule", rule(9, "/other")), "PriorityInUse");
    let list =
        || account.ok("DescribeRules", json!({"ListenerArn": listener["ListenerArn"]}))["Rules"].clone();
    let priorities = |rules: &Value| -> Vec<Value> {
        rules.as_array().unwrap().iter().map(|rule| rule["Priority"].clone()).collect()
    };
    assert_eq!(priorities(&list()), ["9", "100", "default"]);

    let swap = json!({"RulePriorities": [
        {"RuleArn": late["RuleArn"], "Priority": 9}, {"RuleArn": early["RuleArn"], "Priority": 100}]});
    account.ok("SetRulePriorities", swap);
    assert_eq!(list()[0]["RuleArn"], late["RuleArn"]);
    let taken = json!({"RulePriorities": [{"RuleArn": late["RuleArn"], "Priority": 100}]});
    assert_eq!(account.code("SetRulePriorities", taken), "PriorityInUse");

    let default = json!({"RuleArn": list()[2]["RuleArn"]});
    assert_eq!(list()[2]["IsDefault"], true);
    assert_eq!(account.code("DeleteRule", default), "OperationNotPermitted");
    account.ok("DeleteRule", json!({"RuleArn": early["RuleArn"]}));
    assert_eq!(account.code("DeleteRule", json!({"RuleArn": early["RuleArn"]})), "RuleNotFound");
}

#[tokio::test(start_paused = true)]
async fn conditions_come_back_in_both_of_their_forms() {
    let account = Account::new();
    let (_, group, listener) = web(&account);
    let create = |priority: u32, conditions: Value| {
        let input = json!({"ListenerArn": listener["ListenerArn"], "Priority": priority,
            "Actions": [forward(&group)], "Conditions": conditions});
        account.elb("CreateRule", input).map(|answer| answer["Rules"][0]["Conditions"].clone())
    };
    let long = json!([{"Field": "host-header", "HostHeaderConfig": {"Values": ["a.test", "b.test"]}}]);
    let both = json!([{"Field": "host-header", "Values": ["a.test", "b.test"],
        "HostHeaderConfig": {"Values": ["a.test", "b.test"]}}]);
    assert_eq!(create(1, long).unwrap(), both);
    assert_eq!(create(2, both.clone()).unwrap(), both);
    let short = json!([{"Field": "path-pattern", "Values": ["/api/*"]}]);
    assert_eq!(create(3, short).unwrap()[0]["PathPatternConfig"], json!({"Values": ["/api/*"]}));
    let header = json!([{"Field": "http-header",
        "HttpHeaderConfig": {"HttpHeaderName": "x", "Values": ["1"]}}]);
    assert_eq!(create(4, header.clone()).unwrap(), header);

    for (why, conditions) in [
        ("none", json!([])),
        ("unknown field", json!([{"Field": "colour", "Values": ["red"]}])),
        ("no value", json!([{"Field": "path-pattern"}])),
        ("short form of a field without one", json!([{"Field": "source-ip", "Values": ["10.0.0.0/8"]}])),
        ("no cidr", json!([{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.1"]}}])),
        (
            "another field's settings",
            json!([{"Field": "path-pattern", "HostHeaderConfig": {"Values": ["a"]}}]),
        ),
        ("six values", json!([{"Field": "path-pattern", "Values": ["/1", "/2", "/3", "/4", "/5", "/6"]}])),
        (
            "two paths",
            json!([{"Field": "path-pattern", "Values": ["/1"]}, {"Field": "path-pattern", "Values": ["/2"]}]),
        ),
    ] {
        assert_eq!(create(50, conditions).expect_err(why).code, "ValidationError", "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_is_modified_in_parts() {
    let account = Account::new();
    let (balancer, group, listener) = web(&account);
    let input = json!({"ListenerArn": listener["ListenerArn"], "Priority": 1, "Actions": [forward(&group)],
        "Conditions": [{"Field": "path-pattern", "Values": ["/a"]}]});
    let made = account.ok("CreateRule", input)["Rules"][0].clone();
    let green = account.target_group("green", "HTTP");
    let input = json!({"RuleArn": made["RuleArn"], "Actions": [forward(&green)]});
    let changed = account.ok("ModifyRule", input)["Rules"][0].clone();
    assert_eq!(changed["Conditions"], made["Conditions"]);
    assert_eq!(changed["Actions"][0]["TargetGroupArn"], green["TargetGroupArn"]);
    let owner = account.ok("DescribeTargetGroups", json!({"Names": ["green"]}));
    assert_eq!(owner["TargetGroups"][0]["LoadBalancerArns"], json!([balancer["LoadBalancerArn"]]));
    assert_eq!(account.code("ModifyRule", json!({"RuleArn": made["RuleArn"]})), "ValidationError");
}
