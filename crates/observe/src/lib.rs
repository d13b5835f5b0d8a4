//! Reads an account: everything that a stack names, at once.
//!
//! Each kind's file turns names into AWS's answers and those into specs. No
//! kind waits for another, except where it needs an ARN that only AWS can
//! tell: it then awaits that one resource. The crate knows no mutating call:
//! `recon_aws::ReadOp` cannot be made of one.

mod autoscaling;
mod batch;
mod cloudwatch;
mod codebuild;
mod codecommit;
mod codedeploy;
mod codepipeline;
mod cx;
mod ecr;
mod ecs;
mod elb;
mod events;
mod holdings;
mod iam;
mod in_flight;
mod kms;
mod loader;
mod logs;
mod lookups;
mod namespaces;
mod notifications;
mod orphans;
pub mod pull;
mod s3;
mod servicediscovery;
mod sns;
mod tags;
mod why;

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use recon_aws::{AwsError, Session};
use recon_model::{Address, KindId, Live, Resource, Snapshot, Stack};
use tokio::task::unconstrained;
use tokio::time::sleep;

pub use batch::{Alone, Batch, List};
pub use cx::{Cx, Look, Trouble};
pub use holdings::holdings;
pub use in_flight::{InFlight, in_flight};
pub use loader::Loader;

use orphans::Place;

/// Who wants to know how far the reading is.
pub trait Progress: Sync {
    /// The reading of that kind begins.
    fn reading(&self, kind: &str);
    /// All of that kind is read.
    fn read(&self, kind: &str, count: usize);
}

/// Nobody wants to know.
impl Progress for () {
    fn reading(&self, _: &str) {}
    fn read(&self, _: &str, _: usize) {}
}

/// Everything in the account that has to do with the stack.
///
/// # Errors
/// When AWS cannot be asked who we are; what cannot be read of a single
/// resource is in the snapshot, as [`Live::Unreadable`].
pub async fn observe(
    stack: &Stack,
    session: &Session,
    progress: &dyn Progress,
) -> Result<Snapshot, AwsError> {
    observe_as(stack, session, Look::Close, progress).await
}

/// The same, as closely as is wanted.
///
/// # Errors
/// As [`observe`].
pub async fn observe_as(
    stack: &Stack,
    session: &Session,
    look: Look,
    progress: &dyn Progress,
) -> Result<Snapshot, AwsError> {
    let told = &stack.home.account;
    if told.is_empty() {
        let account = session.account().await?;
        return Ok(of_account(stack, session, account, look, progress).await);
    }
    // the names of what there is follow from the account's number: whether it is the right one is asked beside
    let (snapshot, account) =
        tokio::join!(of_account(stack, session, told, look, progress), session.account());
    match account? {
        account if account == told => Ok(snapshot),
        account => Ok(of_account(stack, session, account, look, progress).await),
    }
}

/// Boxed: the readers of all kinds in one type are too much for those who call this.
fn of_account<'a>(
    stack: &'a Stack,
    session: &'a Session,
    account: &'a str,
    look: Look,
    progress: &'a dyn Progress,
) -> LocalBoxFuture<'a, Snapshot> {
    read_account(stack, session, account, look, progress).boxed_local()
}

async fn read_account(
    stack: &Stack,
    session: &Session,
    account: &str,
    look: Look,
    progress: &dyn Progress,
) -> Snapshot {
    let (loader, region) = (Loader::new(session.reader()), session.region());
    let cx = Cx::new(stack, loader.clone(), region, account, look);
    // who asks for what is known before any answer comes: nobody may be kept from asking by his turn
    let reading = async {
        let (awaited, rest): (Vec<KindId>, _) =
            KindId::ALL.iter().copied().partition(|kind| AWAITED.contains(kind));
        let rest = async {
            sleep(AHEAD).await;
            tokio::join!(
                looked_up(&cx),
                declared(&cx, rest, progress),
                orphans::tagged(&cx),
                session.caller()
            )
        };
        tokio::join!(declared(&cx, awaited, progress), rest)
    };
    let ((), ((), (), tagged, caller)) = unconstrained(reading.boxed_local()).await;
    let caller = caller.ok().and_then(|caller| iam::caller::found(&cx, &caller.arn));
    let mut snapshot = cx.into_snapshot();
    snapshot.caller = caller;
    orphans::resolve(&Place { stack, loader, region, account }, tagged, &mut snapshot).await;
    snapshot
}

/// The same account once more, where nothing but these resources can have changed: of
/// the rest the reading before is believed.
///
/// # Errors
/// When AWS cannot be asked who we are.
pub async fn again(
    stack: &Stack,
    session: &Session,
    before: &Snapshot,
    changed: &BTreeSet<&Address>,
) -> Result<Snapshot, AwsError> {
    let account = session.account().await?.to_string();
    let cx = Cx::new(stack, Loader::new(session.reader()), session.region(), &account, Look::Close);
    before.lookups.iter().for_each(|(address, looked)| cx.put_lookup(address, looked.clone()));
    for (address, live) in before.live.iter().filter(|(address, _)| !changed.contains(address)) {
        cx.put(address, live.clone());
    }
    let reading = |resource: &&Resource| changed.contains(&resource.address);
    join_all(KindId::ALL.iter().map(|kind| kind_of(&cx, *kind, &reading, &()))).await;
    Ok(Snapshot { live: cx.into_snapshot().live, ..before.clone() })
}

