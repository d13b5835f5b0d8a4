//! Who points at a resource: told once for all rules, when the first one asks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use recon_model::Address;
use recon_model::KindId::{CodebuildProject, CodepipelinePipeline, IamGroup};

use crate::at::At;
use crate::cx::Cx;

/// What points at what, each asked for at its first use.
#[derive(Debug, Default)]
pub struct Index {
    runs: OnceLock<BTreeMap<Address, Vec<ActionAt>>>,
    groups: OnceLock<BTreeMap<Address, Vec<usize>>>,
}

/// A pipeline by its place among pipelines, a stage, an action.
type ActionAt = (usize, usize, usize);

impl Cx<'_> {
    /// The actions of pipelines that run a project.
    pub fn actions_running(&self, project: &At<'_>) -> Vec<At<'_>> {
        let found = self.index().runs.get_or_init(|| runs(self)).get(project.address());
        let action = |(pipeline, stage, action): &ActionAt| {
            let pipeline = self.nth(CodepipelinePipeline, *pipeline)?;
            let stage = pipeline.get("stages").items().nth(*stage)?;
            stage.get("actions").items().nth(*action)
        };
        found.into_iter().flatten().filter_map(action).collect()
    }

    /// The groups that a user is a member of.
    pub fn groups_of(&self, user: &At<'_>) -> impl Iterator<Item = At<'_>> {
        let found = self.index().groups.get_or_init(|| groups(self)).get(user.address());
        found.into_iter().flatten().filter_map(|i| self.nth(IamGroup, *i))
    }
}

fn runs(cx: &Cx<'_>) -> BTreeMap<Address, Vec<ActionAt>> {
    let mut by_name: BTreeMap<String, Vec<Address>> = BTreeMap::new();
    for project in cx.of(CodebuildProject) {
        if let Some(name) = project.get("name").text() {
            by_name.entry(name.into_owned()).or_default().push(project.address().clone());
        }
    }
    let mut found: BTreeMap<Address, Vec<ActionAt>> = BTreeMap::new();
    for (p, pipeline) in cx.of(CodepipelinePipeline).enumerate() {
        for (s, stage) in pipeline.get("stages").items().enumerate() {
            for (a, action) in stage.get("actions").items().enumerate() {
                let named = action.get("configuration.ProjectName");
                let alike = named.text().and_then(|name| by_name.get(&*name));
                let mut projects: Vec<Address> = alike.into_iter().flatten().cloned().collect();
                let by_reference = named.reference().map(|reference| reference.target.clone());
                projects.extend(by_reference.filter(|target| !projects.contains(target)));
                for project in projects {
                    found.entry(project).or_default().push((p, s, a));
                }
            }
        }
    }
    found
}

fn groups(cx: &Cx<'_>) -> BTreeMap<Address, Vec<usize>> {
    let mut found: BTreeMap<Address, Vec<usize>> = BTreeMap::new();
    for (i, group) in cx.of(IamGroup).enumerate() {
        for user in group.get("members").items().filter_map(|member| member.target()) {
            let own = found.entry(user.address().clone()).or_default();
            // a member named twice is one
            if own.last() != Some(&i) {
                own.push(i);
            }
        }
    }
    found
}
