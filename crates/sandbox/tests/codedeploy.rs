//! CodeDeploy as a client meets it, where no ECS service is needed.

// a helper that fails is a test that fails
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const PROD: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/lb/1/2";
const NETWORK: &str = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/lb/1/2";

fn call(sandbox: &Sandbox, operation: &str, input: Value) -> Value {
    let answer = sandbox.call("codedeploy", operation, "us-east-1", &input);
    answer.unwrap_or_else(|e| panic!("{operation}: {e}"))
}

fn refused(sandbox: &Sandbox, operation: &str, input: Value) -> Refusal {
    let answer = sandbox.call("codedeploy", operation, "us-east-1", &input);
    let refusal = answer.expect_err("AWS refuses this call");
    let model = recon_shapes::service("codedeploy").unwrap();
    let possible = &model.operation(operation).unwrap().errors;
    assert!(possible.contains(&refusal.code), "{operation} never answers {refusal}");
    refusal
}

fn iam(sandbox: &Sandbox, operation: &str, input: Value) {
    sandbox.call("iam", operation, "us-east-1", &input).unwrap();
}

/// A role for CodeDeploy without policies, and one application of each platform.
fn account() -> Sandbox {
    let sandbox = Sandbox::default();
    let principal = json!({"Service": "codedeploy.amazonaws.com"});
    let statement = json!({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"});
    let trust = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    iam(&sandbox, "CreateRole", json!({"RoleName": "deploy", "AssumeRolePolicyDocument": trust}));
    for platform in ["ECS", "Server", "Lambda"] {
        let input = json!({"applicationName": platform, "computePlatform": platform});
        call(&sandbox, "CreateApplication", input);
    }
    sandbox
}

fn with(mut document: Value, extra: Value) -> Value {
    for (name, value) in extra.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

fn server_group() -> Value {
    json!({"applicationName": "Server", "deploymentGroupName": "g", "serviceRoleArn": ROLE})
}

fn pair(targets: &[&str], prod: &[&str], test: &[&str]) -> Value {
    let targets: Vec<Value> = targets.iter().map(|name| json!({ "name": name })).collect();
    json!({"targetGroupPairInfoList": [{
        "targetGroups": targets,
        "prodTrafficRoute": {"listenerArns": prod},
        "testTrafficRoute": {"listenerArns": test},
    }]})
}

fn ecs_group() -> Value {
    json!({
        "applicationName": "ECS",
        "deploymentGroupName": "g",
        "serviceRoleArn": ROLE,
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        "blueGreenDeploymentConfiguration": {
            "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
            "terminateBlueInstancesOnDeploymentSuccess":
                {"action": "TERMINATE", "terminationWaitTimeInMinutes": 5},
        },
        "loadBalancerInfo": pair(&["blue", "green"], &[PROD], &[]),
        "ecsServices": [{"clusterName": "c", "serviceName": "s"}],
    })
}

fn revision() -> Value {
    json!({"revisionType": "S3", "s3Location": {"bucket": "b", "key": "k", "bundleType": "zip"}})
}

#[tokio::test(start_paused = true)]
async fn an_application_is_of_the_server_platform_unless_told_otherwise() {
    let sandbox = Sandbox::default();
    call(&sandbox, "CreateApplication", json!({"applicationName": "a"}));
    let read = call(&sandbox, "GetApplication", json!({"applicationName": "a"}));
    assert_eq!(read["application"]["computePlatform"], "Server");
    assert_eq!(read["application"]["createTime"], 1_767_225_600.0);
    let again = refused(&sandbox, "CreateApplication", json!({"applicationName": "a"}));
    assert_eq!(again.code, "ApplicationAlreadyExistsException");
}

#[tokio::test(start_paused = true)]
async fn one_missing_application_fails_the_batch_and_a_missing_group_is_left_out_of_it() {
    let sandbox = account();
    let names = json!({"applicationNames": ["ECS", "none"]});
    let refusal = refused(&sandbox, "BatchGetApplications", names);
    assert_eq!(refusal.code, "ApplicationDoesNotExistException");
    let found = call(&sandbox, "BatchGetApplications", json!({"applicationNames": ["Server", "ECS"]}));
    assert_eq!(found["applicationsInfo"][0]["applicationName"], "Server");

    call(&sandbox, "CreateDeploymentGroup", server_group());
    let names = json!({"applicationName": "Server", "deploymentGroupNames": ["none", "g"]});
    let found = call(&sandbox, "BatchGetDeploymentGroups", names);
    assert_eq!(found["deploymentGroupsInfo"].as_array().unwrap().len(), 1);
    assert_eq!(found["errorMessage"], "No Deployment Group found for name: none");
    let many: Vec<String> = (0..101).map(|i| format!("a{i}")).collect();
    let refusal = refused(&sandbox, "BatchGetApplications", json!({"applicationNames": many}));
    assert_eq!(refusal.code, "BatchLimitExceededException");
}

#[tokio::test(start_paused = true)]
async fn an_application_takes_its_groups_with_it_when_renamed_and_when_deleted() {
    let sandbox = account();
    call(&sandbox, "CreateDeploymentGroup", server_group());
    let taken = json!({"applicationName": "Server", "newApplicationName": "ECS"});
    assert_eq!(refused(&sandbox, "UpdateApplication", taken).code, "ApplicationAlreadyExistsException");
    call(&sandbox, "UpdateApplication", json!({"applicationName": "Server", "newApplicationName": "web"}));
    let group = json!({"applicationName": "web", "deploymentGroupName": "g"});
    let read = call(&sandbox, "GetDeploymentGroup", group.clone());
    assert_eq!(read["deploymentGroupInfo"]["applicationName"], "web");
    for _ in 0..2 {
        call(&sandbox, "DeleteApplication", json!({"applicationName": "web"}));
    }
    let refusal = refused(&sandbox, "GetDeploymentGroup", group);
    assert_eq!(refusal.code, "ApplicationDoesNotExistException");
}

#[tokio::test(start_paused = true)]
async fn a_group_shows_its_defaults_and_an_update_changes_only_what_it_names() {
    let sandbox = account();
    let filter = json!([{"Key": "Env", "Value": "test", "Type": "KEY_AND_VALUE"}]);
    let rollback = json!({"enabled": true, "events": ["DEPLOYMENT_FAILURE"]});
    let extra =
        json!({"ec2TagFilters": filter, "autoScalingGroups": ["asg"], "autoRollbackConfiguration": rollback});
    call(&sandbox, "CreateDeploymentGroup", with(server_group(), extra));
    let name = json!({"applicationName": "Server", "deploymentGroupName": "g"});
    let made = call(&sandbox, "GetDeploymentGroup", name)["deploymentGroupInfo"].clone();
    assert_eq!(made["deploymentConfigName"], "CodeDeployDefault.OneAtATime");
    assert_eq!(made["outdatedInstancesStrategy"], "UPDATE");
    assert_eq!(made["computePlatform"], "Server");
    assert_eq!(made["triggerConfigurations"], json!([]));
    assert_eq!(made["autoScalingGroups"], json!([{"name": "asg"}]));

    let change = json!({
        "applicationName": "Server", "currentDeploymentGroupName": "g", "newDeploymentGroupName": "h",
        "ec2TagFilters": [], "outdatedInstancesStrategy": "IGNORE",
    });
    call(&sandbox, "UpdateDeploymentGroup", change);
    let name = json!({"applicationName": "Server", "deploymentGroupName": "h"});
    let read = call(&sandbox, "GetDeploymentGroup", name)["deploymentGroupInfo"].clone();
    let expected =
        json!({"ec2TagFilters": [], "outdatedInstancesStrategy": "IGNORE", "deploymentGroupName": "h"});
    assert_eq!(read, with(made, expected));
}

#[tokio::test(start_paused = true)]
async fn an_ecs_group_of_the_wrong_shape_is_refused_in_aws_s_words() {
    let sandbox = account();
    let (style, balancer) = ("InvalidDeploymentStyleException", "InvalidLoadBalancerInfoException");
    let (pairs, routing) = ("InvalidTargetGroupPairException", "InvalidTrafficRoutingConfigurationException");
    let elb = |member: &str| json!({"loadBalancerInfo": {member: [{"name": "x"}]}});
    let info = |targets: &[&str], prod: &[&str], test: &[&str]| {
        let info = pair(targets, prod, test);
        json!({ "loadBalancerInfo": info })
    };
    for (extra, code, words) in [
        (
            json!({"deploymentStyle": {"deploymentType": "IN_PLACE"}}),
            style,
            "For ECS deployment, the deployment type must be BLUE_GREEN, and deployment option must be \
             WITH_TRAFFIC_CONTROL.",
        ),
        (json!({"deploymentStyle": null}), style, "must be BLUE_GREEN"),
        (
            json!({"loadBalancerInfo": null}),
            balancer,
            "For ECS deployment group, loadBalancerInfo must be specified",
        ),
        (elb("elbInfoList"), balancer, "must not contain elbInfo list"),
        (elb("targetGroupInfoList"), balancer, "must not contain targetGroupInfo list"),
        (
            json!({"blueGreenDeploymentConfiguration": null}),
            "InvalidBlueGreenDeploymentConfigurationException",
            "For ECS deployment group, blueGreenDeploymentConfiguration must be specified",
        ),
        (info(&["blue"], &[PROD], &[]), pairs, "exactly two target groups"),
        (info(&["blue", "blue"], &[PROD], &[]), pairs, "must be different"),
        (
            info(&["blue", &"g".repeat(33)], &[PROD], &[]),
            pairs,
            "exceeds the maximum allowed length of 32 characters.",
        ),
        (info(&["blue", "green"], &[], &[]), routing, "production traffic route"),
        (info(&["blue", "green"], &[PROD], &[PROD, NETWORK]), routing, "test traffic route"),
    ] {
        let refusal = refused(&sandbox, "CreateDeploymentGroup", with(ecs_group(), extra));
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.message.contains(words), "{refusal}");
    }
}

#[tokio::test(start_paused = true)]
async fn blue_tasks_live_on_for_two_days_at_most() {
    let sandbox = account();
    let wait = |minutes: i64| {
        let option = json!({"action": "TERMINATE", "terminationWaitTimeInMinutes": minutes});
        let config = json!({"terminateBlueInstancesOnDeploymentSuccess": option});
        with(ecs_group(), json!({ "blueGreenDeploymentConfiguration": config }))
    };
    let code = |minutes| refused(&sandbox, "CreateDeploymentGroup", wait(minutes)).code;
    assert_eq!(code(2881), "InvalidBlueGreenDeploymentConfigurationException");
    assert_eq!(code(-1), "InvalidBlueGreenDeploymentConfigurationException");
    // the next check in line: the role has no policy
    assert_eq!(code(2880), "InvalidECSServiceException");
}

#[tokio::test(start_paused = true)]
async fn a_config_must_be_known_and_of_the_application_s_platform() {
    let sandbox = account();
    let config = |name: &str| with(ecs_group(), json!({ "deploymentConfigName": name }));
    let refusal = refused(&sandbox, "CreateDeploymentGroup", config("CodeDeployDefaults.ECSAllAtOnce"));
    assert_eq!(refusal.code, "DeploymentConfigDoesNotExistException");
    let refusal = refused(&sandbox, "CreateDeploymentGroup", config("CodeDeployDefault.OneAtATime"));
    let words = "does not match expected compute platform, correct compute platform should be ECS.";
    assert!(refusal.message.ends_with(words), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn behind_a_network_load_balancer_all_traffic_shifts_at_once() {
    let sandbox = account();
    let group = |config: &str| {
        let info = pair(&["blue", "green"], &[NETWORK], &[]);
        with(ecs_group(), json!({"deploymentConfigName": config, "loadBalancerInfo": info}))
    };
    let canary = group("CodeDeployDefault.ECSCanary10Percent5Minutes");
    let refusal = refused(&sandbox, "CreateDeploymentGroup", canary);
    assert_eq!(refusal.code, "InvalidLoadBalancerInfoException");
    assert!(refusal.message.contains("only the CodeDeployDefault.ECSAllAtOnce"), "{refusal}");
    let at_once = refused(&sandbox, "CreateDeploymentGroup", group("CodeDeployDefault.ECSAllAtOnce"));
    assert_eq!(at_once.code, "InvalidECSServiceException");
}

#[tokio::test(start_paused = true)]
async fn the_role_must_trust_codedeploy_and_may_look_at_the_service() {
    let sandbox = account();
    let other = "arn:aws:iam::123456789012:role/none";
    let refusal =
        refused(&sandbox, "CreateDeploymentGroup", with(ecs_group(), json!({ "serviceRoleArn": other })));
    assert_eq!(refusal.code, "InvalidRoleException");
    assert_eq!(
        refusal.message,
        format!("AWS CodeDeploy does not have the permissions required to assume the role {other}.")
    );

    let refusal = refused(&sandbox, "CreateDeploymentGroup", ecs_group());
    assert!(refusal.message.starts_with(
        "Could not load ECS service information for cluster: c, service: s. Cause: User: \
         arn:aws:sts::123456789012:assumed-role/deploy/"
    ));
    assert!(refusal.message.ends_with("is not authorized to perform: ecs:DescribeServices"));
    let policy = "arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS";
    iam(&sandbox, "AttachRolePolicy", json!({"RoleName": "deploy", "PolicyArn": policy}));
    let refusal = refused(&sandbox, "CreateDeploymentGroup", ecs_group());
    assert!(refusal.message.ends_with("the service does not exist"), "{refusal}");
}

#[tokio::test(start_paused = true)]
async fn other_platforms_have_no_ecs_service_and_no_pair() {
    let sandbox = account();
    let services = json!({"ecsServices": [{"clusterName": "c", "serviceName": "s"}]});
    let refusal = refused(&sandbox, "CreateDeploymentGroup", with(server_group(), services));
    assert_eq!(refusal.code, "InvalidECSServiceException");
    assert_eq!(refusal.message, "Should not specify ECS services parameter for Server deployment group");
    let info = json!({"loadBalancerInfo": pair(&["blue", "green"], &[PROD], &[])});
    let refusal = refused(&sandbox, "CreateDeploymentGroup", with(server_group(), info));
    assert_eq!(refusal.code, "InvalidLoadBalancerInfoException");
}

#[tokio::test(start_paused = true)]
async fn rollback_alarms_and_triggers_must_say_on_what() {
    let sandbox = account();
    let alarms: Vec<Value> = (0..11).map(|i| json!({"name": format!("a{i}")})).collect();
    let topic = "arn:aws:sns:eu-west-1:123456789012:topic";
    let trigger =
        json!({"triggerName": "t", "triggerTargetArn": topic, "triggerEvents": ["DeploymentFailure"]});
    for (extra, code, words) in [
        (
            json!({"autoRollbackConfiguration": {"enabled": true}}),
            "InvalidAutoRollbackConfigException",
            "Deployment Groups need to have at least one event specified when auto rollback is enabled",
        ),
        (
            json!({"alarmConfiguration": {"enabled": true, "alarms": alarms}}),
            "AlarmsLimitExceededException",
            "more than 10 alarms",
        ),
        (
            json!({"triggerConfigurations": [trigger]}),
            "InvalidTriggerConfigException",
            "Topic ARN arn:aws:sns:eu-west-1:123456789012:topic is not valid",
        ),
        (
            json!({"triggerConfigurations": vec![trigger; 11]}),
            "TriggerTargetsLimitExceededException",
            "cannot contain more than 10 TriggerTargets",
        ),
    ] {
        let refusal = refused(&sandbox, "CreateDeploymentGroup", with(server_group(), extra));
        assert_eq!(refusal.code, code);
        assert!(refusal.message.contains(words), "{refusal}");
    }
}

#[tokio::test(start_paused = true)]
async fn predefined_configs_are_there_and_stay() {
    let sandbox = account();
    let listed = call(&sandbox, "ListDeploymentConfigs", json!({}));
    let names = listed["deploymentConfigsList"].as_array().unwrap();
    for name in
        ["ECSAllAtOnce", "ECSCanary10Percent15Minutes", "ECSLinear10PercentEvery3Minutes", "OneAtATime"]
    {
        assert!(names.contains(&json!(format!("CodeDeployDefault.{name}"))), "{name}");
    }
    let name = json!({"deploymentConfigName": "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"});
    let config = call(&sandbox, "GetDeploymentConfig", name.clone())["deploymentConfigInfo"].clone();
    let linear = json!({"linearPercentage": 10, "linearInterval": 1});
    assert_eq!(config["trafficRoutingConfig"], json!({"type": "TimeBasedLinear", "timeBasedLinear": linear}));
    assert_eq!(refused(&sandbox, "DeleteDeploymentConfig", name).code, "InvalidOperationException");
}

#[tokio::test(start_paused = true)]
async fn a_custom_config_is_checked_and_kept_while_a_group_uses_it() {
    let sandbox = account();
    let canary = |percent: u32| {
        let canary = json!({"canaryPercentage": percent, "canaryInterval": 5});
        let routing = json!({"type": "TimeBasedCanary", "timeBasedCanary": canary});
        json!({"deploymentConfigName": "c", "computePlatform": "ECS", "trafficRoutingConfig": routing})
    };
    let hosts = json!({"minimumHealthyHosts": {"type": "HOST_COUNT", "value": 1}});
    for (input, code) in [
        (canary(100), "InvalidTrafficRoutingConfigurationException"),
        (canary(0), "InvalidTrafficRoutingConfigurationException"),
        (with(canary(10), hosts.clone()), "InvalidMinimumHealthyHostValueException"),
        (
            with(canary(10), json!({"deploymentConfigName": "CodeDeployDefault.mine"})),
            "InvalidDeploymentConfigNameException",
        ),
        (json!({"deploymentConfigName": "c"}), "InvalidMinimumHealthyHostValueException"),
    ] {
        assert_eq!(refused(&sandbox, "CreateDeploymentConfig", input).code, code);
    }
    call(&sandbox, "CreateDeploymentConfig", canary(10));
    assert_eq!(
        refused(&sandbox, "CreateDeploymentConfig", canary(10)).code,
        "DeploymentConfigAlreadyExistsException"
    );
    call(&sandbox, "CreateDeploymentConfig", with(json!({"deploymentConfigName": "s"}), hosts));
    let group = with(server_group(), json!({"deploymentConfigName": "s"}));
    call(&sandbox, "CreateDeploymentGroup", group);
    let name = || json!({"deploymentConfigName": "s"});
    assert_eq!(refused(&sandbox, "DeleteDeploymentConfig", name()).code, "DeploymentConfigInUseException");
    call(&sandbox, "DeleteDeploymentGroup", json!({"applicationName": "Server", "deploymentGroupName": "g"}));
    call(&sandbox, "DeleteDeploymentConfig", name());
    assert_eq!(
        refused(&sandbox, "GetDeploymentConfig", name()).code,
        "DeploymentConfigDoesNotExistException"
    );
}

#[tokio::test(start_paused = true)]
async fn tags_live_on_applications_and_groups() {
    let sandbox = account();
    call(
        &sandbox,
        "CreateDeploymentGroup",
        with(server_group(), json!({"tags": [{"Key": "A", "Value": "1"}]})),
    );
    let arn = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:Server/g";
    let tags = json!([{"Key": "A", "Value": "2"}, {"Key": "B", "Value": ""}]);
    call(&sandbox, "TagResource", json!({"ResourceArn": arn, "Tags": tags}));
    assert_eq!(call(&sandbox, "ListTagsForResource", json!({"ResourceArn": arn}))["Tags"], tags);
    call(&sandbox, "UntagResource", json!({"ResourceArn": arn, "TagKeys": ["A"]}));
    let left = call(&sandbox, "ListTagsForResource", json!({"ResourceArn": arn}));
    assert_eq!(left["Tags"], json!([{"Key": "B", "Value": ""}]));
    for (arn, code) in [
        ("arn:aws:codedeploy:us-east-1:123456789012:application:none", "ApplicationDoesNotExistException"),
        ("arn:aws:codedeploy:us-east-1:123456789012:deploymentconfig:c", "ArnNotSupportedException"),
        ("arn:aws:codedeploy:eu-west-1:123456789012:application:ECS", "InvalidArnException"),
    ] {
        let input = json!({"ResourceArn": arn, "Tags": [{"Key": "A", "Value": "1"}]});
        assert_eq!(refused(&sandbox, "TagResource", input).code, code);
    }
}

#[tokio::test(start_paused = true)]
async fn a_deployment_goes_its_way_with_the_clock_and_shows_in_its_group() {
    let sandbox = account();
    call(&sandbox, "CreateDeploymentGroup", server_group());
    let input = json!({"applicationName": "Server", "deploymentGroupName": "g", "revision": revision()});
    let id = call(&sandbox, "CreateDeployment", input.clone())["deploymentId"].clone();
    let status = || {
        let read = call(&sandbox, "GetDeployment", json!({ "deploymentId": id }));
        read["deploymentInfo"]["status"].as_str().unwrap().to_string()
    };
    assert_eq!(status(), "Created");
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(status(), "InProgress");
    let refusal = refused(&sandbox, "CreateDeployment", input.clone());
    assert_eq!(refusal.code, "DeploymentLimitExceededException");
    tokio::time::advance(Duration::from_secs(60)).await;
    let name = json!({"applicationName": "Server", "deploymentGroupName": "g"});
    let group = call(&sandbox, "GetDeploymentGroup", name)["deploymentGroupInfo"].clone();
    assert_eq!(group["lastSuccessfulDeployment"]["deploymentId"], id);
    assert_eq!(group["targetRevision"], revision());
    assert_eq!(status(), "Succeeded");
    let refusal = refused(&sandbox, "StopDeployment", json!({ "deploymentId": id }));
    assert_eq!(refusal.code, "DeploymentAlreadyCompletedException");

    let second = call(&sandbox, "CreateDeployment", input)["deploymentId"].clone();
    call(&sandbox, "StopDeployment", json!({ "deploymentId": second }));
    let both = json!({"deploymentIds": [second, id, "d-000000000"]});
    let read = call(&sandbox, "BatchGetDeployments", both)["deploymentsInfo"].clone();
    let statuses: Vec<&Value> = read.as_array().unwrap().iter().map(|d| &d["status"]).collect();
    assert_eq!(statuses, ["Stopped", "Succeeded"]);
    let listed = call(&sandbox, "ListDeployments", json!({"includeOnlyStatuses": ["Stopped"]}));
    assert_eq!(listed["deployments"], json!([second]));
    assert_eq!(call(&sandbox, "ListDeployments", json!({}))["deployments"], json!([second, id]));
}
