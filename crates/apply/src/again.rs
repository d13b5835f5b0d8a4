//! What to do after a call that failed: read what is there, and go on from that.
//!
//! A lost answer, a failure of AWS's own and "it exists already" say nothing about
//! whether the resource is as wanted. Nothing is made again before that is known.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use recon_aws::{AwsError, Kind, Session};
use recon_diff::sequence::{Operation, What};
use recon_diff::{actions_field, matched, plan};
use recon_model::plan::{Action, Plan, Step};
use recon_model::{Address, Found, KindId, Snapshot, Stack};
use tokio::time::{Instant, sleep};

use crate::cx::{Cx, Exports, Failure};
use crate::item::Changed;
use crate::journal::doubtful;

/// Times that an operation is begun anew after a doubtful failure.
const ROUNDS: usize = 2;
/// How long AWS may show nothing of what it says exists.
const LAG: Duration = Duration::from_secs(60);

/// What a creating call is refused with when its name is taken.
const EXISTS: &[&str] = &[
    "AlreadyExistsException",
    "ApplicationAlreadyExistsException",
    "BucketAlreadyOwnedByYou",
    "DeploymentConfigAlreadyExistsException",
    "DeploymentGroupAlreadyExistsException",
    "DuplicateListener",
    "DuplicateLoadBalancerName",
    "DuplicateTargetGroupName",
    "EntityAlreadyExists",
    "NamespaceAlreadyExists",
    "PipelineNameInUseException",
    "PriorityInUse",
    "RepositoryAlreadyExistsException",
    "RepositoryNameExistsException",
    "ResourceAlreadyExistsException",
];

/// How an operation stands: what is left of it, and on what it works.
pub struct Stand<'a> {
    pub what: What,
    pub live: Option<Cow<'a, Found>>,
    pub changed: Changed,
    /// It changes more than whose the resource is.
    pub says_fields: bool,
    since: Instant,
    rounds: usize,
}

/// How it goes on after a failure.
pub enum Next {
    /// It came about all the same.
    Done(Exports),
    /// The operation is begun anew as it stands now.
    Again,
    /// The failure is the last word.
    Give,
}

/// What the account shows of a resource.
enum Seen {
    Nothing,
    AsWanted(Box<Found>),
    Differs(Box<Found>, Changed),
    /// Unreadable, somebody else's, or to be replaced.
    Otherwise,
}

impl<'a> Stand<'a> {
    pub fn new(what: What, live: Option<&'a Found>, changed: Changed, says_fields: bool) -> Self {
        Self { what, live: live.map(Cow::Borrowed), changed, says_fields, since: Instant::now(), rounds: 0 }
    }

    /// Looks at the account after a failure.
    pub async fn after(&mut self, cx: &Cx<'_>, session: &Session, of: &Operation, failure: &Failure) -> Next {
        let Failure::Aws(error) = failure else { return Next::Give };
        if matches!(error.kind, Kind::AccessDenied | Kind::Credentials) || error.code == "NotSent" {
            return Next::Give;
        }
        match self.what {
            What::Delete => self.after_delete(cx, session, of, error).await,
            What::Tidy => self.anew(error).await,
            What::Create | What::Update => self.after_write(cx, session, of, error).await,
        }
    }

    async fn after_write(
        &mut self,
        cx: &Cx<'_>,
        session: &Session,
        of: &Operation,
        error: &AwsError,
    ) -> Next {
        let exists = self.what == What::Create && error.is(EXISTS);
        loop {
            match see(cx, session, &of.address).await {
                Seen::AsWanted(found) => return Next::Done(found.exports),
                Seen::Differs(found, changed) if exists || doubtful(error) => {
                    self.what = What::Update;
                    self.live = Some(Cow::Owned(*found));
                    self.says_fields = true;
                    self.changed = changed;
                    return if exists { Next::Again } else { self.anew(error).await };
                }
                // it exists, and readers do not see it yet
                Seen::Nothing if exists && self.since.elapsed() < LAG => sleep(Duration::from_secs(5)).await,
                Seen::Nothing if self.what == What::Create => return self.anew(error).await,
                Seen::Nothing | Seen::Differs(..) | Seen::Otherwise => return Next::Give,
            }
        }
    }

    /// What is not there any more is deleted, whoever did it.
    async fn after_delete(
        &mut self,
        cx: &Cx<'_>,
        session: &Session,
        of: &Operation,
        error: &AwsError,
    ) -> Next {
        let Some(live) = &self.live else { return Next::Give };
        match look(cx, session, &of.address).await {
            Ok(snapshot) if !still_there(cx.stack, &snapshot, &of.address, live) => {
                Next::Done(Exports::default())
            }
            _ => self.anew(error).await,
        }
    }

