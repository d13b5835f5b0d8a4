//! What carries the stack's tag and is declared no more.
//!
//! AWS's tag search covers most services in one call, but it is incomplete and
//! lags behind. What IAM holds comes from its own dump, listeners and rules from
//! the declared load balancers and listeners that they stand on; whatever the
//! search names is read before it is believed.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use futures_util::future::join_all;
use recon_aws::AwsError;
use recon_model::schema::Home;
use recon_model::{
    Address, Found, KindId, Live, Orphan, Owner, Resource, Settings, Snapshot, Spans, Stack, Tree,
};

use crate::cx::Look;
use crate::loader::Loader;
use crate::tags::Tags;
use crate::{
    Cx, autoscaling, codedeploy, elb, iam, kind_of_address, kms, notifications, read, servicediscovery,
};

/// ARNs that carry the stack's tag, with their owner's mark.
pub async fn tagged(cx: &Cx<'_>) -> Vec<(String, Owner)> {
    let (search, (), ()) = tokio::join!(cx.search(), iam::strangers(cx), elb::strangers::find(cx));
    let owned = |(arn, tags): (&String, &Tags)| Some((arn.clone(), tags.owner()?));
    match search {
        Ok(search) => {
            let mut owned: Vec<(String, Owner)> = search.iter().filter_map(owned).collect();
            owned.sort_by(|one, other| one.0.cmp(&other.0));
            owned
        }
        Err(error) => {
            cx.blind(format!("the search by tag: {error}"));
            Vec::new()
        }
    }
}

/// Where a reading takes place.
pub struct Place<'a> {
    pub stack: &'a Stack,
    pub loader: Loader,
    pub region: &'a str,
    pub account: &'a str,
}

/// Adds to the snapshot what the search found and no declaration explains.
pub async fn resolve(place: &Place<'_>, tagged: Vec<(String, Owner)>, snapshot: &mut Snapshot) {
    let mut explained: BTreeSet<String> =
        snapshot.live.values().filter_map(|live| live.found()?.export("arn")).map(family).collect();
    explained.extend(snapshot.orphans.iter().filter_map(|orphan| orphan.found.export("arn")).map(family));
    let mut by_kind: BTreeMap<KindId, Vec<(String, Address)>> = BTreeMap::new();
    for (arn, owner) in tagged {
        if let Some((address, kind)) = kind_of_address(&owner.address)
            && explained.insert(family(&arn))
        {
            by_kind.entry(kind).or_default().push((arn, address));
        }
    }
    let found = by_kind.iter().map(|(kind, wanted)| leftovers(place, *kind, wanted));
    for (found, kind) in join_all(found).await.into_iter().zip(by_kind.keys()) {
        match found {
            Ok(found) => snapshot.orphans.extend(found),
            Err(error) => snapshot.blind.push(format!("{}: {error}", kind.name())),
        }
    }
    let cx = Cx::new(place.stack, place.loader.clone(), place.region, place.account, Look::Close);
    if let Err(error) = autoscaling::policy::strangers(&cx, snapshot).await {
        snapshot.blind.push(format!("{}: {error}", KindId::AutoscalingPolicy.name()));
    }
    if let Err(error) = codedeploy::deployment_config::strangers(&cx, snapshot).await {
        snapshot.blind.push(format!("{}: {error}", KindId::CodedeployDeploymentConfig.name()));
    }
}

/// Every revision of a task definition is tagged; the family is one resource.
fn family(arn: &str) -> String {
    match arn.split_once(":task-definition/") {
        Some((before, rest)) => {
            format!("{before}:task-definition/{}", rest.split(':').next().unwrap_or_default())
        }
        None => arn.to_string(),
    }
}

/// Reads what the search named, as if it were declared.
async fn leftovers(
    place: &Place<'_>,
    kind: KindId,
    wanted: &[(String, Address)],
) -> Result<Vec<Orphan>, AwsError> {
    let mut asked = nothing_declared(&place.stack.name, place.stack.home.clone());
    let mut arns = Vec::new();
    for (at, (arn, address)) in wanted.iter().enumerate() {
        match identity(kind, arn) {
            Some(spec) => {
                // two leftovers may carry one address: a number keeps them apart
                let key = Address::new(&address.kind, &format!("{}#{at}", address.label));
                let resource = Resource {
                    address: key.clone(),
                    kind,
                    spec,
                    settings: Settings::default(),
                    span: Default::default(),
                    spans: Spans::new(),
                };
                asked.resources.insert(key, resource);
            }
            None => arns.push(arn.clone()),
        }
    }
    let cx = Cx::new(&asked, place.loader.clone(), place.region, place.account, Look::Close);
    let resources: Vec<&Resource> = asked.resources.values().collect();
    read(&cx, kind, &resources).boxed_local().await;
    let mut founds = by_arn(&cx, kind, &arns).await?;
    founds.extend(cx.into_snapshot().live.into_values().filter_map(|live| match live {
        Live::Present(found) => Some(*found),
        _ => None,
    }));
    // the search lags: only what says itself that it is ours is ours
    let ours = |found: Found| {
        let owner = found.owner.clone().filter(|owner| owner.stack == place.stack.name)?;
        let (address, kind) = kind_of_address(&owner.address)?;
        Some(Orphan { address, kind, found })
    };
    Ok(founds.into_iter().filter_map(ours).collect())
}

