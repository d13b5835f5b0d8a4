//! What has to be done before what.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::graph::NodeIndex;
use recon_model::plan::{Action, ReplaceOrder, Step};
use recon_model::{Address, KindId, Resource, Stack};

use super::{Sequence, What};
use crate::bonds::{Bond, Names, There};
use crate::bridge::bridge;

/// Lays all edges: first what AWS demands, then what is only better.
pub(super) fn lay(build: &mut Sequence, stack: &Stack, there: &There<'_>, steps: BTreeMap<&Address, &Step>) {
    if steps.is_empty() {
        return;
    }
    let declared = steps.keys().copied().filter(|address| stack.resources.contains_key(*address));
    let needs = declared.map(|address| (address, there.needs.get(address))).collect();
    let names = Names::of(&there.found);
    // who does nothing lets go of nothing
    let acting = steps.keys().filter_map(|from| Some((from, there.found.get(*from)?)));
    let bonds: Vec<Bond> = acting.flat_map(|(from, live)| names.named_by(from, live)).collect();
    let mut rules = Rules { build, stack, there, steps, needs, names: &names, bonds: &bonds };
    rules.halves();
    rules.needs();
    rules.let_go();
    rules.tidied_last();
    rules.one_load_balancer();
    rules.one_deployment_group();
    rules.bridges();
    rules.wishes();
}

struct Rules<'a> {
    build: &'a mut Sequence,
    stack: &'a Stack,
    there: &'a There<'a>,
    /// Those that do something.
    steps: BTreeMap<&'a Address, &'a Step>,
    /// What they need, as far as they are declared.
    needs: BTreeMap<&'a Address, &'a [Address]>,
    names: &'a Names<'a>,
    /// What they name in the account.
    bonds: &'a [Bond],
}

impl<'a> Rules<'a> {
    fn halves(&mut self) {
        for (address, step) in &self.steps {
            let (delete, create) =
                (self.build.get(address, What::Delete), self.build.get(address, What::Create));
            match &step.action {
                Action::Replace(_, ReplaceOrder::DeleteFirst) => self.build.must(delete, create),
                Action::Replace(_, ReplaceOrder::CreateFirst) => self.build.must(create, delete),
                _ => {}
            }
        }
    }

    /// Made after all that it needs is made.
    fn needs(&mut self) {
        for (address, needs) in &self.needs {
            let made = self.build.made(address);
            for need in *needs {
                self.build.must(self.build.made(need), made);
            }
        }
    }

    /// Gone only when nobody names it any more.
    fn let_go(&mut self) {
        for bond in self.bonds.iter().filter(|bond| bond.holds) {
            self.build.must(self.release(bond), self.build.get(&bond.to, What::Delete));
        }
    }

    /// What others use goes when they are as declared, or gone.
    fn tidied_last(&mut self) {
        let tidied: BTreeSet<&Address> =
            self.steps.keys().copied().filter(|of| self.build.get(of, What::Tidy).is_some()).collect();
        for address in &tidied {
            self.build.must(self.build.get(address, What::Update), self.build.get(address, What::Tidy));
        }
        for (user, needs) in &self.needs {
            for need in needs.iter().filter(|need| tidied.contains(*need)) {
                self.build.must(self.build.made(user), self.build.get(need, What::Tidy));
            }
        }
        for bond in self.bonds.iter().filter(|bond| tidied.contains(&bond.to)) {
            self.build.must(self.build.get(&bond.from, What::Delete), self.build.get(&bond.to, What::Tidy));
        }
    }

    /// A target group serves one load balancer: the listeners and rules of the
    /// other one let go of it first.
    fn one_load_balancer(&mut self) {
        let named = self.naming();
        for (taker, group) in self.takers("elb.target_group") {
            let Some(wanted) = balancer_wanted(self.stack, taker).filter(|_| self.stays(group)) else {
                continue;
            };
            let moves = !self.stays(wanted);
            let forwards = |bond: &&&Bond| bond.from.kind.starts_with("elb.");
            for bond in named.get(group).into_iter().flatten().filter(forwards) {
                if moves || self.balancer_there(&bond.from).as_ref() != Some(wanted) {
                    self.build.must(self.release(bond), self.build.made(&taker.address));
                }
            }
        }
    }

