//! A glance comes to the same plan as a close look, with fewer calls.

use std::time::Duration;

use recon_acceptance::{World, address, outline, reference, touched};
use recon_diff::Options;
use recon_model::{KindId, Live, STACK_TAG, Stack, Tree};
use recon_sandbox::{Fault, Lags, Refusal};
use serde_json::json;

/// Both plans; they must be one.
async fn planned(world: &World, stack: &Stack, options: &Options) -> Vec<String> {
    let glance = world.glance(stack, options).await;
    let close = world.plan_with(stack, options).await;
    assert_eq!(outline(&glance.plan), outline(&close.plan));
    touched(&glance.plan)
}

fn tagged(stack: &Stack, text: &str) -> Stack {
    let mut stack = stack.clone();
    for resource in stack.resources.values_mut().filter(|r| r.kind.kind().tagged) {
        let Tree::Map(spec) = &mut resource.spec else { continue };
        let tags = spec.entry("tags".into()).or_insert_with(|| Tree::Map(Default::default()));
        if let Tree::Map(tags) = tags {
            tags.insert("Seen".into(), Tree::text(text));
        }
    }
    stack
}

#[tokio::test(start_paused = true)]
async fn a_glance_sees_every_tag_that_is_not_as_declared() {
    let world = World::new().await;
    world.converge(&tagged(&reference(), "before")).await;
    let kinds = |kind: KindId| kind.kind().tagged;
    let all = reference().resources.values().filter(|resource| kinds(resource.kind)).count();
    assert!(all > 20);
    for other in [tagged(&reference(), "after"), reference()] {
        assert_eq!(planned(&world, &other, &Options::default()).await.len(), all);
    }
    assert!(planned(&world, &tagged(&reference(), "before"), &Options::default()).await.is_empty());
}

/// Another stack's, or nobody's, is not taken for the own.
#[tokio::test(start_paused = true)]
async fn a_glance_sees_whose_a_resource_is() {
    let world = World::new().await;
    world.converge(&reference()).await;
    let mut other = reference();
    other.name = "another".into();
    assert!(planned(&world, &other, &Options::default()).await.len() > 20);
    let groups = world.sandbox.call("logs", "DescribeLogGroups", "ap-northeast-2", &json!({})).unwrap();
    let untag = json!({"resourceArn": groups["logGroups"][0]["logGroupArn"], "tagKeys": [STACK_TAG]});
    world.sandbox.call("logs", "UntagResource", "ap-northeast-2", &untag).unwrap();
    assert_eq!(planned(&world, &reference(), &Options::default()).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_glance_at_an_empty_account_and_at_leftovers_comes_to_the_same_plan() {
    let world = World::new().await;
    assert!(planned(&world, &reference(), &Options::default()).await.len() > 20);
    world.converge(&reference()).await;
    let mut less = reference();
    less.resources.retain(|address, _| address.kind != "events.rule" && address.kind != "elb.listener");
    planned(&world, &less, &Options::default()).await;
    planned(&world, &reference(), &Options { destroy: true, ..Options::default() }).await;
}

/// What would be lost is asked when something ends.
#[tokio::test(start_paused = true)]
async fn a_glance_knows_what_a_deletion_would_lose() {
    let world = World::new().await;
    let mut kept = reference();
    for resource in kept.resources.values_mut() {
        if let Tree::Map(spec) = &mut resource.spec {
            spec.remove("force_delete");
        }
    }
    world.converge(&kept).await;
    let bucket = kept.resources.values().find(|r| r.kind == KindId::S3Bucket).unwrap().name();
    let put = json!({"Bucket": bucket, "Key": "source.zip"});
    world.sandbox.call("s3", "PutObject", "ap-northeast-2", &put).unwrap();
    let destroy = Options { destroy: true, ..Options::default() };
    planned(&world, &kept, &destroy).await;
    let glance = world.glance(&kept, &destroy).await;
    let step = glance.plan.step(&address("s3.bucket.artifacts")).unwrap();
    assert_eq!(step.action.because()[0].code, "HOLDS", "{}", outline(&glance.plan));
    let replace = Options { replace: vec![address("s3.bucket.artifacts")], ..Options::default() };
    planned(&world, &kept, &replace).await;
}

/// Where the search is forbidden, each resource is asked.
#[tokio::test(start_paused = true)]
async fn without_the_search_every_resource_is_asked_for_its_tags() {
    let world = World::new().await;
    world.converge(&reference()).await;
    world.sandbox.on_call(Box::new(|call| {
        let denied =
            Refusal::new(400, "AccessDeniedException", "not authorized to perform: tag:GetResources");
        (call.service == "resourcegroupstaggingapi").then_some(Fault::Refuse(denied))
    }));
    let glance = world.glance(&reference(), &Options::default()).await;
    assert!(glance.plan.is_empty(), "{}", outline(&glance.plan));
    assert!(glance.snapshot.live.values().all(|live| matches!(live, Live::Present(_))));
    assert!(!glance.snapshot.blind.is_empty());
}

/// The search still shows what was before; that is not what is declared, so each is asked.
#[tokio::test(start_paused = true)]
async fn a_search_that_lags_makes_up_no_difference() {
    let world = World::new().await;
    world.converge(&tagged(&reference(), "before")).await;
    world.sandbox.lag(Lags { tags: Duration::from_secs(60), ..Lags::default() });
    let after = tagged(&reference(), "after");
    world.apply(&after).await;
    planned(&world, &after, &Options::default()).await;
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(planned(&world, &after, &Options::default()).await.is_empty());
}
