//! What would be lost with something that a plan ends: asked only then.

use futures_util::future::join_all;
use recon_aws::Session;
use recon_model::plan::{Action, Plan};
use recon_model::{Address, KindId, Live, Snapshot};

use crate::loader::Loader;
use crate::{ecr, s3};

/// Adds to what a [glance](crate::Look::Glance) found what the plan's replacements
/// and deletions would take with them; says whether that is anything.
pub async fn holdings(session: &Session, plan: &Plan, snapshot: &mut Snapshot) -> bool {
    let loader = Loader::new(session.reader());
    let ends = |action: &Action| matches!(action, Action::Delete(_) | Action::Replace(..));
    let ended = plan.steps.iter().filter(|step| ends(&step.action)).map(|step| &step.address);
    let asked = ended.filter_map(|address| {
        let found = snapshot.found(address).filter(|found| found.holds.is_none())?;
        Some((address.clone(), found.export("name")?.to_string()))
    });
    let asked: Vec<(Address, String)> = asked.collect();
    let asked = asked.into_iter().map(|(address, name)| {
        let loader = &loader;
        async move { (holds(loader, &address, &name).await, address) }
    });
    let mut any = false;
    for (holds, address) in join_all(asked).await {
        if let (Some(_), Some(Live::Present(found))) = (&holds, snapshot.live.get_mut(&address)) {
            found.holds = holds;
            any = true;
        }
    }
    any
}

async fn holds(loader: &Loader, address: &Address, name: &str) -> Option<String> {
    match KindId::named(&address.kind)? {
        KindId::EcrRepository => ecr::repository::holds(loader, name).await,
        KindId::S3Bucket => s3::bucket::holds(loader, name).await,
        _ => None,
    }
}
