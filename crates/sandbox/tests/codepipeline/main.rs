//! CodePipeline as its callers see it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

mod refusals;

use std::time::Duration;

use recon_sandbox::{Refusal, Sandbox};
use serde_json::{Value, json};
use tokio::time::advance;

const REGION: &str = "ap-northeast-2";
const ARN: &str = "arn:aws:codepipeline:ap-northeast-2:123456789012:app";

fn call(aws: &Sandbox, operation: &str, input: Value) -> Result<Value, Refusal> {
    aws.call("codepipeline", operation, REGION, &input)
}

fn ok(aws: &Sandbox, operation: &str, input: Value) -> Value {
    call(aws, operation, input).unwrap_or_else(|refusal| panic!("{operation}: {refusal}"))
}

fn refused(aws: &Sandbox, operation: &str, input: Value) -> (String, String) {
    let refusal = call(aws, operation, input).expect_err(operation);
    (refusal.code, refusal.message)
}

/// An account with the role that the pipelines assume.
fn account() -> Sandbox {
    let aws = Sandbox::default();
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codepipeline.amazonaws.com"},
    }]});
    let role = json!({"RoleName": "pipeline", "AssumeRolePolicyDocument": trust.to_string()});
    aws.call("iam", "CreateRole", REGION, &role).unwrap();
    aws
}

fn action(name: &str, category: &str, provider: &str, configuration: Value) -> Value {
    let kind = json!({"category": category, "owner": "AWS", "provider": provider, "version": "1"});
    json!({"name": name, "actionTypeId": kind, "configuration": configuration})
}

/// Source, build and deploy, with a change to it.
fn pipeline(change: impl FnOnce(&mut Value)) -> Value {
    let mut source =
        action("Source", "Source", "S3", json!({"S3Bucket": "artifacts", "S3ObjectKey": "app.zip"}));
    source["outputArtifacts"] = json!([{"name": "SourceArtifact"}]);
    let mut build = action("Build", "Build", "CodeBuild", json!({"ProjectName": "app"}));
    build["inputArtifacts"] = json!([{"name": "SourceArtifact"}]);
    build["outputArtifacts"] = json!([{"name": "BuildArtifact"}]);
    let mut deploy = action(
        "Deploy",
        "Deploy",
        "CodeDeployToECS",
        json!({
            "ApplicationName": "app", "DeploymentGroupName": "app",
            "TaskDefinitionTemplateArtifact": "BuildArtifact", "AppSpecTemplateArtifact": "BuildArtifact",
        }),
    );
    deploy["inputArtifacts"] = json!([{"name": "BuildArtifact"}]);
    let mut pipeline = json!({
        "name": "app",
        "roleArn": "arn:aws:iam::123456789012:role/pipeline",
        "artifactStore": {"type": "S3", "location": "artifacts"},
        "stages": [
            {"name": "Source", "actions": [source]},
            {"name": "Build", "actions": [build]},
            {"name": "Deploy", "actions": [deploy]},
        ],
    });
    change(&mut pipeline);
    json!({"pipeline": pipeline})
}

