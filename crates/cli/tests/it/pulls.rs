//! `recon pull`: a stack that is there comes in as TOML that plans to no change.

use std::path::Path;

use super::behaviour::{Place, copy};

/// The stack built, its marks taken away, pulled, taken over: then nothing is left to do.
fn comes_in(stack: &str, start: &str) {
    let place = Place::empty();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(stack), &place.path("built"));
    place.recon("apply -C built --sandbox=box.json --auto-approve").expect(0);
    // nobody's, as if made by hand
    let text = std::fs::read_to_string(place.path("box.json")).unwrap();
    place.write("box.json", &text.replace("\"recon:", "\"was-recon-"));
    place.recon(&format!("pull {start} --name mine --region ap-northeast-2 --sandbox=box.json")).expect(0);
    let plan = place.recon("plan --sandbox=box.json --format json").expect(0).json();
    let steps = plan["steps"].as_array().unwrap();
    assert!(!steps.is_empty());
    for step in steps {
        let quiet = step["fields"].as_array().is_some_and(Vec::is_empty);
        assert!(
            (step["action"] == "adopt" || step["action"] == "keep") && quiet,
            "{start} of {stack}: {step:#}"
        );
    }
    place.recon("apply --sandbox=box.json --auto-approve").expect(0);
    place.recon("plan --sandbox=box.json --detailed-exitcode").expect(0);
}

#[test]
fn the_reference_stack_comes_in_from_its_pipeline() {
    comes_in("desired", "--pipeline aws-cicd-pipeline-test");
}

#[test]
fn the_reference_stack_comes_in_from_its_service_and_from_its_cluster() {
    comes_in("desired", "--service test-cluster/test-service-prod");
    comes_in("desired", "--cluster test-cluster");
}

#[test]
fn every_example_comes_in_from_its_cluster() {
    comes_in("examples/a-alb-nlb", "--cluster cluster-a");
    comes_in("examples/b-nlb", "--cluster cluster-b");
    comes_in("examples/c-nlb", "--cluster cluster-c");
}

#[test]
fn what_is_not_there_is_said_and_nothing_is_written() {
    let place = Place::empty();
    let ran = place.recon("pull --pipeline none --name mine --region eu-west-1 --sandbox=box.json").expect(1);
    assert!(ran.err().contains("there is no pipeline none"), "{}", ran.err());
    assert!(!place.path("desired").exists());
    place.recon("pull --name mine").expect(64);
    place.recon("pull --name mine --cluster a --pipeline b").expect(64);
}

#[test]
fn what_the_rules_object_to_comes_in_as_it_is() {
    let place = Place::empty();
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/b-nlb");
    copy(&built, &place.path("built"));
    place.recon("apply -C built --sandbox=box.json --auto-approve").expect(0);
    let text = std::fs::read_to_string(place.path("box.json")).unwrap().replace("\"recon:", "\"was-recon-");
    let mut account: serde_json::Value = serde_json::from_str(&text).unwrap();
    let listeners = account.pointer_mut("/regions/ap-northeast-2/elbv2/listeners").unwrap();
    for listener in listeners.as_object_mut().unwrap().values_mut() {
        listener["document"]["SslPolicy"] = "ELBSecurityPolicy-2016-08".into();
    }
    place.write("box.json", &account.to_string());
    let ran = place
        .recon("pull --cluster cluster-b --name mine --region ap-northeast-2 --sandbox=box.json")
        .expect(0);
    let told = "rules object to what is so in the account; `allow` in the TOML lets it be:\n  elb.listener.cluster-b-api-8080: LB-006\n";
    assert!(ran.err().contains(told), "{}", ran.err());
    place.recon("apply --sandbox=box.json --auto-approve").expect(0);
    place.recon("plan --sandbox=box.json --detailed-exitcode").expect(0);
}
