//! What an apply does when it is done: it looks whether anything is left to do.

use std::time::Duration;

use recon_apply::Report;
use recon_model::plan::{Action, Plan, Step};
use recon_model::{Live, Snapshot};

use crate::Failure;
use crate::commands::apply::{Means, Order, walk};
use crate::engine::Account;

/// Readings of what was written, if they seem to be behind, and the time between two.
const LOOKS: usize = 3;
const CATCHES_UP: Duration = Duration::from_secs(10);

/// What was just made or deleted without a complaint, and IAM, may show late.
fn looks_behind(left: &Plan) -> bool {
    left.steps.iter().any(|step| match step.action {
        Action::Keep => false,
        Action::Update(_) | Action::Adopt(_) => step.address.kind.starts_with("iam."),
        _ => true,
    })
}

/// What was carried out, and what was there before.
pub struct Done<'a> {
    pub plan: &'a Plan,
    pub before: &'a Snapshot,
}

impl Done<'_> {
    async fn looked_at(&self, account: &Account) -> Result<Snapshot, Failure> {
        let Account { stack, session, .. } = account;
        let steps: Vec<&Step> = self.plan.steps.iter().filter(|step| step.action != Action::Keep).collect();
        Ok(match steps.iter().all(|step| self.alone(step)) {
            true => {
                let changed = steps.iter().map(|step| &step.address).collect();
                recon_observe::again(stack, session, self.before, &changed).await?
            }
            false => recon_observe::observe(stack, session, &()).await?,
        })
    }

    /// An update changes what it is of and nothing else, unless that has another name now or a
    /// mark on something; whatever comes or goes changes others too.
    fn alone(&self, step: &Step) -> bool {
        let marks = step.action.because().iter().any(|because| because.code == "MARK");
        let there = self.before.live.get(&step.address).and_then(Live::found).is_some();
        matches!(step.action, Action::Update(_)) && there && !marks
    }

    /// Reads again what was written. What a creating call did not take is set by
    /// an update, once; more than that a person has to look at.
    pub async fn second_pass(
        &self,
        order: &Order<'_>,
        account: &Account,
        means: &Means<'_>,
        report: &mut Report,
    ) -> Result<(), Failure> {
        let (console, mut looks) = (means.console, 1);
        let (snapshot, left) = loop {
            let snapshot = self.looked_at(account).await?;
            let left = order.limited(recon_diff::plan(&account.stack, &snapshot, order.options));
            if looks == LOOKS || !looks_behind(&left) {
                break (snapshot, left);
            }
            looks += 1;
            tokio::time::sleep(CATCHES_UP).await;
        };
        if left.is_empty() {
            return Ok(());
        }
        if left.steps.iter().any(|step| !matches!(step.action, Action::Keep | Action::Update(_))) {
            console.say("a plan made now would not be empty: look at it with `recon plan`\n");
            return Ok(());
        }
        console.say("not everything was taken at once: setting the rest\n");
        let second = walk(order, account, &snapshot, &left, means).await?;
        report.done.extend(second.done);
        report.failed.extend(second.failed);
        report.not_started.extend(second.not_started);
        Ok(())
    }
}
