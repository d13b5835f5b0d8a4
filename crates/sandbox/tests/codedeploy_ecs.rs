//! CodeDeploy with a real ECS service, load balancer and target groups around it.

// a helper that fails is a test that fails
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";

fn call(sandbox: &Sandbox, service: &str, operation: &str, input: Value) -> Value {
    let answer = sandbox.call(service, operation, REGION, &input);
    answer.unwrap_or_else(|e| panic!("{operation}: {e}"))
}

fn refused(sandbox: &Sandbox, operation: &str, input: Value) -> Refusal {
    let answer = sandbox.call("codedeploy", operation, REGION, &input);
    answer.expect_err("AWS refuses this call")
}

/// A load balancer whose listener on port 80 forwards to `blue`, the target
/// groups `blue` and `green`, the services `api` (CODE_DEPLOY) and `rolling`
/// (ECS) in the cluster `c`, CodeDeploy's role and the application `a`.
struct World {
    sandbox: Sandbox,
    listener: Value,
}

impl World {
    fn new() -> Self {
        let sandbox = Sandbox::default();
        role(&sandbox, "deploy", "codedeploy.amazonaws.com", "AWSCodeDeployRoleForECS");
        role(&sandbox, "run", "ecs-tasks.amazonaws.com", "service-role/AmazonECSTaskExecutionRolePolicy");
        call(&sandbox, "iam", "CreateServiceLinkedRole", json!({"AWSServiceName": "ecs.amazonaws.com"}));
        let found = call(&sandbox, "ec2", "DescribeSubnets", json!({}))["Subnets"].clone();
        let subnets = json!([found[0]["SubnetId"], found[1]["SubnetId"]]);
        let input = json!({"Name": "lb", "Subnets": subnets});
        let made = call(&sandbox, "elbv2", "CreateLoadBalancer", input);
        let balancer = made["LoadBalancers"][0]["LoadBalancerArn"].clone();
        let [blue, _green] = ["blue", "green"].map(|name| {
            let input = json!({"Name": name, "Protocol": "HTTP", "Port": 80, "TargetType": "ip",
                "VpcId": found[0]["VpcId"]});
            let made = call(&sandbox, "elbv2", "CreateTargetGroup", input);
            made["TargetGroups"][0]["TargetGroupArn"].clone()
        });
        let action = json!({"Type": "forward", "TargetGroupArn": blue});
        let input =
            json!({"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80, "DefaultActions": [action]});
        let made = call(&sandbox, "elbv2", "CreateListener", input);
        let listener = made["Listeners"][0]["ListenerArn"].clone();
        services(&sandbox, &subnets, &blue);
        let application = json!({"applicationName": "a", "computePlatform": "ECS"});
        call(&sandbox, "codedeploy", "CreateApplication", application);
        Self { sandbox, listener }
    }

    fn group(&self, service: &str, targets: [&str; 2]) -> Value {
        json!({
            "applicationName": "a",
            "deploymentGroupName": "g",
            "serviceRoleArn": ROLE,
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "blueGreenDeploymentConfiguration": {
                "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
                "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE"},
            },
            "loadBalancerInfo": {"targetGroupPairInfoList": [{
                "targetGroups": targets.map(|name| json!({ "name": name })),
                "prodTrafficRoute": {"listenerArns": [self.listener]},
            }]},
            "ecsServices": [{"clusterName": "c", "serviceName": service}],
        })
    }

    fn codedeploy(&self, operation: &str, input: Value) -> Value {
        call(&self.sandbox, "codedeploy", operation, input)
    }

    fn deploy(&self) -> Value {
        self.deploy_definition("api:1")
    }

    fn deploy_definition(&self, name: &str) -> Value {
        let content = json!({"version": 0.0, "Resources": [{"TargetService": {
            "Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": name}}}]});
        let revision =
            json!({"revisionType": "AppSpecContent", "appSpecContent": {"content": content.to_string()}});
        let input = json!({"applicationName": "a", "deploymentGroupName": "g", "revision": revision});
        self.codedeploy("CreateDeployment", input)
    }
}

impl World {
    /// Registers the next revision of `api` and deploys it, to the end.
    async fn roll_out(&self) {
        let definition = definition("api");
        let made = call(&self.sandbox, "ecs", "RegisterTaskDefinition", definition);
        self.deploy_definition(made["taskDefinition"]["taskDefinitionArn"].as_str().unwrap());
        tokio::time::advance(Duration::from_secs(61)).await;
    }

    /// Names of the target groups that the listener's rules forward to, in the rules' order.
    fn forwards(&self) -> Vec<String> {
        let rules = call(&self.sandbox, "elbv2", "DescribeRules", json!({"ListenerArn": self.listener}));
        let arn = |rule: &Value| rule["Actions"][0]["TargetGroupArn"].as_str().unwrap().to_string();
        let name = |arn: String| arn.split('/').nth(1).unwrap().to_string();
        rules["Rules"].as_array().unwrap().iter().map(arn).map(name).collect()
    }

