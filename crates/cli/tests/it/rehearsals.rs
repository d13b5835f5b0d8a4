//! Plans tried out in a copy of the account.

use super::behaviour::Place;

#[test]
fn a_plan_for_an_empty_account_is_rehearsed_and_nothing_is_touched() {
    let place = Place::with_the_reference_stack();
    let ran = place.recon("plan --sandbox --rehearse").expect(0);
    assert!(ran.out().contains("rehearsed: "), "{}", ran.out());
    assert!(!place.path(".recon/sandbox.json").exists());
}

/// The copy's password is nobody's, and a plan writes nothing.
#[test]
fn a_rehearsal_writes_no_file() {
    let place = Place::with_the_reference_stack();
    let service = "service_name = \"codecommit.amazonaws.com\"";
    place.edit("desired/source.toml", service, &format!("{service}\npassword_file = \"password\""));
    let ran = place.recon("plan --sandbox --rehearse").expect(0);
    assert!(ran.out().contains("rehearsed: "), "{}", ran.out());
    assert!(!place.path("desired/password").exists());
    place.recon("apply --sandbox --rehearse --auto-approve").expect(0);
    assert!(place.path("desired/password").exists());
}

#[test]
fn a_change_of_what_is_there_is_rehearsed_in_a_copy() {
    let place = Place::with_the_reference_stack();
    place.edit(
        "desired/ecs.toml",
        "desired_count                     = 0",
        "desired_count                     = 2",
    );
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit(
        "desired/elb.toml",
        "health_check_path = \"/health-check\"",
        "health_check_path = \"/health\"",
    );
    place.edit("desired/taskdef.json", "Asia/Seoul", "UTC");
    let ran = place.recon("plan --sandbox --rehearse").expect(0);
    assert!(ran.out().contains("rehearsed: 3 steps went through"), "{}", ran.out());
    place.recon("apply --sandbox --rehearse --auto-approve").expect(0);
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
}

#[test]
fn what_aws_would_refuse_is_named_with_its_step_and_nothing_is_begun() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    let key = "kms_key = { arn = \"arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab\" }";
    let name = "name              = \"/ecs/test-api-td-prod\"";
    place.edit("desired/ecs.toml", name, &format!("{name}\n{key}"));
    let ran = place.recon("plan --sandbox --rehearse").expect(1);
    assert!(ran.out().contains("rehearsal failed: AWS would refuse"), "{}", ran.out());
    assert!(ran.out().contains("logs.log_group.api (updating): logs AssociateKmsKey"), "{}", ran.out());
    let ran = place.recon("apply --sandbox --rehearse --auto-approve").expect(1);
    assert!(ran.err().contains("nothing was done: "), "{}", ran.err());
    let live = place.recon("plan --sandbox --format json").expect(0).json();
    assert_eq!(live["summary"]["update"], 1, "it was not begun: {live}");
}
