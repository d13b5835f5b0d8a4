//! What holds for all kinds, one after the other.

use std::collections::BTreeSet;

use recon_acceptance::{World, address, outline, stack, stack_named, touched};
use recon_diff::Options;
use recon_model::KindId;
use recon_model::plan::Action;

use crate::{Case, disown, marks, written};

#[test]
fn no_kind_is_left_out() {
    let told: BTreeSet<String> = Case::all().iter().map(|case| case.kind().to_string()).collect();
    let all: BTreeSet<String> = KindId::ALL.iter().map(|kind| kind.name().to_string()).collect();
    assert_eq!(told, all);
}

/// What AWS keeps of these after their end, and they are gone all the same.
const LEAVES_A_TRACE: [&str; 4] =
    ["ecs.task_definition", "ecs.service", "kms.key", "servicediscovery.namespace"];

#[tokio::test(start_paused = true)]
async fn what_is_taken_out_of_the_toml_is_found_and_deleted_and_nothing_else() {
    for case in Case::all() {
        let world = World::new().await;
        let around = stack(&case.around);
        world.converge(&around).await;
        let (remains, tags) = (world.sandbox.state().remains(), marks(&world));
        world.converge(&stack(&case.whole())).await;
        let planned = world.plan(&around).await;
        assert_eq!(
            touched(&planned.plan),
            [format!("delete {}", case.resource)],
            "{}",
            outline(&planned.plan)
        );
        world.converge(&around).await;
        assert_eq!(world.sandbox.state().remains(), remains, "{}", case.resource);
        if !LEAVES_A_TRACE.contains(&case.kind()) {
            assert_eq!(marks(&world), tags, "{}", case.resource);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_whole_stack_goes_when_all_of_it_is_taken_out() {
    for case in Case::all() {
        let world = World::new().await;
        world.converge(&stack(&case.whole())).await;
        world.converge(&stack("")).await;
        assert_eq!(world.sandbox.state().remains(), Vec::<String>::new(), "{}", case.resource);
    }
}

#[tokio::test(start_paused = true)]
async fn what_nobody_owns_is_not_taken_over_silently() {
    for case in Case::all() {
        let world = World::new().await;
        let whole = stack(&case.whole());
        world.converge(&whole).await;
        disown(&world);
        let planned = world.plan(&whole).await;
        let step = planned.plan.step(&address(&case.resource)).unwrap();
        let because = step.action.because()[0].clone();
        assert!(matches!(step.action, Action::Blocked(_)), "{}", outline(&planned.plan));
        assert_eq!(because.code, "NOT_OWNED", "{}", outline(&planned.plan));
        assert!(because.text.contains(&format!("recon adopt {}", case.resource)), "{}", because.text);
        // and nothing that is taken out is anybody's to delete
        assert!(world.plan(&stack("")).await.plan.is_empty(), "{}", case.resource);
    }
}

#[tokio::test(start_paused = true)]
async fn adopting_writes_whose_it_is_and_nothing_else() {
    for case in Case::all() {
        let world = World::new().await;
        let whole = stack(&case.whole());
        world.converge(&whole).await;
        disown(&world);
        world.sandbox.record(true);
        let adopt = vec![address(&case.resource)];
        let planned = world.plan_with(&whole, &Options { adopt, ..Options::default() }).await;
        assert_eq!(
            touched(&planned.plan),
            [format!("adopt {}", case.resource)],
            "{}",
            outline(&planned.plan)
        );
        let report = world.try_apply(&planned).await;
        assert!(report.is_whole(), "{report:#?}");
        let by_tags = |name: &String| {
            name.contains("Tag") || (name == "UpdateProject" && case.kind() == "codebuild.project")
        };
        assert!(written(&world).iter().all(by_tags), "{}: {:?}", case.resource, written(&world));
        let after = world.plan(&whole).await;
        let step = after.plan.step(&address(&case.resource)).unwrap();
        let waits = step.action.because().iter().any(|because| because.code == "BLOCKED_NEED");
        assert!(step.action == Action::Keep || waits, "{}", outline(&after.plan));
        // taken out now, it goes
        let removed = world.plan(&stack(&case.around)).await;
        let step = removed.plan.step(&address(&case.resource));
        assert!(
            step.is_some_and(|step| matches!(step.action, Action::Delete(_))),
            "{}",
            outline(&removed.plan)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn adopt_in_the_toml_takes_over_within_an_apply() {
    for case in Case::all() {
        let world = World::new().await;
        world.converge(&stack(&case.around)).await;
        world.converge(&stack(&case.whole())).await;
        disown(&world);
        world.converge(&stack(&adopting(&case.whole()))).await;
        let planned = world.plan(&stack(&case.whole())).await;
        assert!(planned.plan.is_empty(), "{}", outline(&planned.plan));
    }
}

/// `adopt = true` below the head of every table.
fn adopting(toml: &str) -> String {
    let line = |line: &str| match line.starts_with('[') {
        true => format!("{line}\nadopt = true\n"),
        false => format!("{line}\n"),
    };
    toml.lines().map(line).collect()
}

#[tokio::test(start_paused = true)]
async fn two_stacks_that_claim_one_resource_are_both_named() {
    for case in Case::all() {
        let world = World::new().await;
        world.converge(&stack_named("first", &case.whole())).await;
        let second = stack_named("second", &case.whole());
        for options in
            [Options::default(), Options { adopt: vec![address(&case.resource)], ..Options::default() }]
        {
            // a user may have two credentials: what both stacks claim is the user
            if case.kind() == "iam.service_credential" {
                continue;
            }
            let planned = world.plan_with(&second, &options).await;
            let step = planned.plan.step(&address(&case.resource)).unwrap();
            let because = step.action.because()[0].clone();
            assert!(matches!(step.action, Action::Blocked(_)), "{}", outline(&planned.plan));
            assert_eq!(because.code, "OWNED_BY_OTHER", "{}", outline(&planned.plan));
            assert!(
                because.text.contains("`first`") && because.text.contains("`second`"),
                "{}",
                because.text
            );
        }
        // the second, emptied, leaves the first alone
        assert!(world.plan(&stack_named("second", "")).await.plan.is_empty(), "{}", case.resource);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_cannot_be_adopted() {
    for case in Case::all() {
        let world = World::new().await;
        let adopt = vec![address(&case.resource)];
        let planned = world.plan_with(&stack(&case.whole()), &Options { adopt, ..Options::default() }).await;
        let step = planned.plan.step(&address(&case.resource)).unwrap();
        assert_eq!(step.action.because()[0].code, "NOTHING_THERE", "{}", outline(&planned.plan));
        assert!(matches!(step.action, Action::Blocked(_)), "{}", outline(&planned.plan));
    }
}
