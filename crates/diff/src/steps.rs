//! What is decided so far.

use std::collections::BTreeMap;

use recon_model::Address;
use recon_model::graph::Needs;
use recon_model::plan::Step;

/// Steps by their addresses; each is asked for as often as somebody refers to its resource.
pub struct Steps<'a> {
    needs: &'a Needs<'a>,
    /// By the numbers of their resources.
    declared: Vec<Option<Step>>,
    /// Of what is declared no more.
    others: BTreeMap<Address, Step>,
}

impl<'a> Steps<'a> {
    pub fn new(needs: &'a Needs<'a>, resources: usize) -> Self {
        let declared = std::iter::repeat_with(|| None).take(resources).collect();
        Self { needs, declared, others: BTreeMap::new() }
    }

    /// Of the resource of that number.
    pub fn decide(&mut self, number: usize, step: Step) {
        self.declared[number] = Some(step);
    }

    /// Of what is declared no more.
    pub fn end(&mut self, step: Step) {
        self.others.insert(step.address.clone(), step);
    }

    pub fn get(&self, address: &Address) -> Option<&Step> {
        match self.needs.number(address) {
            Some(number) => self.numbered(number),
            None => self.others.get(address),
        }
    }

    /// Of the resource of that number.
    pub fn numbered(&self, number: usize) -> Option<&Step> {
        self.declared[number].as_ref()
    }

    /// All, each kind of them in the order of its addresses.
    pub fn iter(&self) -> impl Iterator<Item = &Step> {
        self.declared.iter().flatten().chain(self.others.values())
    }

    /// All in the order of their addresses.
    pub fn into_sorted(self) -> Vec<Step> {
        let mut steps: Vec<Step> = self.declared.into_iter().flatten().collect();
        if !self.others.is_empty() {
            steps.extend(self.others.into_values());
            steps.sort_by(|a, b| a.address.cmp(&b.address));
        }
        steps
    }
}
