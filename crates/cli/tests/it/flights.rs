//! Deployments that are under way.

use std::fs;

use recon_sandbox::{Sandbox, State};
use serde_json::{Value, json};

use super::behaviour::Place;

/// A call of somebody else's in the sandbox of that place.
fn somebody(place: &Place, service: &str, operation: &str, input: &Value) {
    let file = place.path(".recon/sandbox.json");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let state: State = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let sandbox = Sandbox::new(state);
        sandbox.call(service, operation, "ap-northeast-2", input).unwrap();
        fs::write(&file, serde_json::to_string(&sandbox.state()).unwrap()).unwrap();
    });
}

/// Starts a deployment of CodeDeploy's.
fn deploy(place: &Place) {
    let content = json!({"version": 0.0, "Resources": [{"TargetService": {
        "Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": "test-api-td-prod:1"}}}]});
    let input = json!({
        "applicationName": "AppECS-test-cluster-test-service-prod",
        "deploymentGroupName": "DgpECS-test-cluster-test-service-prod",
        "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": content.to_string()}},
    });
    somebody(place, "codedeploy", "CreateDeployment", &input);
}

/// The reference stack with tasks that run, and nothing under way.
fn at_rest() -> Place {
    let place = Place::with_the_reference_stack();
    place.edit(
        "desired/ecs.toml",
        "desired_count                     = 0",
        "desired_count                     = 2",
    );
    place.recon("apply --sandbox --auto-approve").expect(0);
    place
}

/// Another health check of a target group.
fn touch(place: &Place) {
    place.edit(
        "desired/elb.toml",
        "health_check_path = \"/health-check\"",
        "health_check_path = \"/health\"",
    );
}

/// What a plan says to be under way, as `ADDRESS: TEXT`.
fn under_way(place: &Place) -> Vec<String> {
    let plan = place.recon("plan --sandbox --format json").expect(0).json();
    let notices = plan["notices"].as_array().unwrap().iter();
    let own = notices.filter(|notice| notice["code"] == "IN_FLIGHT");
    own.map(|one| format!("{}: {}", one["address"].as_str().unwrap(), one["text"].as_str().unwrap()))
        .collect()
}

/// Shown by a plan, refused by that command, and waited for where that is wanted.
fn shown_refused_and_waited_for(place: &Place, command: &str, what: &str) {
    let running = under_way(place);
    assert!(running.iter().any(|line| line.starts_with(what)), "{what}: {running:?}");
    refused_and_waited_for(place, command, what);
}

fn refused_and_waited_for(place: &Place, command: &str, what: &str) {
    let refused = place.recon(&format!("{command} --sandbox --auto-approve")).expect(1).err();
    assert!(refused.contains("nothing was done: ") && refused.contains(what), "{what}: {refused}");
    assert!(refused.contains("--wait-deployments waits for the end"), "{refused}");
    let waited = place.recon(&format!("{command} --sandbox --auto-approve --wait-deployments"));
    assert!(waited.err().contains(&format!("waiting for {what}")), "{what}: {}", waited.err());
    assert_eq!(waited.code(), 0, "{}{}", waited.out(), waited.err());
}

#[test]
fn a_deployment_under_way_is_shown_and_waited_for_or_refused() {
    let place = at_rest();
    deploy(&place);
    // nothing that it moves changes: nobody asks
    let quiet = place.recon("plan --sandbox -v").expect(0);
    assert!(!quiet.err().contains("ListDeployments"), "{}", quiet.err());

    touch(&place);
    let plan = place.recon("plan --sandbox --format json").expect(0).json();
    let notices = plan["notices"].as_array().unwrap();
    let notice =
        notices.iter().find(|notice| notice["code"] == "IN_FLIGHT").unwrap_or_else(|| panic!("{notices:?}"));
    assert_eq!(notice["address"], "codedeploy.deployment_group.api");
    assert!(notice["text"].as_str().unwrap().starts_with("CodeDeploy's deployment d-"), "{notice}");

    let err = place.recon("apply --sandbox --auto-approve").expect(1).err();
    assert!(
        err.contains("nothing was done: codedeploy.deployment_group.api: CodeDeploy's deployment"),
        "{err}"
    );
    assert!(err.contains("--wait-deployments"), "{err}");
    let err = place.recon("apply --sandbox --auto-approve --wait-deployments=0").expect(1).err();
    assert!(err.contains("still under way after 0 min"), "{err}");

    let ran = place.recon("apply --sandbox --auto-approve --wait-deployments").expect(0);
    assert!(ran.err().contains("waiting for codedeploy.deployment_group.api"), "{}", ran.err());
    let plan = place.recon("plan --sandbox --format json --detailed-exitcode").expect(0).json();
    assert_eq!(plan["summary"]["update"], 0);
}

