//! `prevent_destroy`: whatever would end the resource is refused in the plan.

use recon_acceptance::{Planned, World, address, outline, stack};
use recon_diff::Options;
use recon_model::plan::Action;

use crate::Case;

const SERVICE: &str = r#"
    [ecs.cluster.c]
    name = "NAME"
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
    prevent_destroy = true
"#;

fn assert_prevented(planned: &Planned, resource: &str) {
    let step = planned.plan.step(&address(resource)).unwrap();
    assert!(matches!(step.action, Action::Blocked(_)), "{}", outline(&planned.plan));
    assert_eq!(step.action.because()[0].code, "PREVENT_DESTROY", "{}", outline(&planned.plan));
}

/// The same with the word in it.
fn prevented(case: &Case) -> String {
    let (head, rest) = case.it.split_once("]\n").unwrap();
    format!("{}\n{head}]\nprevent_destroy = true\n{rest}", case.around)
}

#[tokio::test(start_paused = true)]
async fn no_kind_is_destroyed_or_replaced_against_the_word() {
    for case in Case::all() {
        let world = World::new().await;
        let kept = stack(&prevented(&case));
        world.converge(&kept).await;
        let destroy = Options { destroy: true, ..Options::default() };
        assert_prevented(&world.plan_with(&kept, &destroy).await, &case.resource);
        let replace = Options { replace: vec![address(&case.resource)], ..Options::default() };
        assert_prevented(&world.plan_with(&kept, &replace).await, &case.resource);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_it_needs_ends_either_when_the_stack_is_destroyed() {
    let world = World::new().await;
    let kept = stack(SERVICE);
    world.converge(&kept).await;
    let planned = world.plan_with(&kept, &Options { destroy: true, ..Options::default() }).await;
    assert_prevented(&planned, "ecs.service.api");
    assert!(planned.plan.blocked().count() >= 1);
}

const LISTENER: &str = r#"
    [elb.listener.l]
    load_balancer = PARENT
    port = 80
    protocol = "HTTP"
    default_actions = [{ type = "fixed-response", fixed_response_config = { status_code = "404" } }]
    prevent_destroy = true
"#;

#[tokio::test(start_paused = true)]
async fn what_it_stands_on_does_not_end_under_it() {
    let balancer = "[elb.load_balancer.lb]\nname = \"lb\"\ntype = \"application\"\nsubnets = \"public\"\n";
    let whole = stack(&format!("{balancer}{}", LISTENER.replace("PARENT", "\"lb\"")));
    let world = World::new().await;
    let planned = world.converge(&whole).await;
    drop(planned);
    let again = world.plan(&whole).await;
    let arn =
        again.snapshot.found(&address("elb.load_balancer.lb")).unwrap().export("arn").unwrap().to_string();
    // the load balancer is declared no more, and the listener names it by its ARN
    let removed = stack(&LISTENER.replace("PARENT", &format!("{{ arn = \"{arn}\" }}")));
    let planned = world.plan(&removed).await;
    assert_prevented(&planned, "elb.load_balancer.lb");
    let destroy =
        Options { destroy: true, targets: vec![address("elb.load_balancer.lb")], ..Options::default() };
    assert_prevented(&world.plan_with(&whole, &destroy).await, "elb.load_balancer.lb");
}

#[tokio::test(start_paused = true)]
async fn a_replacement_by_cascade_is_refused_too() {
    let world = World::new().await;
    world.converge(&stack(SERVICE)).await;
    let other_name = world.plan(&stack(&SERVICE.replace("NAME", "OTHER"))).await;
    assert_prevented(&other_name, "ecs.service.api");
    let replace = Options { replace: vec![address("ecs.cluster.c")], ..Options::default() };
    let planned = world.plan_with(&stack(SERVICE), &replace).await;
    // what would end the service with it does not begin
    let step = planned.plan.step(&address("ecs.cluster.c")).unwrap();
    assert!(matches!(step.action, Action::Blocked(_)), "{}", outline(&planned.plan));
    assert!(step.action.because()[0].text.contains("ecs.service.api"), "{}", outline(&planned.plan));
    assert_eq!(planned.plan.summary.replace + planned.plan.summary.delete, 0, "{}", outline(&planned.plan));
}