    /// Once more, if the failure may have been a passing one.
    async fn anew(&mut self, error: &AwsError) -> Next {
        if !(doubtful(error) || error.kind == Kind::Throttled) || self.rounds == ROUNDS {
            return Next::Give;
        }
        self.rounds += 1;
        sleep(Duration::from_secs(2)).await;
        Next::Again
    }
}

async fn see(cx: &Cx<'_>, session: &Session, address: &Address) -> Seen {
    let Ok(snapshot) = look(cx, session, address).await else { return Seen::Otherwise };
    let options = recon_diff::Options { targets: vec![address.clone()], ..Default::default() };
    let plan = plan(cx.stack, &snapshot, &options);
    let found = matched(cx.stack, &snapshot).declared.get(address).map(|found| Box::new((*found).clone()));
    match (plan.step(address).map(|step| &step.action), found) {
        (Some(Action::Create(_)), _) => Seen::Nothing,
        (Some(Action::Keep), Some(found)) => Seen::AsWanted(found),
        (Some(Action::Update(_) | Action::Adopt(_)), Some(found)) => {
            Seen::Differs(found, changed(&plan, address))
        }
        _ => Seen::Otherwise,
    }
}

/// The account as far as it decides how a resource stands; of the rest the plan's reading is
/// believed, for a refused call must not read all of a big stack.
async fn look(cx: &Cx<'_>, session: &Session, address: &Address) -> Result<Snapshot, AwsError> {
    if !cx.snapshot.orphans.is_empty() {
        // what goes by a former name, only the search finds
        return recon_observe::observe(cx.stack, session, &()).await;
    }
    let near = near(cx.stack, address);
    recon_observe::again(cx.stack, session, cx.snapshot, &near.iter().collect()).await
}

/// What decides how a resource stands: itself, what it needs, and who moves a listener or a rule.
fn near(stack: &Stack, address: &Address) -> BTreeSet<Address> {
    let mut near = stack.with_needs(std::slice::from_ref(address));
    if actions_field(address).is_some() {
        let naming = stack.resources.values().filter(|resource| resource.spec.names(address));
        near.extend(naming.map(|resource| resource.address.clone()));
    }
    near
}

/// Is there something at that address that is the very thing of before?
fn still_there(stack: &Stack, snapshot: &Snapshot, address: &Address, live: &Found) -> bool {
    let matched = matched(stack, snapshot);
    let leftovers = matched.leftovers.iter().filter(|(at, _)| at == address).map(|(_, o)| &o.found);
    let there = matched.declared.get(address).copied().into_iter().chain(leftovers);
    let unreadable = matches!(snapshot.live.get(address), Some(recon_model::Live::Unreadable(_)));
    let same = |found: &Found| ["arn", "id", "name"].iter().all(|key| found.export(key) == live.export(key));
    unreadable || !snapshot.blind.is_empty() || there.into_iter().any(same)
}

/// Does the step change more than whose it is?
pub fn says_fields(plan: &Plan, address: &Address) -> bool {
    let fields = plan.step(address).is_some_and(|step| !step.fields.is_empty());
    fields || changed(plan, address).any()
}

/// The top-level fields that a plan says differ.
pub fn changed(plan: &Plan, address: &Address) -> Changed {
    let Some(step) = plan.step(address) else { return Changed::default() };
    let mut changed = Changed::default();
    for change in &step.fields {
        let root = change.path.split(['.', '[']).next().unwrap_or_default();
        if root == "tags" || kept(step, root) {
            changed.tags = true;
        } else {
            changed.fields.insert(root.to_string());
            changed.paths.insert(change.path.clone());
        }
    }
    for because in step.action.because() {
        match (because.code.as_str(), &because.field) {
            ("CASCADE", Some(field)) => {
                changed.fields.insert(field.clone());
            }
            ("MOVED" | "ADOPT" | "MARK", _) => changed.tags = true,
            _ => {}
        }
    }
    changed.tags |= matches!(step.action, Action::Adopt(_));
    changed
}

/// Is it a setting that stands in a tag?
fn kept(step: &Step, field: &str) -> bool {
    let kind = KindId::named(&step.address.kind).map(KindId::kind);
    kind.and_then(|kind| kind.fields().field(field)).is_some_and(|field| field.kept)
}
