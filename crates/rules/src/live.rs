//! What a rule may ask that needs the account.

use recon_model::plan::{Action, Plan, Step};
use recon_model::{Address, Found, Snapshot, Stack};

use crate::cx::Cx;

/// The stack beside the account, and what would be done.
#[derive(Debug)]
pub struct Account<'a> {
    /// The stack, with what lookups found.
    pub cx: Cx<'a>,
    pub snapshot: &'a Snapshot,
    pub plan: &'a Plan,
    /// By their addresses.
    steps: Vec<&'a Step>,
}

impl<'a> Account<'a> {
    pub fn new(stack: &'a Stack, snapshot: &'a Snapshot, plan: &'a Plan) -> Self {
        let mut steps: Vec<&Step> = plan.steps.iter().collect();
        steps.sort_by_key(|step| &step.address);
        Self { cx: Cx::with(stack, snapshot), snapshot, plan, steps }
    }

    /// What would be done with it.
    pub fn steps(&self, address: &Address) -> impl Iterator<Item = &'a Step> {
        let first = self.steps.partition_point(|step| step.address < *address);
        self.steps[first..].iter().copied().take_while(move |step| step.address == *address)
    }

    pub fn found(&self, address: &Address) -> Option<&'a Found> {
        self.snapshot.found(address)
    }

    /// The update that the plan holds for it, if that changes this field.
    pub fn update(&self, address: &Address, field: &str) -> Option<&'a Step> {
        let changes = |step: &&Step| {
            matches!(step.action, Action::Update(_))
                && step.fields.iter().any(|change| change.path.split('.').next() == Some(field))
        };
        self.steps(address).find(changes)
    }
}
