//! Deployments that are under way.

use std::fs;

use recon_sandbox::{Sandbox, State};
use serde_json::json;

use super::behaviour::Place;

/// Starts a deployment of CodeDeploy's in the sandbox of that place.
fn deploy(place: &Place) {
    let file = place.path(".recon/sandbox.json");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let state: State = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let sandbox = Sandbox::new(state);
        let content = json!({"version": 0.0, "Resources": [{"TargetService": {
            "Type": "AWS::ECS::Service", "Properties": {"TaskDefinition": "test-api-td-prod:1"}}}]});
        let input = json!({
            "applicationName": "AppECS-test-cluster-test-service-prod",
            "deploymentGroupName": "DgpECS-test-cluster-test-service-prod",
            "revision": {"revisionType": "AppSpecContent", "appSpecContent": {"content": content.to_string()}},
        });
        sandbox.call("codedeploy", "CreateDeployment", "ap-northeast-2", &input).unwrap();
        fs::write(&file, serde_json::to_string(&sandbox.state()).unwrap()).unwrap();
    });
}

#[test]
fn a_deployment_under_way_is_shown_and_waited_for_or_refused() {
    let place = Place::with_the_reference_stack();
    place.edit(
        "desired/ecs.toml",
        "desired_count                     = 0",
        "desired_count                     = 2",
    );
    place.recon("apply --sandbox --auto-approve").expect(0);
    deploy(&place);
    // nothing that it moves changes: nobody asks
    let quiet = place.recon("plan --sandbox -v").expect(0);
    assert!(!quiet.err().contains("ListDeployments"), "{}", quiet.err());

    place.edit(
        "desired/elb.toml",
        "health_check_path = \"/health-check\"",
        "health_check_path = \"/health\"",
    );
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
