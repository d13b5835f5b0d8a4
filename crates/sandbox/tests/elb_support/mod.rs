//! An account with what the tests of load balancers need.

// each test file uses its own part
#![allow(dead_code)]
// helpers are not test functions, yet they fail the test in the same way
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

pub const REGION: &str = "ap-northeast-2";
pub const CERTIFICATE: &str = "arn:aws:acm:ap-northeast-2:123456789012:certificate/one";

/// Calls of one service in one region.
pub struct Account(pub Sandbox);

impl Account {
    pub fn new() -> Self {
        Self(Sandbox::default())
    }

    pub fn elb(&self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.0.call("elbv2", operation, REGION, &input)
    }

    /// A call that AWS takes.
    pub fn ok(&self, operation: &str, input: Value) -> Value {
        self.elb(operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
    }

    /// The code of a call that AWS refuses.
    pub fn code(&self, operation: &str, input: Value) -> String {
        self.elb(operation, input).expect_err(operation).code
    }

    pub fn ec2(&self, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.0.call("ec2", operation, REGION, &input)
    }

    pub fn vpc(&self) -> Value {
        self.ec2("DescribeVpcs", json!({})).unwrap()["Vpcs"][0]["VpcId"].clone()
    }

    pub fn subnets(&self) -> Vec<Value> {
        let answer = self.ec2("DescribeSubnets", json!({})).unwrap();
        answer["Subnets"].as_array().unwrap().iter().map(|subnet| subnet["SubnetId"].clone()).collect()
    }

    pub fn load_balancer(&self, name: &str) -> Value {
        let input = json!({"Name": name, "Subnets": self.subnets()[..2]});
        self.ok("CreateLoadBalancer", input)["LoadBalancers"][0].clone()
    }

    pub fn network_load_balancer(&self, name: &str) -> Value {
        let input = json!({"Name": name, "Type": "network", "Subnets": self.subnets()[..1]});
        self.ok("CreateLoadBalancer", input)["LoadBalancers"][0].clone()
    }

    pub fn target_group(&self, name: &str, protocol: &str) -> Value {
        let input = json!({
            "Name": name, "Protocol": protocol, "Port": 8080, "VpcId": self.vpc(), "TargetType": "ip",
        });
        self.ok("CreateTargetGroup", input)["TargetGroups"][0].clone()
    }

    /// A listener that forwards to a target group.
    pub fn listener(&self, balancer: &Value, protocol: &str, port: u16, group: &Value) -> Value {
        let input = json!({
            "LoadBalancerArn": balancer["LoadBalancerArn"], "Protocol": protocol, "Port": port,
            "DefaultActions": [forward(group)],
        });
        self.ok("CreateListener", input)["Listeners"][0].clone()
    }

    pub fn attributes(&self, kind: &str, arn: &Value) -> Value {
        let input = json!({format!("{kind}Arn"): arn});
        let list = self.ok(&format!("Describe{kind}Attributes"), input)["Attributes"].clone();
        let pair = |item: &Value| (item["Key"].as_str().unwrap().to_string(), item["Value"].clone());
        list.as_array().unwrap().iter().map(pair).collect()
    }
}

pub fn forward(group: &Value) -> Value {
    json!({"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]})
}
