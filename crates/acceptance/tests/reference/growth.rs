//! How a plan's calls grow with copies of the reference stack, counted by the sandbox.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use recon_acceptance::{World, read, root};
use recon_aws::{AwsError, Options, Session};
use recon_model::{KindId, Stack, Tree};
use recon_observe::Look;
use recon_sandbox::{Fault, Refusal};
use tokio::time::Instant;

use super::calls::{LATENCY, far};

#[path = "../../../rules/benches/copies/mod.rs"]
mod copies;

fn copied(count: usize) -> Stack {
    read(copies::copies(&root().join("desired"), count).path())
}

/// Calls of AWS's batches and pages, and of what it has neither for (`api-budget`): one
/// cluster a copy, so no two services go together.
fn formula(stack: &Stack) -> usize {
    let n = |kind: KindId| stack.resources.values().filter(|resource| resource.kind == kind).count();
    let pages = |count: usize, most: usize| count.div_ceil(most);
    let tagged = stack.resources.values().filter(|resource| resource.kind.kind().tagged).count();
    let iam = [KindId::IamRole, KindId::IamUser, KindId::IamGroup, KindId::IamPolicy].map(n);
    let together = pages(n(KindId::CodebuildProject), 100)
        + pages(n(KindId::CodecommitRepository), 100)
        + pages(n(KindId::CodedeployApplication), 100)
        + pages(n(KindId::EcsCluster), 100)
        + pages(n(KindId::LogsLogGroup), 50)
        + pages(n(KindId::EcrRepository), 1000)
        + pages(n(KindId::ElbLoadBalancer), 400)
        + pages(n(KindId::ElbTargetGroup), 400)
        + pages(n(KindId::ServicediscoveryNamespace), 100)
        + pages(iam.iter().sum(), 1000)
        + pages(n(KindId::IamRole), 1000)
        + pages(tagged, 100);
    let alone = n(KindId::EcsTaskDefinition)
        + n(KindId::EcsService)
        + n(KindId::CodedeployDeploymentGroup)
        + n(KindId::CodepipelinePipeline)
        + n(KindId::CodecommitRepository)
        + 2 * n(KindId::NotificationsRule)
        + 2 * n(KindId::EcrRepository)
        + 2 * n(KindId::EventsRule)
        + 7 * n(KindId::S3Bucket)
        + n(KindId::SnsTopic)
        + n(KindId::IamServiceCredential)
        // its listeners and its attributes; attributes; attributes and rules
        + 2 * n(KindId::ElbLoadBalancer)
        + n(KindId::ElbTargetGroup)
        + 2 * n(KindId::ElbListener);
    // who we are, and a question for each kind of lookup
    together + alone + 1 + 3
}

/// What a second look at an account of so many copies asks.
async fn looked(
    world: &World,
    session: &Session,
    stack: &Stack,
) -> Result<BTreeMap<String, usize>, AwsError> {
    world.sandbox.record(true);
    let snapshot = recon_observe::observe_as(stack, session, Look::Glance, &()).await?;
    assert!(recon_diff::plan(stack, &snapshot, &recon_diff::Options::default()).is_empty());
    let (mut calls, mut seen) = (BTreeMap::new(), std::collections::HashSet::new());
    for call in world.sandbox.take_log().into_iter().filter(|call| call.outcome.is_ok()) {
        let question = format!("{} {} {}", call.service, call.operation, call.input);
        assert!(seen.insert(question.clone()), "asked twice: {question}");
        *calls.entry(format!("{} {}", call.service, call.operation)).or_default() += 1;
    }
    world.sandbox.record(false);
    Ok(calls)
}

async fn far_from(world: &World, stack: &Stack) -> Session {
    let http = Some(far(&world.sandbox));
    let region = Some(stack.home.region.clone());
    let options = Options { region, profile: None, max_in_flight: 4096, http };
    Session::connect(options).await.unwrap()
}

