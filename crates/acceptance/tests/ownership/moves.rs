//! `moved`: another label, and in AWS only the tag that says it.

use recon_acceptance::{World, address, outline, stack, touched};
use recon_model::plan::Action;

use crate::{Case, written};

/// The resource under another label, with or without the word that it is the same.
fn renamed(case: &Case, moved: bool) -> String {
    let to = format!("{}.renamed", case.kind());
    let toml = format!("{}\n{}", case.around, case.it.replace(&case.resource, &to));
    if !moved {
        return toml;
    }
    format!("moved = [{{ from = \"{}\", to = \"{to}\" }}]\n{toml}", case.resource)
}

#[tokio::test(start_paused = true)]
async fn a_moved_resource_of_any_kind_gets_another_tag_and_nothing_else() {
    for case in Case::all() {
        let world = World::new().await;
        world.converge(&stack(&case.whole())).await;
        let before = world.sandbox.state().remains();
        world.sandbox.record(true);
        let other = stack(&renamed(&case, true));
        let planned = world.plan(&other).await;
        let to = address(&format!("{}.renamed", case.kind()));
        assert_eq!(touched(&planned.plan), [format!("update {to}")], "{}", outline(&planned.plan));
        let because = planned.plan.step(&to).unwrap().action.because()[0].clone();
        assert_eq!(because.code, "MOVED");
        assert!(because.text.contains(&case.resource), "{}", because.text);
        world.converge(&other).await;
        let by_tags = |name: &String| {
            name.contains("Tag") || (name == "UpdateProject" && case.kind() == "codebuild.project")
        };
        assert!(written(&world).iter().all(by_tags), "{}: {:?}", case.resource, written(&world));
        assert_eq!(world.sandbox.state().remains(), before);
        // the word can go again, and the resource after it
        assert!(world.plan(&stack(&renamed(&case, false))).await.plan.is_empty(), "{to}");
        let removed = world.plan(&stack(&case.around)).await;
        assert!(
            removed.plan.step(&to).is_some_and(|step| matches!(step.action, Action::Delete(_))),
            "{}",
            outline(&removed.plan)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_move_with_another_name_in_aws_is_still_the_same_resource() {
    let world = World::new().await;
    world.converge(&stack("[ecs.cluster.a]\nname = \"a\"\n")).await;
    let toml =
        "moved = [{ from = \"ecs.cluster.a\", to = \"ecs.cluster.b\" }]\n[ecs.cluster.b]\nname = \"b\"\n";
    let planned = world.plan(&stack(toml)).await;
    assert_eq!(touched(&planned.plan), ["replace ecs.cluster.b name"], "{}", outline(&planned.plan));
    world.converge(&stack(toml)).await;
    assert_eq!(world.sandbox.state().remains().len(), 1);
}
