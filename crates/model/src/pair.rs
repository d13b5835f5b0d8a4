//! The two target groups that CodeDeploy moves a service's traffic between.

use std::collections::BTreeSet;

use crate::{Address, KindId, Resource, Stack};

/// What the deployment group of a service moves it between, and through which routes.
#[derive(Debug, Clone)]
pub struct Pair {
    pub groups: BTreeSet<Address>,
    routes: BTreeSet<Address>,
}

impl Pair {
    /// Of a service's deployment group, if it has one with two groups.
    pub fn of(stack: &Stack, service: &Resource) -> Option<Self> {
        let group = stack.resources.values().find(|resource| {
            resource.kind == KindId::CodedeployDeploymentGroup && resource.needs().contains(&&service.address)
        })?;
        let targets = group.spec.get("load_balancer_info")?.references();
        let targets = targets.into_iter().map(|(_, reference)| reference.target.clone());
        let (groups, routes): (BTreeSet<_>, BTreeSet<_>) =
            targets.partition(|target| target.kind == KindId::ElbTargetGroup.name());
        (groups.len() == 2).then_some(Self { groups, routes })
    }

    /// Is it one of its routes, or a rule of one?
    pub fn governs(&self, stack: &Stack, address: &Address) -> bool {
        let parent = || {
            let listener = stack.resources.get(address)?.spec.get("listener")?;
            Some(&listener.first_reference()?.target)
        };
        self.routes.contains(address) || parent().is_some_and(|parent| self.routes.contains(parent))
    }
}
