//! What CodePipeline refuses of a declaration.

use serde_json::{Value, json};

use super::{REGION, account, ok, pipeline, refused, with_pipeline};

/// A change to a good pipeline, and the code and words with which AWS refuses it.
type Case = (fn(&mut Value), &'static str, &'static str);

/// Refused of a new pipeline and of one that is there.
fn all_refused(cases: &[Case]) {
    let aws = with_pipeline();
    for (change, code, words) in cases {
        for (operation, name) in [("CreatePipeline", "new"), ("UpdatePipeline", "app")] {
            let mut wanted = pipeline(change);
            wanted["pipeline"]["name"] = json!(name);
            let (actual, message) = refused(&aws, operation, wanted);
            assert_eq!(&actual, code, "{operation}: {message}");
            assert!(message.contains(words), "{message} has no {words}");
        }
    }
}

const STRUCTURE: &str = "InvalidStructureException";
const STAGE: &str = "InvalidStageDeclarationException";
const ACTION: &str = "InvalidActionDeclarationException";

#[tokio::test(start_paused = true)]
async fn stages_that_cannot_be_are_refused() {
    all_refused(&[
        (
            |p| p["stages"] = json!([p["stages"][0]]),
            STRUCTURE,
            "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline",
        ),
        (|p| p["stages"][2]["name"] = json!("Build"), STAGE, "Stage name 'Build' is used more than once"),
        (|p| p["stages"][1]["actions"] = json!([]), STAGE, "should contain at least 1 action"),
        (
            |p| {
                let twin = p["stages"][1]["actions"][0].clone();
                p["stages"][1]["actions"].as_array_mut().unwrap().push(twin);
            },
            STAGE,
            "Action name 'Build' is used more than once",
        ),
        (
            |p| p["stages"].as_array_mut().unwrap().swap(0, 1),
            STRUCTURE,
            "Pipeline should start with a stage that only contains source actions",
        ),
        (
            |p| p["stages"][1]["actions"][0] = p["stages"][0]["actions"][0].clone(),
            STRUCTURE,
            "Source actions can only be included in the first stage of the pipeline",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn what_only_v2_can_do_is_refused_for_v1() {
    all_refused(&[
        (|p| p["executionMode"] = json!("QUEUED"), STRUCTURE, "can only be used with V2 pipelines"),
        (|p| p["executionMode"] = json!("PARALLEL"), STRUCTURE, "can only be used with V2 pipelines"),
        (
            |p| p["variables"] = json!([{"name": "tag"}]),
            STRUCTURE,
            "Pipeline variable can only be used with V2 pipelines",
        ),
        (
            |p| {
                let git = json!({"sourceActionName": "Source"});
                p["triggers"] =
                    json!([{"providerType": "CodeStarSourceConnection", "gitConfiguration": git}]);
            },
            STRUCTURE,
            "Triggers on tag can only be used with V2 pipelines",
        ),
        (
            |p| p["stages"][1]["onFailure"] = json!({"result": "ROLLBACK"}),
            STAGE,
            "Stage level conditions can only be used with V2 pipelines.",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn a_v2_pipeline_has_rules_of_its_own() {
    all_refused(&[
        (
            |p| {
                let git = json!({"sourceActionName": "Source"});
                p["pipelineType"] = json!("V2");
                p["triggers"] =
                    json!([{"providerType": "CodeStarSourceConnection", "gitConfiguration": git}]);
            },
            STRUCTURE,
            "Triggers for connections must reference a CodeStarSourceConnection action.",
        ),
        (
            |p| {
                p["pipelineType"] = json!("V2");
                p["executionMode"] = json!("PARALLEL");
                p["stages"][2]["onFailure"] = json!({"result": "ROLLBACK"});
            },
            STAGE,
            "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn artifacts_are_made_once_and_before_they_are_used() {
    all_refused(&[
        (
            |p| p["stages"][1]["actions"][0]["inputArtifacts"] = json!([{"name": "Other"}]),
            ACTION,
            "Input Artifact Bundle Other in action Build is not declared as Output Artifact Bundle in any of \
             the preceding actions",
        ),
        (
            |p| p["stages"][1]["actions"][0]["outputArtifacts"] = json!([{"name": "SourceArtifact"}]),
            ACTION,
            "SourceArtifact has been used more than once",
        ),
        (
            |p| p["stages"][1]["actions"][0]["inputArtifacts"] = json!([]),
            ACTION,
            "Action Build declares 0 input artifacts which is less than the minimum count (1)",
        ),
        (
            |p| p["stages"][2]["actions"][0]["outputArtifacts"] = json!([{"name": "Extra"}]),
            ACTION,
            "declares 1 output artifacts which is more than the maximum count (0)",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn an_artifact_of_a_lower_run_order_serves_the_same_stage() {
    let in_one_stage = |p: &mut Value| {
        let mut deploy = p["stages"][2]["actions"][0].clone();
        deploy["runOrder"] = json!(2);
        p["stages"][1]["actions"].as_array_mut().unwrap().insert(0, deploy);
        p["stages"].as_array_mut().unwrap().pop();
    };
    let aws = account();
    ok(&aws, "CreatePipeline", pipeline(in_one_stage));
    let (code, _) = refused(
        &aws,
        "UpdatePipeline",
        pipeline(|p| {
            in_one_stage(p);
            p["stages"][1]["actions"][0]["runOrder"] = json!(1);
        }),
    );
    assert_eq!(code, ACTION);
}

#[tokio::test(start_paused = true)]
async fn each_provider_names_the_configuration_that_it_misses() {
    all_refused(&[
        (
            |p| p["stages"][1]["actions"][0]["configuration"] = json!({}),
            ACTION,
            "Action configuration for action 'Build' is missing required configuration 'ProjectName'",
        ),
        (
            |p| {
                let source = &mut p["stages"][0]["actions"][0];
                source["actionTypeId"]["provider"] = json!("CodeCommit");
                source["configuration"] = json!({"RepositoryName": "app"});
            },
            ACTION,
            "Action configuration for action 'Source' is missing required configuration 'BranchName'",
        ),
        (
            |p| p["stages"][2]["actions"][0]["configuration"] = json!({"ApplicationName": "app"}),
            ACTION,
            "is missing required configuration 'DeploymentGroupName'",
        ),
        (
            |p| {
                let deploy = &mut p["stages"][2]["actions"][0];
                deploy["actionTypeId"]["provider"] = json!("ECS");
                deploy["configuration"] = json!({"ClusterName": "test"});
            },
            ACTION,
            "is missing required configuration 'ServiceName'",
        ),
    ]);
}

#[tokio::test(start_paused = true)]
async fn an_action_type_that_aws_does_not_have_is_not_available() {
    all_refused(&[(
        |p| p["stages"][2]["actions"][0]["actionTypeId"]["provider"] = json!("CodeDeployToEcs"),
        ACTION,
        "ActionType (Category: 'Deploy', Provider: 'CodeDeployToEcs', Owner: 'AWS', Version: '1') in action \
         'Deploy' is not available in region 'ap-northeast-2'",
    )]);
}

#[tokio::test(start_paused = true)]
async fn there_is_a_store_for_each_region_in_which_the_pipeline_acts() {
    let missing = "each region where you have an action. The following region is missing in \
                   'pipeline.artifactStores'";
    all_refused(&[
        (|p| p["artifactStore"] = Value::Null, STRUCTURE, "exactly one of"),
        (|p| p["artifactStores"] = json!({REGION: p["artifactStore"]}), STRUCTURE, "exactly one of"),
        (|p| p["stages"][1]["actions"][0]["region"] = json!("us-east-1"), STRUCTURE, missing),
        (
            |p| {
                p["artifactStores"] = json!({"us-east-1": p["artifactStore"]});
                p["artifactStore"] = Value::Null;
            },
            STRUCTURE,
            missing,
        ),
    ]);
}