    /// A service belongs to one deployment group.
    fn one_deployment_group(&mut self) {
        let named = self.naming();
        for (taker, service) in self.takers("ecs.service") {
            let claims = |bond: &&&Bond| bond.from.kind == taker.address.kind && bond.from != taker.address;
            for bond in named.get(service).into_iter().flatten().filter(claims) {
                self.build.must(self.release(bond), self.build.made(&taker.address));
            }
        }
    }

    /// The group that a new service starts behind is there before it.
    fn bridges(&mut self) {
        for (address, step) in &self.steps {
            if let Some(bridge) = bridge(self.stack, &self.there.found, step) {
                self.build.must(self.build.made(&bridge.to), self.build.get(address, What::Create));
            }
        }
    }

    fn wishes(&mut self) {
        for bond in self.bonds {
            let gone = self.build.get(&bond.to, What::Delete);
            self.build.wish(self.release(bond), gone);
        }
        for (address, needs) in &self.needs {
            let gone = self.build.get(address, What::Delete);
            for need in *needs {
                self.build.wish(gone, self.build.get(need, What::Delete));
            }
            // a replacement ends the old one only when all that the new one needs is
            // there: a refusal on the way must not leave nothing running
            if matches!(self.action(address), Some(Action::Replace(..))) {
                for need in *needs {
                    self.build.wish(self.build.made(need), gone);
                }
            }
        }
    }

    /// The operation after which the bond is no more.
    fn release(&self, bond: &Bond) -> Option<NodeIndex> {
        if let Some(gone) = self.build.get(&bond.from, What::Delete) {
            return Some(gone);
        }
        let still = self.needs.get(&bond.from).is_some_and(|needs| needs.contains(&bond.to));
        let stays_bound =
            still && !matches!(self.action(&bond.to), Some(Action::Replace(_, ReplaceOrder::CreateFirst)));
        self.build.get(&bond.from, What::Update).filter(|_| !stays_bound)
    }

    /// Declared resources that name one of that kind which is there already.
    fn takers(&self, kind: &str) -> Vec<(&'a Resource, &'a Address)> {
        let mut takers = Vec::new();
        for (address, needs) in &self.needs {
            let there = |need: &&Address| need.kind == kind && self.there.found.contains_key(*need);
            let Some(resource) = self.stack.resources.get(*address) else { continue };
            let named = needs.iter().filter(there).filter(|need| resource.spec.names(need));
            takers.extend(named.map(|need| (resource, need)));
        }
        takers
    }

    /// Who names whom, by who is named.
    fn naming(&self) -> BTreeMap<&'a Address, Vec<&'a Bond>> {
        let mut naming: BTreeMap<&Address, Vec<&Bond>> = BTreeMap::new();
        for bond in self.bonds {
            naming.entry(&bond.to).or_default().push(bond);
        }
        naming
    }

    /// The load balancer that a listener stands on now, or a rule through its listener.
    fn balancer_there(&self, from: &Address) -> Option<Address> {
        let bonds = self.names.named_by(from, self.there.found.get(from)?);
        let named = |kind: &str| bonds.iter().find(|bond| bond.to.kind == kind).map(|bond| &bond.to);
        named("elb.load_balancer").cloned().or_else(|| self.balancer_there(named("elb.listener")?))
    }

    /// It is there, and what is there stays.
    fn stays(&self, address: &Address) -> bool {
        self.there.found.contains_key(address) && self.build.get(address, What::Delete).is_none()
    }

    fn action(&self, address: &Address) -> Option<&'a Action> {
        self.steps.get(address).map(|step| &step.action)
    }
}

/// The load balancer that a listener is declared on, or a rule through its listener.
fn balancer_wanted<'a>(stack: &'a Stack, resource: &'a Resource) -> Option<&'a Address> {
    let target = |field: &str| {
        let tree = resource.spec.get(field)?;
        Some(&tree.first_reference()?.target)
    };
    match resource.kind {
        KindId::ElbListener => target("load_balancer"),
        KindId::ElbListenerRule => balancer_wanted(stack, stack.resources.get(target("listener")?)?),
        _ => None,
    }
}