/// The same without a search for what is declared no more.
///
/// # Errors
/// When AWS cannot be asked who we are.
pub async fn look(stack: &Stack, session: &Session, progress: &dyn Progress) -> Result<Snapshot, AwsError> {
    let account = session.account().await?.to_string();
    let cx = Cx::new(stack, Loader::new(session.reader()), session.region(), &account, Look::Close);
    let reading = async { tokio::join!(looked_up(&cx), declared(&cx, KindId::ALL.to_vec(), progress)) };
    reading.boxed_local().await;
    Ok(cx.into_snapshot())
}

async fn looked_up(cx: &Cx<'_>) {
    join_all(cx.stack.lookups.values().map(|lookup| lookups::look(cx, lookup))).await;
    lookups::routes(cx).await;
}

async fn declared(cx: &Cx<'_>, kinds: Vec<KindId>, progress: &dyn Progress) {
    join_all(kinds.into_iter().map(|kind| kind_of(cx, kind, &|_| true, progress))).await;
}

/// The only kinds whose reading lasts three answers one after the other, with what they
/// wait for: a listener's attributes wait for the listeners of a load balancer, which wait
/// for its ARN; a notification rule for the list of those of its pipeline. Target groups,
/// for their tags are asked for in one call with the load balancers'.
const AWAITED: [KindId; 6] = [
    KindId::ElbLoadBalancer,
    KindId::ElbTargetGroup,
    KindId::ElbListener,
    KindId::ElbListenerRule,
    KindId::CodepipelinePipeline,
    KindId::NotificationsRule,
];

/// How long before all others their first question leaves: making and signing forty calls
/// takes longer.
const AHEAD: Duration = Duration::from_millis(2);

async fn kind_of(cx: &Cx<'_>, kind: KindId, wanted: &dyn Fn(&&Resource) -> bool, progress: &dyn Progress) {
    let of_kind = cx.stack.resources.values().filter(|resource| resource.kind == kind);
    let resources: Vec<&Resource> = of_kind.filter(wanted).collect();
    if resources.is_empty() {
        return;
    }
    progress.reading(kind.name());
    read(cx, kind, &resources).boxed_local().await;
    // a reader that overlooks one must not hang those who wait for it
    for resource in &resources {
        cx.put(&resource.address, Live::Unreadable("AWS's answer does not mention it".into()));
    }
    progress.read(kind.name(), resources.len());
}

/// Reads resources of one kind. No wildcard: a new kind does not compile before it can be read.
pub(crate) async fn read(cx: &Cx<'_>, kind: KindId, resources: &[&Resource]) {
    match kind {
        KindId::EcsCluster => ecs::cluster::read(cx, resources).await,
        KindId::EcsTaskDefinition => ecs::task_definition::read(cx, resources).await,
        KindId::EcsService => ecs::service::read(cx, resources).await,
        KindId::ElbLoadBalancer => elb::load_balancer::read(cx, resources).await,
        KindId::ElbTargetGroup => elb::target_group::read(cx, resources).await,
        KindId::ElbListener => elb::listener::read(cx, resources).await,
        KindId::ElbListenerRule => elb::listener_rule::read(cx, resources).await,
        KindId::IamRole => iam::role::read(cx, resources).await,
        KindId::CodedeployApplication => codedeploy::application::read(cx, resources).await,
        KindId::CodedeployDeploymentGroup => codedeploy::deployment_group::read(cx, resources).await,
        KindId::CodedeployDeploymentConfig => codedeploy::deployment_config::read(cx, resources).await,
        KindId::LogsLogGroup => logs::log_group::read(cx, resources).await,
        KindId::CodecommitRepository => codecommit::repository::read(cx, resources).await,
        KindId::EcrRepository => ecr::repository::read(cx, resources).await,
        KindId::CodebuildProject => codebuild::project::read(cx, resources).await,
        KindId::CodepipelinePipeline => codepipeline::pipeline::read(cx, resources).await,
        KindId::EventsRule => events::rule::read(cx, resources).await,
        KindId::S3Bucket => s3::bucket::read(cx, resources).await,
        KindId::ServicediscoveryNamespace => servicediscovery::namespace::read(cx, resources).await,
        KindId::KmsKey => kms::key::read(cx, resources).await,
        KindId::IamPolicy => iam::policy::read(cx, resources).await,
        KindId::IamUser => iam::user::read(cx, resources).await,
        KindId::IamGroup => iam::group::read(cx, resources).await,
        KindId::IamServiceCredential => iam::service_credential::read(cx, resources).await,
        KindId::SnsTopic => sns::topic::read(cx, resources).await,
        KindId::NotificationsRule => notifications::rule::read(cx, resources).await,
        KindId::AutoscalingTarget => autoscaling::target::read(cx, resources).await,
        KindId::AutoscalingPolicy => autoscaling::policy::read(cx, resources).await,
        KindId::CloudwatchAlarm => cloudwatch::alarm::read(cx, resources).await,
    }
}

/// The address that a tag names, if its kind is one of ours.
pub(crate) fn kind_of_address(text: &str) -> Option<(Address, KindId)> {
    let address: Address = text.parse().ok()?;
    let kind = KindId::named(&address.kind)?;
    Some((address, kind))
}