#[test]
fn an_execution_of_a_pipeline_that_deploys_what_the_plan_changes_counts() {
    let place = at_rest();
    somebody(&place, "codepipeline", "StartPipelineExecution", &json!({"name": "aws-cicd-pipeline-test"}));
    assert_eq!(under_way(&place), Vec::<String>::new(), "it moves nothing that the plan changes");
    touch(&place);
    shown_refused_and_waited_for(&place, "apply", "codepipeline.pipeline.api: execution ");
}

const ROLLING: &str = r#"
[stack]
name    = "rolling"
region  = "ap-northeast-2"
account = "123456789012"
[ecs.cluster.c]
name = "c"
[ecs.task_definition.api]
family = "api"
network_mode = "bridge"
container_definitions = [{ name = "api", image = "api:1", memory = 128 }]
[ecs.service.api]
name = "api"
cluster = "c"
task_definition = "api"
launch_type = "EXTERNAL"
desired_count = 1
"#;

fn rolling() -> Place {
    let place = Place::empty();
    place.write("desired/stack.toml", ROLLING);
    place.recon("apply --sandbox --auto-approve").expect(0);
    let again = json!({"cluster": "c", "service": "api", "forceNewDeployment": true});
    somebody(&place, "ecs", "UpdateService", &again);
    place
}

#[test]
fn a_rollout_of_ecs_counts() {
    let place = rolling();
    assert_eq!(under_way(&place), Vec::<String>::new(), "the plan changes nothing");
    place.edit("desired/stack.toml", "desired_count = 1", "desired_count = 2");
    shown_refused_and_waited_for(&place, "apply", "ecs.service.api: ECS's deployment ");
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
}

#[test]
fn what_the_toml_holds_no_longer_is_asked_too() {
    let place = rolling();
    let (kept, _) = ROLLING.split_once("[ecs.service.api]").unwrap();
    place.write("desired/stack.toml", kept);
    shown_refused_and_waited_for(&place, "apply", "ecs.service.api: ECS's deployment ");
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
}

#[test]
fn a_destroy_looks_too() {
    let place = rolling();
    refused_and_waited_for(&place, "destroy", "ecs.service.api: ECS's deployment ");
    assert!(place.recon("destroy --sandbox").expect(0).out().starts_with("Nothing to destroy. "));

    let place = at_rest();
    deploy(&place);
    refused_and_waited_for(&place, "destroy", "codedeploy.deployment_group.api: CodeDeploy's deployment ");

    let place = at_rest();
    let name = json!({"name": "aws-cicd-pipeline-test"});
    somebody(&place, "codepipeline", "StartPipelineExecution", &name);
    let err = place.recon("destroy --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("codepipeline.pipeline.api: execution "), "{err}");
    place.recon("destroy --sandbox --auto-approve --ignore-deployments").expect(0);
}

#[test]
fn what_cannot_be_asked_is_not_taken_for_rest() {
    let place = at_rest();
    touch(&place);
    for (call, service) in [
        ("codedeploy:ListDeployments", "codedeploy"),
        ("codepipeline:ListPipelineExecutions", "codepipeline"),
    ] {
        let apply = |more: &str| {
            let mut command = place.command(&format!("apply --sandbox --auto-approve {more}"));
            command.env("RECON_SANDBOX_FAULTS", format!("denied={call}")).output().unwrap()
        };
        let refused = apply("");
        let err = String::from_utf8_lossy(&refused.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(refused.status.code(), Some(1), "{err}");
        assert!(
            err.contains("nothing was done: whether a deployment is under way cannot be read: "),
            "{err}"
        );
        assert!(err.contains(service) && err.contains("--ignore-deployments"), "{err}");
        assert_eq!(apply("--ignore-deployments --target ecs.cluster.test").status.code(), Some(0), "{err}");
    }
    place.recon("apply --sandbox --auto-approve").expect(0);
}
