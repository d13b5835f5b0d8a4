//! `recon policy`, through the binary.

use super::behaviour::Place;
use super::build::snapshot;

#[test]
fn the_policy_of_each_phase() {
    let place = Place::with_the_reference_stack();
    for phase in ["plan", "apply", "destroy"] {
        let run = place.recon(&format!("policy {phase}")).expect(0);
        snapshot("policy", &format!("{phase}.json"), &run.out());
        let length = run.json().to_string().len();
        assert_eq!(run.err().contains("managed policy of IAM takes 6144"), length > 6144, "{}", run.err());
        let parts = place.recon(&format!("policy {phase} --split")).expect(0).json();
        let parts = parts.as_array().unwrap();
        assert!(parts.iter().all(|part| part.to_string().len() <= 6144), "{phase}");
        let count = |document: &serde_json::Value| document["Statement"].as_array().unwrap().len();
        assert_eq!(parts.iter().map(count).sum::<usize>(), count(&run.json()));
    }
}

#[test]
fn the_policy_of_a_kept_plan_deletes_what_the_plan_does() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    std::fs::remove_file(place.path("desired/notifications.toml")).unwrap();
    place.recon("plan --sandbox --out plan").expect(0);
    let policy = place.recon("policy apply plan").expect(0).out();
    assert!(policy.contains("codestar-notifications:DeleteNotificationRule"), "{policy}");
    assert!(policy.contains("sns:DeleteTopic"), "{policy}");
    for other in ["iam:PassRole", "iam:CreateRole", "ecs:UpdateService", "sns:CreateTopic"] {
        assert!(!policy.contains(other), "{other} in {policy}");
    }
    let error = place.recon("policy plan plan").expect(1).err();
    assert!(error.contains("recon policy apply PLAN"), "{error}");
}
