//! An account to try things in.

use std::time::Duration;

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

pub const REGION: &str = "ap-northeast-2";

#[derive(Default)]
pub struct World {
    pub aws: Sandbox,
}

impl World {
    /// With a cluster `test` and a task definition `app` (bridge, container `web` on port 8080).
    pub fn new() -> Self {
        let world = Self::default();
        world.ecs("CreateCluster", json!({"clusterName": "test"}));
        world.ecs("RegisterTaskDefinition", definition("app"));
        world
    }

    pub fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, Refusal> {
        self.aws.call(service, operation, REGION, &input)
    }

    /// The answer of an ECS call that must go well.
    pub fn ecs(&self, operation: &str, input: Value) -> Value {
        self.call("ecs", operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
    }

    /// Code and message of an ECS call that must be refused.
    pub fn refused(&self, operation: &str, input: Value) -> String {
        self.call("ecs", operation, input).expect_err(operation).to_string()
    }

    /// Creates the service `web` in `test`, of `app` unless told otherwise.
    pub fn create(&self, more: Value) -> Value {
        self.ecs("CreateService", service(more))["service"].clone()
    }

    pub fn update(&self, more: Value) -> Value {
        self.ecs("UpdateService", over(json!({"cluster": "test", "service": "web"}), more))["service"].clone()
    }

    pub fn update_refused(&self, more: Value) -> String {
        self.refused("UpdateService", over(json!({"cluster": "test", "service": "web"}), more))
    }

    /// The service `web` as it stands.
    pub fn web(&self) -> Value {
        self.ecs("DescribeServices", json!({"cluster": "test", "services": ["web"]}))["services"][0].clone()
    }
}

pub async fn advance(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

pub fn definition(family: &str) -> Value {
    json!({
        "family": family,
        "containerDefinitions": [{
            "name": "web", "image": "nginx:1", "memory": 128, "portMappings": [{"containerPort": 8080}],
        }],
    })
}

pub fn service(more: Value) -> Value {
    let least = json!({"cluster": "test", "serviceName": "web", "taskDefinition": "app", "desiredCount": 2});
    over(least, more)
}

/// The first document with the members of the second; a null takes one away.
pub fn over(mut document: Value, more: Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        document[key] = value.clone();
    }
    document
}

/// Every one of the inputs is refused with its code and words.
#[track_caller]
pub fn all_refused(cases: Vec<(Value, &str)>, attempt: impl Fn(Value) -> String) {
    for (input, words) in cases {
        let refusal = attempt(input.clone());
        assert!(refusal.contains(words), "{input}: {refusal:?} does not say {words:?}");
    }
}

/// Fargate, a load balancer and two target groups in the default VPC: what `web` runs behind.
pub struct Behind {
    pub subnets: Vec<String>,
    pub group: String,
    /// Both are behind the load balancer's listener.
    pub blue: String,
    pub green: String,
    /// Behind nothing.
    pub loose: String,
    pub listener: String,
}

impl World {
    fn ok(&self, service: &str, operation: &str, input: Value) -> Value {
        self.call(service, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
    }

    /// Puts a load balancer of that type up, and a task definition `api` for Fargate.
    pub fn put_up(&self, kind: &str) -> Behind {
        let ids = |operation: &str, list: &str, id: &str| {
            let answer = self.ok("ec2", operation, json!({}))[list].clone();
            answer
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one[id].as_str().unwrap().to_string())
                .collect::<Vec<_>>()
        };
        let subnets = ids("DescribeSubnets", "Subnets", "SubnetId");
        let vpc = ids("DescribeVpcs", "Vpcs", "VpcId")[0].clone();
        let group = ids("DescribeSecurityGroups", "SecurityGroups", "GroupId")[0].clone();
        let protocol = if kind == "network" { "TCP" } else { "HTTP" };
        let target_group = |name: &str, target: &str| {
            let input = json!({
                "Name": name, "Protocol": protocol, "Port": 80, "VpcId": vpc, "TargetType": target,
            });
            let answer = self.ok("elbv2", "CreateTargetGroup", input);
            answer["TargetGroups"][0]["TargetGroupArn"].as_str().unwrap().to_string()
        };
        let [blue, green, loose] = ["blue", "green", "loose"].map(|name| target_group(name, "ip"));
        let input = json!({"Name": "lb", "Type": kind, "Subnets": &subnets[..2]});
        let balancer =
            self.ok("elbv2", "CreateLoadBalancer", input)["LoadBalancers"][0]["LoadBalancerArn"].clone();
        let listen = |port: u16, target: &str| {
            let actions = json!([{"Type": "forward", "TargetGroupArn": target}]);
            let input = json!({
                "LoadBalancerArn": balancer, "Protocol": protocol, "Port": port, "DefaultActions": actions,
            });
            self.ok("elbv2", "CreateListener", input)["Listeners"][0]["ListenerArn"]
                .as_str()
                .unwrap()
                .to_string()
        };
        let listener = listen(80, &blue);
        listen(81, &green);
        self.ecs("RegisterTaskDefinition", on_fargate("api"));
        Behind { subnets, group, blue, green, loose, listener }
    }
}

impl Behind {
    /// A service `web` of two tasks on Fargate behind `blue`, with more.
    pub fn service(&self, more: Value) -> Value {
        let vpc = json!({"subnets": self.subnets, "securityGroups": [self.group]});
        let least = json!({
            "taskDefinition": "api", "launchType": "FARGATE",
            "networkConfiguration": {"awsvpcConfiguration": vpc},
            "loadBalancers": [self.balancer(&self.blue)],
        });
        over(service(least), more)
    }

    pub fn balancer(&self, target_group: &str) -> Value {
        json!({"targetGroupArn": target_group, "containerName": "web", "containerPort": 8080})
    }
}

pub fn on_fargate(family: &str) -> Value {
    let least = json!({
        "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
    });
    over(definition(family), least)
}
