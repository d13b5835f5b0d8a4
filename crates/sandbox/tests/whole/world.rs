//! An account with one of everything in it, each with the tag `stack`.

use std::cell::RefCell;
use std::time::Duration;

use recon_sandbox::{Sandbox, State};
use serde_json::{Value, json};

pub const REGION: &str = "ap-northeast-2";

pub fn tags() -> Value {
    json!([{"Key": "stack", "Value": "one"}])
}

fn lower_tags() -> Value {
    json!([{"key": "stack", "value": "one"}])
}

pub fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:123456789012:{resource}")
}

pub fn role_arn(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

pub struct World {
    pub aws: Sandbox,
    /// The calls that take away what was made, the last made first to go.
    undo: RefCell<Vec<(&'static str, &'static str, Value)>>,
}

impl World {
    pub fn call(&self, service: &str, operation: &str, input: Value) -> Value {
        let answer = self.aws.call(service, operation, REGION, &input);
        answer.unwrap_or_else(|refusal| panic!("{service} {operation}: {refusal}"))
    }

    fn undo(&self, service: &'static str, operation: &'static str, input: Value) {
        self.undo.borrow_mut().push((service, operation, input));
    }

    pub async fn pass(seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    /// One of everything.
    pub async fn new() -> Self {
        let world = Self { aws: Sandbox::default(), undo: RefCell::default() };
        world.identities();
        world.storage();
        let (listener, blue) = world.traffic();
        world.containers(&blue);
        world.deployment(&listener);
        world.build();
        world.pipeline();
        world.notices().await;
        world
    }

    /// The same account in another sandbox.
    pub fn taken_up_as(&self, state: State) -> Self {
        Self { aws: Sandbox::new(state), undo: self.undo.clone() }
    }

    /// Takes everything away again, as `recon destroy` would.
    pub async fn destroy(&self) {
        let calls: Vec<_> = self.undo.borrow_mut().drain(..).rev().collect();
        for (service, operation, input) in calls {
            self.call(service, operation, input);
            // whatever AWS does later has been done
            Self::pass(700).await;
        }
    }

    fn role(&self, name: &str, service: &str, policy: &str) {
        let statement =
            json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
        let trust = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust, "Tags": tags()});
        self.call("iam", "CreateRole", input);
        self.undo("iam", "DeleteRole", json!({ "RoleName": name }));
        let attached = json!({"RoleName": name, "PolicyArn": format!("arn:aws:iam::aws:policy/{policy}")});
        self.call("iam", "AttachRolePolicy", attached.clone());
        self.undo("iam", "DetachRolePolicy", attached);
    }

    fn identities(&self) {
        self.role("run", "ecs-tasks.amazonaws.com", "service-role/AmazonECSTaskExecutionRolePolicy");
        self.role("deploy", "codedeploy.amazonaws.com", "AWSCodeDeployRoleForECS");
        self.role("build", "codebuild.amazonaws.com", "AmazonEC2ContainerRegistryPowerUser");
        self.role("pipeline", "codepipeline.amazonaws.com", "AWSCodeDeployRoleForECS");
        let statement = json!({"Effect": "Allow", "Action": "codepipeline:*", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let made = self.call(
            "iam",
            "CreatePolicy",
            json!({"PolicyName": "start", "PolicyDocument": document, "Tags": tags()}),
        );
        self.undo("iam", "DeletePolicy", json!({"PolicyArn": made["Policy"]["Arn"]}));
        self.call("iam", "CreateUser", json!({"UserName": "git", "Tags": tags()}));
        self.undo("iam", "DeleteUser", json!({"UserName": "git"}));
        self.call("iam", "CreateGroup", json!({"GroupName": "people"}));
        self.undo("iam", "DeleteGroup", json!({"GroupName": "people"}));
        let linked = json!({"AWSServiceName": "ecs.amazonaws.com"});
        self.call("iam", "CreateServiceLinkedRole", linked);
        self.undo("iam", "DeleteServiceLinkedRole", json!({"RoleName": "AWSServiceRoleForECS"}));
    }

    fn storage(&self) {
        let key = self.call("kms", "CreateKey", json!({"Tags": [{"TagKey": "stack", "TagValue": "one"}]}));
        let id = key["KeyMetadata"]["KeyId"].clone();
        self.undo("kms", "ScheduleKeyDeletion", json!({ "KeyId": id }));
        self.call("kms", "CreateAlias", json!({"AliasName": "alias/app", "TargetKeyId": id}));
        self.undo("kms", "DeleteAlias", json!({"AliasName": "alias/app"}));
        let location = json!({"LocationConstraint": REGION, "Tags": tags()});
        let bucket = json!({"Bucket": "artifacts", "CreateBucketConfiguration": location});
        self.call("s3", "CreateBucket", bucket);
        self.undo("s3", "DeleteBucket", json!({"Bucket": "artifacts"}));
        self.call("logs", "CreateLogGroup", json!({"logGroupName": "/app", "tags": {"stack": "one"}}));
        self.undo("logs", "DeleteLogGroup", json!({"logGroupName": "/app"}));
    }

    /// The listener and the target group that it forwards to.
    fn traffic(&self) -> (Value, Value) {
        let subnets = self.call("ec2", "DescribeSubnets", json!({}))["Subnets"].clone();
        let two = json!([subnets[0]["SubnetId"], subnets[1]["SubnetId"]]);
        let input = json!({"Name": "lb", "Subnets": two, "Tags": tags()});
        let balancer = self.call("elbv2", "CreateLoadBalancer", input)["LoadBalancers"][0].clone();
        let [blue, _] = ["blue", "green"].map(|name| {
            let input = json!({"Name": name, "Protocol": "HTTP", "Port": 80, "TargetType": "ip",
                "VpcId": subnets[0]["VpcId"], "Tags": tags()});
            let made = self.call("elbv2", "CreateTargetGroup", input);
            let arn = made["TargetGroups"][0]["TargetGroupArn"].clone();
            self.undo("elbv2", "DeleteTargetGroup", json!({ "TargetGroupArn": arn }));
            arn
        });
        let arn = &balancer["LoadBalancerArn"];
        self.undo("elbv2", "DeleteLoadBalancer", json!({ "LoadBalancerArn": arn }));
        let forward = json!([{"Type": "forward", "TargetGroupArn": blue}]);
        let input = json!({"LoadBalancerArn": arn, "Protocol": "HTTP", "Port": 80,
            "DefaultActions": forward, "Tags": tags()});
        let listener = self.call("elbv2", "CreateListener", input)["Listeners"][0]["ListenerArn"].clone();
        self.undo("elbv2", "DeleteListener", json!({ "ListenerArn": listener }));
        let condition = json!({"Field": "path-pattern", "Values": ["/api"]});
        let input = json!({"ListenerArn": listener, "Priority": 1, "Conditions": [condition],
            "Actions": forward, "Tags": tags()});
        let rule = self.call("elbv2", "CreateRule", input)["Rules"][0]["RuleArn"].clone();
        self.undo("elbv2", "DeleteRule", json!({ "RuleArn": rule }));
        (listener, blue)
    }

    fn containers(&self, target_group: &Value) {
        self.call("ecs", "CreateCluster", json!({"clusterName": "c", "tags": lower_tags()}));
        self.undo("ecs", "DeleteCluster", json!({"cluster": "c"}));
        let port = json!({"containerPort": 80});
        let container = json!({"name": "api", "image": "nginx", "essential": true, "portMappings": [port]});
        let definition = json!({
            "family": "api", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
            "cpu": "256", "memory": "512", "executionRoleArn": role_arn("run"),
            "containerDefinitions": [container], "tags": lower_tags(),
        });
        self.call("ecs", "RegisterTaskDefinition", definition);
        self.undo("ecs", "DeregisterTaskDefinition", json!({"taskDefinition": "api:1"}));
        let subnets = self.call("ec2", "DescribeSubnets", json!({}))["Subnets"].clone();
        let balancer = json!({"targetGroupArn": target_group, "containerName": "api", "containerPort": 80});
        let service = json!({
            "cluster": "c", "serviceName": "api", "taskDefinition": "api", "desiredCount": 1,
            "launchType": "FARGATE", "deploymentController": {"type": "CODE_DEPLOY"},
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnets[0]["SubnetId"]]}},
            "loadBalancers": [balancer], "tags": lower_tags(),
        });
        self.call("ecs", "CreateService", service);
        self.undo("ecs", "DeleteService", json!({"cluster": "c", "service": "api", "force": true}));
        let target = json!({"ServiceNamespace": "ecs", "ResourceId": "service/c/api",
            "ScalableDimension": "ecs:service:DesiredCount"});
        let mut register = target.clone();
        register["MinCapacity"] = json!(1);
        register["MaxCapacity"] = json!(2);
        register["Tags"] = json!({"stack": "one"});
        self.call("application-autoscaling", "RegisterScalableTarget", register);
        self.undo("application-autoscaling", "DeregisterScalableTarget", target);
    }

    fn deployment(&self, listener: &Value) {
        let hosts = json!({"type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": 5}});
        let config = json!({"deploymentConfigName": "slow", "computePlatform": "ECS",
            "trafficRoutingConfig": hosts});
        self.call("codedeploy", "CreateDeploymentConfig", config);
        self.undo("codedeploy", "DeleteDeploymentConfig", json!({"deploymentConfigName": "slow"}));
        let application = json!({"applicationName": "a", "computePlatform": "ECS", "tags": tags()});
        self.call("codedeploy", "CreateApplication", application);
        self.undo("codedeploy", "DeleteApplication", json!({"applicationName": "a"}));
        let pair = json!({"targetGroups": [{"name": "blue"}, {"name": "green"}],
            "prodTrafficRoute": {"listenerArns": [listener]}});
        let group = json!({
            "applicationName": "a", "deploymentGroupName": "g", "serviceRoleArn": role_arn("deploy"),
            "deploymentConfigName": "slow", "tags": tags(),
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "blueGreenDeploymentConfiguration": {
                "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
                "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE"},
            },
            "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
            "ecsServices": [{"clusterName": "c", "serviceName": "api"}],
        });
        self.call("codedeploy", "CreateDeploymentGroup", group);
        let name = json!({"applicationName": "a", "deploymentGroupName": "g"});
        self.undo("codedeploy", "DeleteDeploymentGroup", name);
    }

    fn build(&self) {
        self.call("ecr", "CreateRepository", json!({"repositoryName": "app", "tags": tags()}));
        self.undo("ecr", "DeleteRepository", json!({"repositoryName": "app"}));
        let repository = json!({"repositoryName": "app", "tags": {"stack": "one"}});
        self.call("codecommit", "CreateRepository", repository);
        self.undo("codecommit", "DeleteRepository", json!({"repositoryName": "app"}));
        let environment = json!({"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL",
            "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0"});
        let project = json!({
            "name": "app", "source": {"type": "CODEPIPELINE"}, "artifacts": {"type": "CODEPIPELINE"},
            "environment": environment, "serviceRole": role_arn("build"), "tags": lower_tags(),
        });
        self.call("codebuild", "CreateProject", project);
        self.undo("codebuild", "DeleteProject", json!({"name": "app"}));
    }

    fn pipeline(&self) {
        let action = |category: &str, provider: &str, configuration: Value| {
            let kind = json!({"category": category, "owner": "AWS", "provider": provider, "version": "1"});
            json!({"name": category, "actionTypeId": kind, "configuration": configuration})
        };
        let source = json!({"RepositoryName": "app", "BranchName": "main"});
        let mut source = action("Source", "CodeCommit", source);
        source["outputArtifacts"] = json!([{"name": "code"}]);
        let mut build = action("Build", "CodeBuild", json!({"ProjectName": "app"}));
        build["inputArtifacts"] = json!([{"name": "code"}]);
        let declared = json!({
            "name": "app", "roleArn": role_arn("pipeline"),
            "artifactStore": {"type": "S3", "location": "artifacts"},
            "stages": [{"name": "Source", "actions": [source]}, {"name": "Build", "actions": [build]}],
        });
        let input = json!({"pipeline": declared, "tags": lower_tags()});
        self.call("codepipeline", "CreatePipeline", input);
        self.undo("codepipeline", "DeletePipeline", json!({"name": "app"}));
        let rule =
            json!({"Name": "push", "EventPattern": r#"{"source": ["aws.codecommit"]}"#, "Tags": tags()});
        self.call("events", "PutRule", rule);
        self.undo("events", "DeleteRule", json!({"Name": "push"}));
        let target = json!({"Id": "1", "Arn": arn("codepipeline", "app"), "RoleArn": role_arn("pipeline")});
        self.call("events", "PutTargets", json!({"Rule": "push", "Targets": [target]}));
        self.undo("events", "RemoveTargets", json!({"Rule": "push", "Ids": ["1"]}));
    }

    async fn notices(&self) {
        self.call("sns", "CreateTopic", json!({"Name": "news", "Tags": tags()}));
        let topic = arn("sns", "news");
        self.undo("sns", "DeleteTopic", json!({ "TopicArn": topic }));
        let subscription = json!({"TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com",
            "ReturnSubscriptionArn": true});
        self.call("sns", "Subscribe", subscription);
        let rule = json!({
            "Name": "merges", "EventTypeIds": ["codecommit-repository-pull-request-merged"],
            "Resource": arn("codecommit", "app"), "DetailType": "FULL", "Tags": {"stack": "one"},
            "Targets": [{"TargetType": "SNS", "TargetAddress": topic}],
        });
        let made = self.call("codestar-notifications", "CreateNotificationRule", rule);
        self.undo("codestar-notifications", "DeleteNotificationRule", json!({"Arn": made["Arn"]}));
        let alarm = json!({
            "AlarmName": "errors", "MetricName": "5XX", "Namespace": "AWS/ApplicationELB",
            "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0,
            "ComparisonOperator": "GreaterThanThreshold", "Tags": tags(),
        });
        self.call("cloudwatch", "PutMetricAlarm", alarm);
        self.undo("cloudwatch", "DeleteAlarms", json!({"AlarmNames": ["errors"]}));
        let started =
            self.call("servicediscovery", "CreateHttpNamespace", json!({"Name": "app", "Tags": tags()}));
        Self::pass(5).await;
        let asked = json!({"OperationId": started["OperationId"]});
        let done = self.call("servicediscovery", "GetOperation", asked);
        let id = &done["Operation"]["Targets"]["NAMESPACE"];
        self.undo("servicediscovery", "DeleteNamespace", json!({ "Id": id }));
    }
}