/// A stack without a resource.
pub(crate) fn nothing_declared(name: &str, home: Home) -> Stack {
    Stack {
        name: name.to_string(),
        home,
        resources: BTreeMap::new(),
        lookups: BTreeMap::new(),
        outputs: BTreeMap::new(),
        moved: Vec::new(),
        sources: Default::default(),
        documents: Vec::new(),
        secrets: Default::default(),
    }
}

/// Resources that only their ARN identifies.
pub(crate) async fn by_arn(cx: &Cx<'_>, kind: KindId, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    if arns.is_empty() {
        return Ok(Vec::new());
    }
    match kind {
        KindId::ElbListener => elb::listener::by_arn(cx, arns).await,
        KindId::ElbListenerRule => elb::listener_rule::by_arn(cx, arns).await,
        KindId::ServicediscoveryNamespace => servicediscovery::namespace::by_arn(cx, arns).await,
        KindId::KmsKey => kms::key::by_arn(cx, arns).await,
        KindId::NotificationsRule => notifications::rule::by_arn(cx, arns).await,
        KindId::AutoscalingTarget => autoscaling::target::by_arn(cx, arns).await,
        _ => Ok(Vec::new()),
    }
}

/// The identity of a resource, from its ARN. `None` for those that only their
/// ARN identifies.
pub(crate) fn identity(kind: KindId, arn: &str) -> Option<Tree> {
    let resource = arn.splitn(6, ':').nth(5)?;
    let fields: Vec<(&str, &str)> = match kind {
        KindId::EcsCluster => vec![("name", resource.strip_prefix("cluster/")?)],
        KindId::EcsTaskDefinition => {
            vec![("family", resource.strip_prefix("task-definition/")?.split(':').next()?)]
        }
        KindId::EcsService => {
            let (cluster, name) = resource.strip_prefix("service/")?.split_once('/')?;
            vec![("cluster", cluster), ("name", name)]
        }
        KindId::ElbLoadBalancer => vec![("name", resource.strip_prefix("loadbalancer/")?.split('/').nth(1)?)],
        KindId::ElbTargetGroup => vec![("name", resource.strip_prefix("targetgroup/")?.split('/').next()?)],
        KindId::CodedeployApplication => vec![("name", resource.strip_prefix("application:")?)],
        KindId::CodedeployDeploymentGroup => {
            let (application, name) = resource.strip_prefix("deploymentgroup:")?.split_once('/')?;
            vec![("application", application), ("name", name)]
        }
        KindId::LogsLogGroup => vec![("name", resource.strip_prefix("log-group:")?.trim_end_matches(":*"))],
        KindId::IamRole => vec![("name", resource.rsplit('/').next()?)],
        KindId::ElbListener | KindId::ElbListenerRule | KindId::CodedeployDeploymentConfig => return None,
        KindId::CodecommitRepository | KindId::CodepipelinePipeline | KindId::S3Bucket => {
            vec![("name", resource)]
        }
        KindId::EcrRepository => vec![("name", resource.strip_prefix("repository/")?)],
        KindId::CodebuildProject => vec![("name", resource.strip_prefix("project/")?)],
        KindId::EventsRule => {
            let rule = resource.strip_prefix("rule/")?;
            let (bus, name) = rule.rsplit_once('/').unwrap_or(("default", rule));
            vec![("event_bus_name", bus), ("name", name)]
        }
        KindId::ServicediscoveryNamespace => return None,
        KindId::KmsKey => return None,
        KindId::IamPolicy | KindId::IamUser => vec![("name", resource.rsplit('/').next()?)],
        // without tags: what carries their marks names them
        KindId::IamGroup | KindId::IamServiceCredential => return None,
        KindId::SnsTopic => vec![("name", resource)],
        KindId::NotificationsRule => return None,
        KindId::AutoscalingTarget => return None,
        KindId::AutoscalingPolicy => return None,
        KindId::CloudwatchAlarm => vec![("name", resource.strip_prefix("alarm:")?)],
    };
    Some(Tree::Map(fields.into_iter().map(|(field, text)| (field.into(), Tree::text(text))).collect()))
}