fn with_pipeline() -> Sandbox {
    let aws = account();
    ok(&aws, "CreatePipeline", pipeline(|_| {}));
    aws
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_comes_back_with_aws_defaults() {
    let aws = with_pipeline();
    let found = ok(&aws, "GetPipeline", json!({"name": "app"}));
    let declared = &found["pipeline"];
    assert_eq!(declared["version"], 1);
    assert_eq!(declared["executionMode"], "SUPERSEDED");
    assert_eq!(declared["pipelineType"], "V1");
    let source = &declared["stages"][0]["actions"][0];
    assert_eq!((&source["runOrder"], &source["inputArtifacts"]), (&json!(1), &json!([])));
    assert_eq!(found["metadata"]["pipelineArn"], ARN);
    assert_eq!(found["metadata"]["created"], found["metadata"]["updated"]);
}

#[tokio::test(start_paused = true)]
async fn everything_that_was_declared_is_kept() {
    let aws = account();
    let wanted = pipeline(|p| {
        p["pipelineType"] = json!("V2");
        p["executionMode"] = json!("QUEUED");
        p["variables"] = json!([{"name": "tag", "defaultValue": "latest", "description": "image"}]);
        p["artifactStore"]["encryptionKey"] = json!({"id": "alias/app", "type": "KMS"});
        p["stages"][1]["actions"][0]["namespace"] = json!("Build");
        p["stages"][1]["actions"][0]["region"] = json!(REGION);
        p["stages"][1]["onFailure"] = json!({"result": "ROLLBACK"});
    });
    ok(&aws, "CreatePipeline", wanted.clone());
    let declared = ok(&aws, "GetPipeline", json!({"name": "app"}))["pipeline"].clone();
    for member in ["pipelineType", "executionMode", "variables", "artifactStore", "roleArn"] {
        assert_eq!(declared[member], wanted["pipeline"][member], "{member}");
    }
    let build = &declared["stages"][1];
    assert_eq!(build["onFailure"], json!({"result": "ROLLBACK"}));
    assert_eq!(build["actions"][0]["namespace"], "Build");
    assert_eq!(build["actions"][0]["region"], REGION);
}

#[tokio::test(start_paused = true)]
async fn every_update_is_a_new_version_even_without_a_change() {
    let aws = with_pipeline();
    advance(Duration::from_secs(5)).await;
    let updated = ok(&aws, "UpdatePipeline", pipeline(|p| p["version"] = json!(77)));
    assert_eq!(updated["pipeline"]["version"], 2);
    let found = ok(&aws, "GetPipeline", json!({"name": "app"}));
    assert_ne!(found["metadata"]["created"], found["metadata"]["updated"]);
    assert_eq!(ok(&aws, "GetPipeline", json!({"name": "app", "version": 1}))["pipeline"]["version"], 1);
    assert_eq!(
        refused(&aws, "GetPipeline", json!({"name": "app", "version": 9})).0,
        "PipelineNotFoundException"
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_never_comes_back() {
    let aws = account();
    let answer = ok(
        &aws,
        "CreatePipeline",
        pipeline(|p| {
            let source = &mut p["stages"][0]["actions"][0];
            source["actionTypeId"]["owner"] = json!("ThirdParty");
            source["actionTypeId"]["provider"] = json!("GitHub");
            source["configuration"] =
                json!({"Owner": "o", "Repo": "r", "Branch": "main", "OAuthToken": "hush"});
        }),
    );
    let found = ok(&aws, "GetPipeline", json!({"name": "app"}));
    for shown in [&answer["pipeline"], &found["pipeline"]] {
        let configuration = &shown["stages"][0]["actions"][0]["configuration"];
        assert_eq!((&configuration["OAuthToken"], &configuration["Repo"]), (&json!("****"), &json!("r")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_is_used_once() {
    let aws = with_pipeline();
    let (code, message) = refused(&aws, "CreatePipeline", pipeline(|_| {}));
    assert_eq!(code, "PipelineNameInUseException");
    assert_eq!(message, "A pipeline with the name 'app' already exists in account '123456789012'");
}

#[tokio::test(start_paused = true)]
async fn a_missing_pipeline_is_named() {
    let aws = account();
    let expected = "Account '123456789012' does not have a pipeline with name 'app'";
    for (operation, input) in [
        ("GetPipeline", json!({"name": "app"})),
        ("GetPipelineState", json!({"name": "app"})),
        ("ListPipelineExecutions", json!({"pipelineName": "app"})),
        ("UpdatePipeline", pipeline(|_| {})),
    ] {
        let (code, message) = refused(&aws, operation, input);
        assert_eq!((code.as_str(), message.as_str()), ("PipelineNotFoundException", expected), "{operation}");
    }
    ok(&aws, "DeletePipeline", json!({"name": "app"}));
}

#[tokio::test(start_paused = true)]
async fn a_role_that_does_not_trust_codepipeline_is_refused() {
    let role = "arn:aws:iam::123456789012:role/nobody";
    let (code, message) = refused(&account(), "CreatePipeline", pipeline(|p| p["roleArn"] = json!(role)));
    assert_eq!(code, "InvalidStructureException");
    assert_eq!(message, format!("CodePipeline is not authorized to perform AssumeRole on role {role}"));
}

#[tokio::test(start_paused = true)]
async fn a_new_pipeline_runs_at_once() {
    let aws = with_pipeline();
    let state = ok(&aws, "GetPipelineState", json!({"name": "app"}));
    assert_eq!(state["stageStates"][0]["latestExecution"]["status"], "InProgress");
    assert_eq!(state["stageStates"][0]["inboundTransitionState"], json!({"enabled": true}));
    let runs = ok(&aws, "ListPipelineExecutions", json!({"pipelineName": "app"}));
    let run = &runs["pipelineExecutionSummaries"][0];
    assert_eq!(
        (&run["status"], &run["trigger"]["triggerType"]),
        (&json!("InProgress"), &json!("CreatePipeline"))
    );
    let id = &state["stageStates"][0]["latestExecution"]["pipelineExecutionId"];
    assert_eq!(&run["pipelineExecutionId"], id);

    advance(Duration::from_secs(90)).await;
    let runs = ok(&aws, "ListPipelineExecutions", json!({"pipelineName": "app"}));
    assert_eq!(runs["pipelineExecutionSummaries"][0]["status"], "Succeeded");
}

#[tokio::test(start_paused = true)]
async fn the_first_run_fails_without_the_repository() {
    let aws = account();
    ok(
        &aws,
        "CreatePipeline",
        pipeline(|p| {
            let source = &mut p["stages"][0]["actions"][0];
            source["actionTypeId"]["provider"] = json!("CodeCommit");
            source["configuration"] = json!({"RepositoryName": "gone", "BranchName": "main"});
        }),
    );
    advance(Duration::from_secs(40)).await;
    let state = ok(&aws, "GetPipelineState", json!({"name": "app"}));
    let action = &state["stageStates"][0]["actionStates"][0]["latestExecution"];
    assert_eq!(action["status"], "Failed");
    assert_eq!(action["errorDetails"]["message"], "The repository gone does not exist");
    assert!(state["stageStates"][1]["latestExecution"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_transition_is_switched_off_and_on_and_outlives_an_update() {
    let aws = with_pipeline();
    let into_build = |reason: Value| {
        let mut input = json!({"pipelineName": "app", "stageName": "Build", "transitionType": "Inbound"});
        if !reason.is_null() {
            input["reason"] = reason;
        }
        input
    };
    let inbound = || {
        let state = ok(&aws, "GetPipelineState", json!({"name": "app"}));
        state["stageStates"][1]["inboundTransitionState"].clone()
    };
    ok(&aws, "DisableStageTransition", into_build(json!("freeze")));
    ok(&aws, "UpdatePipeline", pipeline(|_| {}));
    assert_eq!((&inbound()["enabled"], &inbound()["disabledReason"]), (&json!(false), &json!("freeze")));
    ok(&aws, "EnableStageTransition", into_build(Value::Null));
    assert_eq!(inbound()["enabled"], true);
    let mut unknown = into_build(Value::Null);
    unknown["stageName"] = json!("Other");
    assert_eq!(refused(&aws, "EnableStageTransition", unknown).0, "StageNotFoundException");
}

#[tokio::test(start_paused = true)]
async fn pipelines_are_listed_page_by_page() {
    let aws = with_pipeline();
    ok(&aws, "CreatePipeline", pipeline(|p| p["name"] = json!("web")));
    let first = ok(&aws, "ListPipelines", json!({"maxResults": 1}));
    assert_eq!(first["pipelines"][0]["name"], "app");
    let rest = ok(&aws, "ListPipelines", json!({"nextToken": first["nextToken"]}));
    assert_eq!((&rest["pipelines"][0]["name"], &rest["pipelines"][0]["version"]), (&json!("web"), &json!(1)));
    assert!(rest["nextToken"].is_null());
    assert_eq!(refused(&aws, "ListPipelines", json!({"nextToken": "x"})).0, "InvalidNextTokenException");
}

#[tokio::test(start_paused = true)]
async fn tags_are_added_and_removed_by_arn() {
    let aws = account();
    let mut wanted = pipeline(|_| {});
    wanted["tags"] = json!([{"key": "Env", "value": "test"}]);
    assert_eq!(ok(&aws, "CreatePipeline", wanted.clone())["tags"], wanted["tags"]);
    ok(&aws, "TagResource", json!({"resourceArn": ARN, "tags": [{"key": "Team", "value": "a"}]}));
    ok(&aws, "UntagResource", json!({"resourceArn": ARN, "tagKeys": ["Env"]}));
    let tags = ok(&aws, "ListTagsForResource", json!({"resourceArn": ARN}));
    assert_eq!(tags["tags"], json!([{"key": "Team", "value": "a"}]));
    let gone = json!({"resourceArn": format!("{ARN}x")});
    assert_eq!(refused(&aws, "ListTagsForResource", gone).0, "ResourceNotFoundException");
    let system = json!({"resourceArn": ARN, "tags": [{"key": "aws:x", "value": "a"}]});
    assert_eq!(refused(&aws, "TagResource", system).0, "InvalidTagsException");
}

#[tokio::test(start_paused = true)]
async fn a_manual_approval_needs_no_configuration() {
    let aws = account();
    ok(
        &aws,
        "CreatePipeline",
        pipeline(|p| {
            let approve =
                json!({"name": "Approve", "actions": [action("Yes", "Approval", "Manual", Value::Null)]});
            p["stages"].as_array_mut().unwrap().insert(1, approve);
        }),
    );
    advance(Duration::from_secs(3600)).await;
    let state = ok(&aws, "GetPipelineState", json!({"name": "app"}));
    assert_eq!(state["stageStates"][0]["latestExecution"]["status"], "Succeeded");
    assert_eq!(state["stageStates"][1]["latestExecution"]["status"], "InProgress");
    assert!(state["stageStates"][2]["latestExecution"].is_null());
}

#[tokio::test(start_paused = true)]
async fn a_run_that_somebody_starts_is_the_newest() {
    let aws = with_pipeline();
    advance(Duration::from_secs(3600)).await;
    let id = ok(&aws, "StartPipelineExecution", json!({"name": "app"}))["pipelineExecutionId"].clone();
    let listed = ok(&aws, "ListPipelineExecutions", json!({"pipelineName": "app"}));
    let newest = &listed["pipelineExecutionSummaries"][0];
    assert_eq!(newest["pipelineExecutionId"], id);
    assert_eq!(newest["status"], "InProgress");
    assert_eq!(newest["trigger"]["triggerType"], "StartPipelineExecution");
    let (code, _) = refused(&aws, "StartPipelineExecution", json!({"name": "none"}));
    assert_eq!(code, "PipelineNotFoundException");
}