/// AWS's rates as `quota` halves them, spent by this client alone.
struct Rates(Mutex<HashMap<&'static str, (f64, Instant)>>);

impl Rates {
    /// Burst and rate of an operation's bucket; of those that AWS publishes none for, what is taken for true.
    fn of(service: &str, operation: &str) -> (&'static str, f64, f64) {
        match (service, operation) {
            ("ecs", "DescribeClusters") => ("cluster", 50.0, 20.0),
            ("ecs", "DescribeServices") => ("service", 100.0, 20.0),
            ("ecs", _) => ("task definition", 50.0, 20.0),
            ("elbv2", _) => ("elb", 40.0, 10.0),
            ("iam", _) => ("iam", 15.0, 5.0),
            ("codepipeline", _) => ("pipeline", 10.0, 5.0),
            ("codedeploy", _) => ("codedeploy", 10.0, 5.0),
            ("codecommit", _) => ("codecommit", 10.0, 5.0),
            ("events", _) => ("events", 10.0, 5.0),
            ("s3", _) => ("s3", 100.0, 100.0),
            _ => ("rest", 1000.0, 1000.0),
        }
    }

    fn refuses(&self, service: &str, operation: &str) -> bool {
        let (bucket, burst, rate) = Self::of(service, operation);
        let (mut all, now) = (self.0.lock().unwrap(), Instant::now());
        let (tokens, at) = all.entry(bucket).or_insert((burst, now));
        *tokens = (*tokens + (now - *at).as_secs_f64() * rate).min(burst);
        *at = now;
        let refuses = *tokens < 1.0;
        if !refuses {
            *tokens -= 1.0;
        }
        refuses
    }
}

#[tokio::test(start_paused = true)]
async fn calls_grow_as_aws_batches_them_and_nothing_is_asked_twice() {
    let mut counted = Vec::new();
    for count in [1, 4] {
        let (stack, world) = (copied(count), World::new().await);
        world.converge(&stack).await;
        let session = far_from(&world, &stack).await;
        let calls = looked(&world, &session, &stack).await.unwrap();
        let (total, expected) = (calls.values().sum::<usize>(), formula(&stack));
        assert!(total.abs_diff(expected) * 10 <= expected, "{count}: {total}, not {expected}: {calls:#?}");
        println!("{count} copies: {total} calls, {expected} by the formula");
        counted.push(total);
    }
    // what one copy adds is what AWS has no batch for
    assert!((counted[1] - counted[0]) / 3 <= 28, "{counted:?}");
}

#[tokio::test(start_paused = true)]
async fn at_aws_rates_hardly_any_call_is_throttled() {
    let (stack, world) = (copied(4), World::new().await);
    world.converge(&stack).await;
    let rates = Rates(Mutex::default());
    world.sandbox.on_call(Box::new(move |call| {
        let slow = || Fault::Refuse(Refusal::new(400, "ThrottlingException", "Rate exceeded"));
        rates.refuses(call.service, call.operation).then(slow)
    }));
    let session = far_from(&world, &stack).await;
    let start = Instant::now();
    looked(&world, &session, &stack).await.unwrap();
    let calls = session.calls();
    println!(
        "{} calls, {} of them throttled, in {:.1} s",
        calls.total,
        calls.throttled,
        start.elapsed().as_secs_f64()
    );
    assert!(calls.throttled * 100 <= calls.total, "{} of {}", calls.throttled, calls.total);
    // and no more time is left than the rates ask for: half of them, of which the burst is free
    let elb =
        calls.operations.iter().filter(|(name, _)| name.starts_with("elbv2")).map(|(_, n)| n).sum::<u64>();
    let least = (elb as f64 - 20.0) / 5.0;
    assert!(start.elapsed().as_secs_f64() < least.max(3.0) * 1.5 + LATENCY.as_secs_f64() * 3.0);
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_of_a_big_stack_is_no_reason_to_read_all_of_it() {
    let (mut stack, world) = (copied(4), World::new().await);
    world.converge(&stack).await;
    let group = stack.resources.values_mut().find(|resource| resource.kind == KindId::LogsLogGroup).unwrap();
    let Tree::Map(spec) = &mut group.spec else { unreachable!("a document is a map") };
    spec.insert("retention_in_days".into(), Tree::Scalar(7.into()));
    let planned = world.plan(&stack).await;
    world.sandbox.on_call(Box::new(|call| {
        let full = || Fault::Refuse(Refusal::bad("LimitExceededException", "too many of them"));
        (call.operation == "PutRetentionPolicy").then(full)
    }));
    world.sandbox.record(true);
    let report = world.try_apply(&planned).await;
    assert!(!report.is_whole());
    let asked = world.sandbox.take_log();
    let others = asked.iter().filter(|call| !["logs", "sts"].contains(&call.service.as_str()));
    assert_eq!(others.count(), 0, "{asked:#?}");
    assert!(asked.iter().any(|call| call.operation == "DescribeLogGroups"), "it looked: {asked:#?}");
}
