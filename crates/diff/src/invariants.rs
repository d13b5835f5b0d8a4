//! What CodeDeploy and ECS move on purpose, and what must hold all the same.
//!
//! A blue/green deployment swaps the target groups behind the listeners. The
//! listener that forwards to the other group of the pair is no drift; one
//! that forwards to a third group is.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::Notice;
use recon_model::{Address, Found, KindId, Resource, Stack, Tree};
use serde_json::Value;

use crate::bonds::{There, bound};

/// A pair of target groups, and the listeners and rules that move between them.
struct Pair {
    /// The resource that says so.
    by: Address,
    groups: BTreeSet<Address>,
    routes: BTreeSet<Address>,
}

/// Every pair that the stack declares, for CodeDeploy or for ECS itself, and
/// that is in force: what is still to be made or changed has moved nothing.
#[derive(Default)]
pub struct Pairs {
    all: Vec<Pair>,
    /// Which of them move a listener or a rule.
    by_route: BTreeMap<Address, Vec<usize>>,
}

impl Pairs {
    pub fn of(stack: &Stack, found: &BTreeMap<Address, &Found>) -> Self {
        let mut all = Vec::new();
        for resource in stack.of_kind(KindId::CodedeployDeploymentGroup) {
            let tree = resource.spec.get("load_balancer_info");
            all.extend(tree.and_then(|tree| pair(&resource.address, tree)));
        }
        for resource in stack.of_kind(KindId::EcsService) {
            let own = resource.spec.get("deployment_configuration.strategy").is_some();
            let tree = resource.spec.get("load_balancers").filter(|_| own);
            all.extend(tree.and_then(|tree| pair(&resource.address, tree)));
        }
        all.retain(|pair: &Pair| pair.groups.iter().all(|group| bound(found, &pair.by, group)));
        let mut by_route: BTreeMap<Address, Vec<usize>> = BTreeMap::new();
        for (at, pair) in all.iter().enumerate() {
            for route in &pair.routes {
                by_route.entry(route.clone()).or_default().push(at);
            }
        }
        Self { all, by_route }
    }

    /// Those that move this listener, this rule, or a rule of its listener.
    fn governing(&self, stack: &Stack, resource: &Resource) -> BTreeSet<usize> {
        let parent = resource
            .spec
            .get("listener")
            .and_then(|tree| Some(&tree.first_reference()?.target))
            .filter(|parent| stack.resources.contains_key(*parent));
        let routes = [Some(&resource.address), parent];
        routes.into_iter().flatten().filter_map(|route| self.by_route.get(route)).flatten().copied().collect()
    }
}

fn pair(by: &Address, tree: &Tree) -> Option<Pair> {
    let of = |kinds: &[&str]| -> BTreeSet<Address> {
        let references = tree.references().into_iter();
        references
            .filter(|(_, r)| kinds.contains(&r.target.kind.as_str()))
            .map(|(_, r)| r.target.clone())
            .collect()
    };
    let groups = of(&["elb.target_group"]);
    let routes = of(&["elb.listener", "elb.listener_rule"]);
    (groups.len() == 2).then(|| Pair { by: by.clone(), groups, routes })
}

/// Rewrites a live listener or rule that forwards to the other side of its
/// pair as if it forwarded to the side that is declared.
pub fn same_side(stack: &Stack, there: &There<'_>, resource: &Resource, desired: &Value, live: &mut Value) {
    let field = match resource.kind {
        KindId::ElbListener => "default_actions",
        KindId::ElbListenerRule => "actions",
        _ => return,
    };
    for pair in there.pairs.governing(stack, resource).into_iter().map(|at| &there.pairs.all[at]) {
        let arns: Vec<&str> =
            pair.groups.iter().filter_map(|group| there.found.get(group)?.export("arn")).collect();
        let within = |action: &Value| {
            let groups = forwarded(action);
            !groups.is_empty() && groups.iter().all(|group| arns.contains(&group.as_str()))
        };
        let wanted = desired[field].as_array().cloned().unwrap_or_default();
        for (i, action) in live[field].as_array_mut().into_iter().flatten().enumerate() {
            if let Some(wanted) = wanted.get(i)
                && within(action)
                && within(wanted)
            {
                for way in ["target_group", "forward_config"] {
                    action[way] = wanted[way].clone();
                }
            }
        }
    }
}

/// Every group that an action forwards to, in either of the two forms.
fn forwarded(action: &Value) -> Vec<String> {
    let groups = action["forward_config"]["target_groups"].as_array().into_iter().flatten();
    let all = groups.map(|group| &group["target_group"]).chain([&action["target_group"]]);
    all.filter_map(|group| group.as_str().map(str::to_string)).collect()
}

/// Listeners that forward outside their pair, and what reading found amiss.
pub fn report(stack: &Stack, there: &There<'_>, notices: &mut Vec<Notice>) {
    let violated = there.found.iter().filter(|(_, found)| !found.violations.is_empty());
    for (address, found) in violated.filter(|(address, _)| stack.resources.contains_key(*address)) {
        for text in &found.violations {
            notices.push(Notice {
                code: "INVARIANT".into(),
                address: Some(address.clone()),
                text: text.clone(),
            });
        }
    }
    for pair in &there.pairs.all {
        let arns: Vec<&str> =
            pair.groups.iter().filter_map(|group| there.found.get(group)?.export("arn")).collect();
        for route in &pair.routes {
            let Some(found) = there.found.get(route) else { continue };
            let field = if route.kind == "elb.listener" { "default_actions" } else { "actions" };
            let actions = found.spec[field].items().iter();
            let groups: Vec<String> = actions.flat_map(|action| forwarded(&action.value())).collect();
            if arns.len() == 2 && groups.iter().any(|group| !arns.contains(&group.as_str())) {
                notices.push(Notice {
                    code: "CD-INVARIANT".into(),
                    address: Some(route.clone()),
                    text: format!("it forwards to a target group that is none of the pair of {}", pair.by),
                });
            }
        }
    }
}
