//! Replacements that leave nothing running for a while.

use super::behaviour::Place;

#[test]
fn an_outage_is_told_with_its_minutes_and_needs_a_word() {
    let place = Place::with_the_reference_stack();
    place.edit(
        "desired/ecs.toml",
        "desired_count                     = 0",
        "desired_count                     = 2",
    );
    place.recon("apply --sandbox --auto-approve").expect(0);
    let replace = "--sandbox --replace ecs.service.api";
    let shown = place.recon(&format!("plan {replace}")).expect(0).out();
    assert!(shown.contains("! OUTAGE ~12 min ecs.service.api: no service meanwhile"), "{shown}");
    assert!(shown.contains("1. no service: the old tasks take no new request and drain"), "{shown}");
    let plan = place.recon(&format!("plan --format json {replace}")).expect(0).json();
    let steps = plan["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["address"] == "ecs.service.api").unwrap();
    assert_eq!(step["outage_seconds"], 680);
    assert_eq!(step["stages"].as_array().unwrap().len(), 4);
    let err = place.recon(&format!("apply --auto-approve {replace}")).expect(1).err();
    assert!(err.contains("no service for a while: ecs.service.api ~12 min"), "{err}");
    assert!(err.contains("--allow-outage"), "{err}");
    place.recon(&format!("apply --auto-approve --allow-outage {replace}")).expect(0);
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
}
