//! What a rule may ask that needs the account.

use recon_model::plan::{Action, Plan, Step};
use recon_model::{Address, Found, Snapshot};

use crate::cx::Cx;

/// The stack beside the account, and what would be done.
#[derive(Debug)]
pub struct Account<'a> {
    /// The stack, with what lookups found.
    pub cx: Cx<'a>,
    pub snapshot: &'a Snapshot,
    pub plan: &'a Plan,
}

impl<'a> Account<'a> {
    pub fn found(&self, address: &Address) -> Option<&'a Found> {
        self.snapshot.found(address)
    }

    /// The update that the plan holds for it, if that changes this field.
    pub fn update(&self, address: &Address, field: &str) -> Option<&'a Step> {
        let changes = |step: &&Step| {
            step.address == *address
                && matches!(step.action, Action::Update(_))
                && step.fields.iter().any(|change| change.path.split('.').next() == Some(field))
        };
        self.plan.steps.iter().find(changes)
    }
}
