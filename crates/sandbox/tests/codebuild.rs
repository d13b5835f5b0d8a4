//! CodeBuild as its clients see it.

#![allow(clippy::unwrap_used)]

mod build_support;

use std::time::Duration;

use build_support::{ACCOUNT, Account, REGION, arn};
use serde_json::{Value, json};

fn account() -> Account {
    let account = Account::of("codebuild");
    account.role("build", "codebuild.amazonaws.com");
    account
}

fn merged(mut base: Value, changes: &Value) -> Value {
    base.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    base
}

fn environment(changes: Value) -> Value {
    let base = json!({
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/amazonlinux2-x86_64-standard:5.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    });
    merged(base, &changes)
}

fn project(changes: Value) -> Value {
    let base = json!({
        "name": "app",
        "source": {"type": "CODEPIPELINE"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": environment(json!({})),
        "serviceRole": format!("arn:aws:iam::{ACCOUNT}:role/build"),
    });
    merged(base, &changes)
}

fn github(changes: Value) -> Value {
    let base = json!({
        "source": {"type": "GITHUB", "location": "https://github.com/o/r.git"},
        "artifacts": {"type": "NO_ARTIFACTS"},
    });
    project(merged(base, &changes))
}

fn found(account: &Account) -> Value {
    account.call("BatchGetProjects", json!({"names": ["app"]}))["projects"][0].clone()
}

#[tokio::test(start_paused = true)]
async fn a_new_project_has_the_defaults_that_aws_fills_in() {
    let account = account();
    let made = account.call("CreateProject", project(json!({})))["project"].clone();
    let account = account.revived();
    assert_eq!(found(&account), made);
    assert_eq!(made["arn"], json!(arn("codebuild", "project/app")));
    assert_eq!(made["created"], made["lastModified"]);
    let artifacts = json!({
        "type": "CODEPIPELINE", "name": "app", "packaging": "NONE", "encryptionDisabled": false,
    });
    for (member, value) in [
        ("source", json!({"type": "CODEPIPELINE", "insecureSsl": false})),
        ("artifacts", artifacts),
        ("timeoutInMinutes", json!(60)),
        ("queuedTimeoutInMinutes", json!(480)),
        ("encryptionKey", json!(arn("kms", "alias/aws/s3"))),
        ("cache", json!({"type": "NO_CACHE"})),
        ("badge", json!({"badgeEnabled": false})),
        ("projectVisibility", json!("PRIVATE")),
        ("tags", json!([])),
    ] {
        assert_eq!(made[member], value, "{member}");
    }
    assert_eq!(made["environment"]["privilegedMode"], json!(false));
    assert_eq!(made["environment"]["imagePullCredentialsType"], json!("CODEBUILD"));
    assert_eq!(made["environment"]["environmentVariables"], json!([]));
    assert!(made.get("webhook").is_none() && made.get("logsConfig").is_none());
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_given_comes_back() {
    let account = account();
    let second = json!({"type": "S3", "location": "b/k.zip", "sourceIdentifier": "s", "insecureSsl": false});
    let given = github(json!({
        "description": "builds the api",
        "sourceVersion": "main",
        "secondarySources": [second],
        "secondarySourceVersions": [{"sourceIdentifier": "s", "sourceVersion": "v"}],
        "cache": {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]},
        "timeoutInMinutes": 30,
        "queuedTimeoutInMinutes": 60,
        "encryptionKey": arn("kms", "key/k"),
        "tags": [{"key": "Env", "value": "test"}],
        "logsConfig": {"cloudWatchLogs": {"status": "ENABLED", "groupName": "g", "streamName": "s"}},
        "buildBatchConfig": {"combineArtifacts": true, "timeoutInMins": 90},
        "concurrentBuildLimit": 2,
        "autoRetryLimit": 1,
    }));
    account.call("CreateProject", given.clone());
    let found = found(&account);
    for (member, value) in given.as_object().unwrap() {
        if !matches!(member.as_str(), "source" | "environment") {
            assert_eq!(found[member], *value, "{member}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_must_exist_and_trust_the_service() {
    let account = Account::of("codebuild");
    let role = format!("arn:aws:iam::{ACCOUNT}:role/build");
    let message = format!("CodeBuild is not authorized to perform: sts:AssumeRole on {role}");
    let refusal = account.refusal("CreateProject", project(json!({})));
    assert_eq!((refusal.code.as_str(), refusal.message), ("InvalidInputException", message.clone()));
    account.role("other", "ecs.amazonaws.com");
    let code = account.code("CreateProject", project(json!({"serviceRole": "other"})));
    assert_eq!(code, "InvalidInputException");
    account.role("build", "codebuild.amazonaws.com");
    let made = account.call("CreateProject", project(json!({"serviceRole": "build"})));
    assert_eq!(made["project"]["serviceRole"], json!(role));
}

#[tokio::test(start_paused = true)]
async fn a_name_is_taken_once_and_a_batch_names_what_is_missing() {
    let account = account();
    account.call("CreateProject", project(json!({})));
    assert_eq!(account.code("CreateProject", project(json!({}))), "ResourceAlreadyExistsException");
    let answer =
        account.call("BatchGetProjects", json!({"names": [arn("codebuild", "project/app"), "gone"]}));
    assert_eq!(answer["projects"][0]["name"], json!("app"));
    assert_eq!(answer["projectsNotFound"], json!(["gone"]));
}

#[tokio::test(start_paused = true)]
async fn sources_and_artifacts_out_of_order_are_refused() {
    let account = account();
    let codecommit = |region: &str| {
        let location = format!("https://git-codecommit.{region}.amazonaws.com/v1/repos/app");
        json!({"type": "CODECOMMIT", "location": location})
    };
    for changes in [
        json!({"artifacts": {"type": "NO_ARTIFACTS"}}),
        json!({"source": {"type": "CODEPIPELINE", "location": "x"}}),
        json!({"source": {"type": "CODEPIPELINE", "gitSubmodulesConfig": {"fetchSubmodules": true}}}),
        json!({"source": {"type": "CODEPIPELINE", "reportBuildStatus": true}}),
        json!({"source": codecommit(REGION)}),
        json!({"source": codecommit("eu-west-1"), "artifacts": {"type": "NO_ARTIFACTS"}}),
        json!({"source": {"type": "NO_SOURCE"}, "artifacts": {"type": "NO_ARTIFACTS"}}),
        json!({"source": {"type": "S3"}, "artifacts": {"type": "NO_ARTIFACTS"}}),
        json!({"source": {"type": "S3", "location": "b/k"}, "artifacts": {"type": "S3"}}),
        json!({"artifacts": {"type": "CODEPIPELINE", "encryptionDisabled": true}}),
        json!({"secondarySources": [{"type": "S3", "location": "b/k"}]}),
        json!({"secondarySourceVersions": [{"sourceIdentifier": "s", "sourceVersion": "v"}]}),
        json!({"badgeEnabled": true}),
    ] {
        let code = account.code("CreateProject", project(changes.clone()));
        assert_eq!(code, "InvalidInputException", "{changes}");
    }
    let sound = json!({"source": codecommit(REGION), "artifacts": {"type": "NO_ARTIFACTS"}});
    account.call("CreateProject", project(sound));
}

#[tokio::test(start_paused = true)]
async fn environments_and_limits_out_of_order_are_refused() {
    let account = account();
    let variable = |name: &str| json!({"name": name, "value": "v"});
    let variables = |list: Value| json!({"environment": environment(json!({"environmentVariables": list}))});
    for changes in [
        variables(json!([variable("CODEBUILD_X")])),
        variables(json!([variable("A"), variable("A")])),
        json!({"environment": environment(json!({"imagePullCredentialsType": "SERVICE_ROLE"}))}),
        json!({"environment": environment(json!({"computeType": "BUILD_LAMBDA_1GB"}))}),
        json!({"environment": environment(json!({"type": "LINUX_LAMBDA_CONTAINER"}))}),
        json!({"cache": {"type": "S3"}}),
        json!({"cache": {"type": "LOCAL"}}),
        json!({"cache": {"type": "LOCAL", "modes": ["LOCAL_DOCKER_LAYER_CACHE"]}}),
        json!({"logsConfig": {"s3Logs": {"status": "ENABLED"}}}),
        json!({"concurrentBuildLimit": 0}),
        json!({"concurrentBuildLimit": -1}),
        json!({"vpcConfig": {"vpcId": "vpc-1"}}),
        json!({"tags": [{"key": "aws:x", "value": ""}]}),
    ] {
        let code = account.code("CreateProject", project(changes.clone()));
        assert_eq!(code, "InvalidInputException", "{changes}");
    }
    for changes in [json!({"timeoutInMinutes": 4}), json!({"queuedTimeoutInMinutes": 481})] {
        assert_eq!(account.refusal("CreateProject", project(changes)).status, 400);
    }
}

#[tokio::test(start_paused = true)]
async fn variables_are_plain_text_unless_they_say_otherwise() {
    let account = account();
    let variables =
        json!([{"name": "A", "value": "1"}, {"name": "B", "value": "/b", "type": "PARAMETER_STORE"}]);
    let environment = environment(json!({"environmentVariables": variables}));
    account.call("CreateProject", project(json!({"environment": environment})));
    let types = |i: usize| found(&account)["environment"]["environmentVariables"][i]["type"].clone();
    assert_eq!((types(0), types(1)), (json!("PLAINTEXT"), json!("PARAMETER_STORE")));
}

#[tokio::test(start_paused = true)]
async fn an_update_keeps_what_it_does_not_name_and_replaces_lists() {
    let account = account();
    let tags = json!([{"key": "Env", "value": "test"}, {"key": "Team", "value": "a"}]);
    let first = json!({"description": "d", "tags": tags, "concurrentBuildLimit": 3, "timeoutInMinutes": 20});
    account.call("CreateProject", project(first));
    let created = found(&account);
    tokio::time::advance(Duration::from_secs(10)).await;
    let tag = json!([{"key": "Env", "value": "prod"}]);
    account.call("UpdateProject", json!({"name": "app", "tags": tag, "concurrentBuildLimit": -1}));
    let found = found(&account);
    assert_eq!(found["tags"], tag);
    assert!(found.get("concurrentBuildLimit").is_none());
    for member in ["description", "timeoutInMinutes", "source", "environment", "serviceRole", "created"] {
        assert_eq!(found[member], created[member], "{member}");
    }
    let seconds = |member: &str| found[member].as_f64().unwrap();
    assert_eq!(seconds("lastModified") - seconds("created"), 10.0);
}

#[tokio::test(start_paused = true)]
async fn an_update_is_refused_as_a_whole() {
    let account = account();
    account.call("CreateProject", project(json!({})));
    let before = found(&account);
    let input = json!({"name": "app", "description": "x", "artifacts": {"type": "NO_ARTIFACTS"}});
    assert_eq!(account.code("UpdateProject", input), "InvalidInputException");
    assert_eq!(found(&account), before);
    assert_eq!(account.code("UpdateProject", json!({"name": "gone"})), "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_badge_has_a_url_while_it_is_on() {
    let account = account();
    account.call("CreateProject", github(json!({"badgeEnabled": true})));
    let badge = found(&account)["badge"].clone();
    assert!(badge["badgeRequestUrl"].as_str().unwrap().starts_with("https://codebuild."));
    account.call("UpdateProject", json!({"name": "app", "description": "x"}));
    assert_eq!(found(&account)["badge"], badge);
    account.call("UpdateProject", json!({"name": "app", "badgeEnabled": false}));
    assert_eq!(found(&account)["badge"], json!({"badgeEnabled": false}));
}

#[tokio::test(start_paused = true)]
async fn a_project_can_be_made_public() {
    let account = account();
    account.call("CreateProject", project(json!({})));
    let input = |name: &str, to: &str| {
        let arn = arn("codebuild", &format!("project/{name}"));
        json!({"projectArn": arn, "projectVisibility": to})
    };
    let answer = account.call("UpdateProjectVisibility", input("app", "PUBLIC_READ"));
    assert_eq!(found(&account)["publicProjectAlias"], answer["publicProjectAlias"]);
    assert_eq!(found(&account)["projectVisibility"], json!("PUBLIC_READ"));
    let code = account.code("UpdateProjectVisibility", input("gone", "PRIVATE"));
    assert_eq!(code, "ResourceNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn a_list_has_pages_of_a_hundred() {
    let account = account();
    assert_eq!(account.call("ListProjects", json!({})), json!({"projects": []}));
    for i in 0..101 {
        account.call("CreateProject", project(json!({"name": format!("p{i:03}")})));
    }
    let first = account.call("ListProjects", json!({}));
    assert_eq!(first["projects"].as_array().unwrap().len(), 100);
    let second = account.call("ListProjects", json!({"nextToken": first["nextToken"]}));
    assert_eq!(second, json!({"projects": ["p100"]}));
    let descending = account.call("ListProjects", json!({"sortOrder": "DESCENDING"}));
    assert_eq!(descending["projects"][0], json!("p100"));
}

#[tokio::test(start_paused = true)]
async fn a_webhook_belongs_to_a_project_whose_source_can_call() {
    let account = account();
    account.call("CreateProject", project(json!({})));
    let filters = json!([[{"type": "EVENT", "pattern": "PUSH"}]]);
    let create = json!({"projectName": "app", "filterGroups": filters});
    assert_eq!(account.code("CreateWebhook", create.clone()), "InvalidInputException");
    account.call("UpdateProject", merged(github(json!({})), &json!({"name": "app"})));
    let eventless = json!({"projectName": "app", "filterGroups": [[{"type": "HEAD_REF", "pattern": "x"}]]});
    assert_eq!(account.code("CreateWebhook", eventless), "InvalidInputException");
    let webhook = account.call("CreateWebhook", create.clone())["webhook"].clone();
    assert_eq!(webhook["buildType"], json!("BUILD"));
    assert_eq!(found(&account)["webhook"], webhook);
    assert_eq!(account.code("CreateWebhook", create), "ResourceAlreadyExistsException");
    let batch = account.call("UpdateWebhook", json!({"projectName": "app", "buildType": "BUILD_BATCH"}));
    assert_eq!(batch["webhook"]["filterGroups"], filters);
    assert_eq!(found(&account)["webhook"]["buildType"], json!("BUILD_BATCH"));
    account.call("DeleteWebhook", json!({"projectName": "app"}));
    assert!(found(&account).get("webhook").is_none());
    for operation in ["DeleteWebhook", "UpdateWebhook"] {
        assert_eq!(account.code(operation, json!({"projectName": "app"})), "ResourceNotFoundException");
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_twice_is_no_error() {
    let account = account();
    account.call("CreateProject", project(json!({})));
    for _ in 0..2 {
        account.call("DeleteProject", json!({"name": "app"}));
    }
    let answer = account.call("BatchGetProjects", json!({"names": ["app"]}));
    assert_eq!(answer, json!({"projects": [], "projectsNotFound": ["app"]}));
}

#[tokio::test(start_paused = true)]
async fn a_vpc_must_exist_and_the_role_must_be_allowed_to_look_at_it() {
    let account = account();
    let of_vpc = |operation: &str, list: &str, vpc: &Value| {
        let filters = json!([{"Name": "vpc-id", "Values": [vpc]}]);
        account.other("ec2", operation, json!({"Filters": filters}))[list][0].clone()
    };
    let vpc = account.other("ec2", "DescribeVpcs", json!({}))["Vpcs"][0]["VpcId"].clone();
    let subnet = of_vpc("DescribeSubnets", "Subnets", &vpc)["SubnetId"].clone();
    let group = of_vpc("DescribeSecurityGroups", "SecurityGroups", &vpc)["GroupId"].clone();
    let config = |subnet: &Value| json!({"vpcId": vpc, "subnets": [subnet], "securityGroupIds": [group]});
    let inside = project(json!({"vpcConfig": config(&subnet)}));
    let refusal = account.refusal("CreateProject", inside.clone());
    assert_eq!(refusal.message, "Not authorized to perform DescribeSecurityGroups");
    let statement = json!({"Effect": "Allow", "Action": "ec2:*", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let policy = json!({"RoleName": "build", "PolicyName": "vpc", "PolicyDocument": policy});
    account.other("iam", "PutRolePolicy", policy);
    let unknown = project(json!({"vpcConfig": config(&json!("subnet-none"))}));
    assert_eq!(account.code("CreateProject", unknown), "InvalidInputException");
    account.call("CreateProject", inside);
    assert_eq!(found(&account)["vpcConfig"], config(&subnet));
    account.call("UpdateProject", json!({"name": "app", "vpcConfig": {}}));
    assert!(found(&account).get("vpcConfig").is_none());
}
