//! A lock that somebody else took away, and one whose tags are shown late.

use std::time::Duration;

use recon_acceptance::{World, reference};
use recon_apply::guard::{Guard, Lock};
use recon_apply::journal::{End, Head};
use recon_apply::lock;
use recon_model::plan::Plan;
use recon_sandbox::Lags;
use tempfile::TempDir;

/// A run with a folder of its own, as on a machine of its own.
async fn begun(world: &World, plan: &Plan, folder: &TempDir) -> Guard {
    Guard::begin(world.session(), folder.path(), Head::new("apply", plan, "here"), true).await.unwrap()
}

async fn holder(world: &World) -> Option<String> {
    lock::look(world.session(), &reference().name).await.unwrap().map(|holder| holder.run)
}

async fn world() -> (World, Plan, [TempDir; 2]) {
    let world = World::new().await;
    let plan = world.try_plan(&reference(), &recon_diff::Options::default()).await.unwrap().plan;
    (world, plan, [TempDir::new().unwrap(), TempDir::new().unwrap()])
}

#[tokio::test(start_paused = true)]
async fn whoever_took_the_lock_away_keeps_it() {
    let (world, plan, [here, there]) = world().await;
    let first = begun(&world, &plan, &here).await;
    lock::release(world.session(), &plan.stack).await.unwrap();
    let second = begun(&world, &plan, &there).await;
    let holds = holder(&world).await;
    let Lock::Lost(Some(by)) = first.end(world.session(), End::Done, true).await.unwrap() else {
        panic!("it gave back what was not its own");
    };
    assert_eq!((Some(by.run), holder(&world).await), (holds.clone(), holds));
    assert_eq!(second.end(world.session(), End::Done, true).await.unwrap(), Lock::Given);
    assert_eq!(holder(&world).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_is_gone_is_told() {
    let (world, plan, [here, _]) = world().await;
    let run = begun(&world, &plan, &here).await;
    lock::release(world.session(), &plan.stack).await.unwrap();
    assert_eq!(run.end(world.session(), End::Done, true).await.unwrap(), Lock::Lost(None));
}

/// What is shown of a lock that is new may be the tags of the one before.
#[tokio::test(start_paused = true)]
async fn a_lock_whose_tags_are_late_is_given_back() {
    let (world, plan, [here, there]) = world().await;
    world.sandbox.lag(Lags { tags: Duration::from_secs(10), ..Lags::default() });
    let before = begun(&world, &plan, &here).await;
    assert_eq!(before.end(world.session(), End::Done, true).await.unwrap(), Lock::Given);
    let after = begun(&world, &plan, &there).await;
    assert_eq!(after.end(world.session(), End::Done, true).await.unwrap(), Lock::Given);
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(holder(&world).await, None);
}