    /// The revision that the service's PRIMARY task set runs, and its target group's name.
    fn primary(&self) -> (String, String) {
        let asked = json!({"cluster": "c", "services": ["api"]});
        let found = call(&self.sandbox, "ecs", "DescribeServices", asked)["services"][0].clone();
        let sets = found["taskSets"].as_array().unwrap();
        let primary = sets.iter().find(|set| set["status"] == "PRIMARY").unwrap();
        assert_eq!(found["taskDefinition"], primary["taskDefinition"], "service and task set agree");
        let definition = primary["taskDefinition"].as_str().unwrap().rsplit('/').next().unwrap();
        let group = primary["loadBalancers"][0]["targetGroupArn"].as_str().unwrap();
        (definition.to_string(), group.split('/').nth(1).unwrap().to_string())
    }
}

fn role(sandbox: &Sandbox, name: &str, service: &str, policy: &str) {
    let statement = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
    let trust = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    call(sandbox, "iam", "CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust}));
    let policy = format!("arn:aws:iam::aws:policy/{policy}");
    call(sandbox, "iam", "AttachRolePolicy", json!({"RoleName": name, "PolicyArn": policy}));
}

fn definition(family: &str) -> Value {
    let container = json!({"name": "api", "image": "nginx", "essential": true,
        "portMappings": [{"containerPort": 80}]});
    json!({
        "family": family, "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
        "cpu": "256", "memory": "512", "executionRoleArn": "arn:aws:iam::123456789012:role/run",
        "containerDefinitions": [container],
    })
}

fn services(sandbox: &Sandbox, subnets: &Value, target_group: &Value) {
    call(sandbox, "ecs", "CreateCluster", json!({"clusterName": "c"}));
    call(sandbox, "ecs", "RegisterTaskDefinition", definition("api"));
    for (name, controller) in [("api", "CODE_DEPLOY"), ("rolling", "ECS")] {
        let balancer = json!({"targetGroupArn": target_group, "containerName": "api", "containerPort": 80});
        let input = json!({
            "cluster": "c", "serviceName": name, "taskDefinition": "api", "desiredCount": 1,
            "launchType": "FARGATE", "deploymentController": {"type": controller},
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": subnets}},
            "loadBalancers": [balancer],
        });
        call(sandbox, "ecs", "CreateService", input);
    }
}

#[tokio::test(start_paused = true)]
async fn an_ecs_group_shows_what_was_given_and_what_aws_adds() {
    let world = World::new();
    let given = world.group("api", ["blue", "green"]);
    let id = world.codedeploy("CreateDeploymentGroup", given.clone())["deploymentGroupId"].clone();
    let name = json!({"applicationName": "a", "deploymentGroupName": "g"});
    let shown = world.codedeploy("GetDeploymentGroup", name)["deploymentGroupInfo"].clone();
    let mut expected = given;
    expected["deploymentGroupId"] = id;
    expected["deploymentConfigName"] = json!("CodeDeployDefault.ECSAllAtOnce");
    expected["computePlatform"] = json!("ECS");
    expected["outdatedInstancesStrategy"] = json!("UPDATE");
    expected["terminationHookEnabled"] = json!(false);
    expected["blueGreenDeploymentConfiguration"]["deploymentReadyOption"]["waitTimeInMinutes"] = json!(0);
    for list in
        ["ec2TagFilters", "onPremisesInstanceTagFilters", "autoScalingGroups", "triggerConfigurations"]
    {
        expected[list] = json!([]);
    }
    assert_eq!(shown, expected);
}

#[tokio::test(start_paused = true)]
async fn only_a_service_that_leaves_its_deployments_to_codedeploy_can_be_in_a_group() {
    let world = World::new();
    let group = world.group("rolling", ["blue", "green"]);
    let refusal = refused(&world.sandbox, "CreateDeploymentGroup", group);
    assert_eq!(refusal.code, "InvalidECSServiceException");
    let words = "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.";
    assert_eq!(refusal.message, words);
}

#[tokio::test(start_paused = true)]
async fn a_service_belongs_to_one_group_until_that_is_deleted() {
    let world = World::new();
    let mut group = world.group("api", ["blue", "green"]);
    world.codedeploy("CreateDeploymentGroup", group.clone());
    group["deploymentGroupName"] = json!("second");
    let refusal = refused(&world.sandbox, "CreateDeploymentGroup", group.clone());
    assert_eq!(refusal.code, "ECSServiceMappingLimitExceededException");
    world.codedeploy("DeleteDeploymentGroup", json!({"applicationName": "a", "deploymentGroupName": "g"}));
    world.codedeploy("CreateDeploymentGroup", group);
}

#[tokio::test(start_paused = true)]
async fn target_groups_and_listeners_must_be_there_also_in_an_update() {
    let world = World::new();
    let refusal = refused(&world.sandbox, "CreateDeploymentGroup", world.group("api", ["blue", "red"]));
    assert_eq!(refusal.code, "InvalidTargetGroupPairException");
    let group = world.group("api", ["blue", "green"]);
    world.codedeploy("CreateDeploymentGroup", group.clone());
    let mut info = group["loadBalancerInfo"].clone();
    let gone = format!("{}0", world.listener.as_str().unwrap());
    info["targetGroupPairInfoList"][0]["testTrafficRoute"] = json!({"listenerArns": [gone]});
    let update = json!({"applicationName": "a", "currentDeploymentGroupName": "g", "loadBalancerInfo": info});
    let refusal = refused(&world.sandbox, "UpdateDeploymentGroup", update);
    assert_eq!(refusal.code, "InvalidLoadBalancerInfoException");
    let clear = json!({"applicationName": "a", "currentDeploymentGroupName": "g", "ecsServices": []});
    assert_eq!(refused(&world.sandbox, "UpdateDeploymentGroup", clear).code, "InvalidECSServiceException");
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_succeeds_is_handed_to_ecs_once() {
    let world = World::new();
    world.codedeploy("CreateDeploymentGroup", world.group("api", ["blue", "green"]));
    let id = world.deploy()["deploymentId"].clone();
    let land = || {
        let mut landed = Vec::new();
        world.sandbox.edit(|state| {
            let now = state.clock + 65.0;
            landed = state.regions.get_mut(REGION).unwrap().codedeploy.land(now);
        });
        landed
    };
    let landed = land();
    assert_eq!(landed.len(), 1);
    assert_eq!((landed[0].cluster.as_str(), landed[0].service.as_str()), ("c", "api"));
    assert_eq!(landed[0].task_definition.as_deref(), Some("api:1"));
    assert_eq!(landed[0].target_groups, ["blue", "green"]);
    assert_eq!(json!(landed[0].deployment), id);
    assert!(land().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_deployment_fails_when_the_listener_does_not_lead_to_the_pair() {
    let world = World::new();
    world.codedeploy("CreateDeploymentGroup", world.group("api", ["blue", "green"]));
    let fixed = json!({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}});
    let input = json!({"ListenerArn": world.listener, "DefaultActions": [fixed]});
    call(&world.sandbox, "elbv2", "ModifyListener", input);
    let id = world.deploy();
    tokio::time::advance(Duration::from_secs(61)).await;
    let info = world.codedeploy("GetDeployment", id)["deploymentInfo"].clone();
    assert_eq!(info["status"], "Failed");
    assert_eq!(info["errorInformation"]["code"], "ELASTIC_LOAD_BALANCING_INVALID");
}

#[tokio::test(start_paused = true)]
async fn a_deployment_moves_the_service_and_what_leads_to_it_to_the_other_target_group() {
    let world = World::new();
    world.codedeploy("CreateDeploymentGroup", world.group("api", ["blue", "green"]));
    let to_blue = call(&world.sandbox, "elbv2", "DescribeRules", json!({"ListenerArn": world.listener}))
        ["Rules"][0]["Actions"][0]["TargetGroupArn"]
        .clone();
    let rule = json!({
        "ListenerArn": world.listener, "Priority": 1,
        "Conditions": [{"Field": "path-pattern", "Values": ["/api"]}],
        "Actions": [{"Type": "forward", "TargetGroupArn": to_blue}],
    });
    call(&world.sandbox, "elbv2", "CreateRule", rule);
    assert_eq!(world.forwards(), ["blue", "blue"]);

    world.roll_out().await;
    assert_eq!(world.forwards(), ["green", "green"]);
    assert_eq!(world.primary(), ("api:2".to_string(), "green".to_string()));

    world.roll_out().await;
    assert_eq!(world.forwards(), ["blue", "blue"]);
    assert_eq!(world.primary(), ("api:3".to_string(), "blue".to_string()));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_of_a_task_definition_that_is_not_there_fails_and_moves_nothing() {
    let world = World::new();
    world.codedeploy("CreateDeploymentGroup", world.group("api", ["blue", "green"]));
    let id = world.deploy_definition("api:9");
    tokio::time::advance(Duration::from_secs(61)).await;
    let info = world.codedeploy("GetDeployment", id)["deploymentInfo"].clone();
    assert_eq!(info["errorInformation"]["code"], "ECS_UPDATE_ERROR");
    assert_eq!(world.primary(), ("api:1".to_string(), "blue".to_string()));
    assert_eq!(world.forwards(), ["blue"]);
}
