//! Pipelines as rules look at them: actions in their order, artifacts from hand to hand.

use std::borrow::Cow;

use recon_model::KindId;
use recon_model::KindId::{
    CodebuildProject, CodecommitRepository, CodedeployApplication, CodedeployDeploymentGroup,
    CodepipelinePipeline,
};
use recon_model::load::nearest;

use crate::at::At;
use crate::cx::Cx;

/// One action of a pipeline.
#[derive(Debug, Clone)]
pub struct Action<'c> {
    pub pipeline: At<'c>,
    /// As it was written.
    pub at: At<'c>,
    /// Its type with nothing left out.
    kind: At<'c>,
    /// The number of its stage.
    pub stage: usize,
}

/// Every pipeline of the stack.
pub fn pipelines<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    cx.of(CodepipelinePipeline)
}

/// The actions of a pipeline.
pub fn actions<'c>(pipeline: &At<'c>) -> Vec<Action<'c>> {
    let canonical = pipeline.canonical().get("stages").items().collect::<Vec<_>>();
    let mut found = Vec::new();
    for (stage, at) in pipeline.get("stages").items().enumerate() {
        let kinds = canonical.get(stage).map(|stage| stage.get("actions").items().collect::<Vec<_>>());
        for (at, kind) in at.get("actions").items().zip(kinds.into_iter().flatten()) {
            let kind = kind.get("action_type_id");
            found.push(Action { pipeline: pipeline.clone(), at, kind, stage });
        }
    }
    found
}

/// The actions of all pipelines.
pub fn all<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = Action<'c>> {
    pipelines(cx).flat_map(|pipeline| actions(&pipeline))
}

/// The actions of that provider.
pub fn by<'c>(cx: &'c Cx<'c>, provider: &'static str) -> impl Iterator<Item = Action<'c>> {
    all(cx).filter(move |action| action.is(provider))
}

impl<'c> Action<'c> {
    pub fn provider(&self) -> Cow<'c, str> {
        self.kind.get("provider").text().unwrap_or_default()
    }

    pub fn category(&self) -> Cow<'c, str> {
        self.kind.get("category").text().unwrap_or_default()
    }

    pub fn owner(&self) -> Cow<'c, str> {
        self.kind.get("owner").text().unwrap_or_default()
    }

    /// Is it AWS's own action of that provider?
    pub fn is(&self, provider: &str) -> bool {
        self.kind.get("provider").is(provider) && self.kind.get("owner").is("AWS")
    }

    /// The parts of its type that neither are said nor follow from the provider.
    pub fn missing_of_type(&self) -> Vec<&'static str> {
        let parts = ["category", "owner", "provider", "version"];
        let silent = |part: &&str| !self.kind.get(part).exists() || self.kind.get(part).is("");
        parts.into_iter().filter(silent).collect()
    }

    pub fn is_source(&self) -> bool {
        self.kind.get("category").is("Source")
    }

    pub fn name(&self) -> Cow<'c, str> {
        self.at.get("name").text().unwrap_or_default()
    }

    pub fn run_order(&self) -> i64 {
        self.at.get("run_order").int().unwrap_or(1)
    }

    /// Does it end before the other one begins?
    pub fn before(&self, other: &Action<'_>) -> bool {
        self.stage < other.stage || (self.stage == other.stage && self.run_order() < other.run_order())
    }

    /// What its configuration says under a key.
    pub fn says(&self, key: &str) -> At<'c> {
        self.at.get("configuration").key(key)
    }

    /// The same, or what AWS takes where nothing is said.
    pub fn says_or(&self, key: &str, usual: &'static str) -> Cow<'c, str> {
        let said = self.says(key);
        if said.exists() { said.text().unwrap_or_default() } else { Cow::Borrowed(usual) }
    }

    /// Where it says so, or the action itself.
    pub fn place(&self, key: &str) -> At<'c> {
        let said = self.says(key);
        if said.exists() { said } else { self.at.clone() }
    }

    pub fn inputs(&self) -> Vec<At<'c>> {
        self.at.get("input_artifacts").items().map(|artifact| artifact.get("name")).collect()
    }

    pub fn outputs(&self) -> Vec<At<'c>> {
        self.at.get("output_artifacts").items().map(|artifact| artifact.get("name")).collect()
    }

    /// The resource of the stack that its configuration names.
    pub fn target(&self, key: &str, kind: KindId) -> Option<At<'c>> {
        let said = self.says(key);
        match said.reference() {
            Some(reference) => {
                said.cx.resource(&reference.target).filter(|at| at.item().resource.kind == kind)
            }
            None => said.cx.named(kind, &said.text()?),
        }
    }

    pub fn project(&self) -> Option<At<'c>> {
        self.target("ProjectName", CodebuildProject)
    }

    pub fn repository(&self) -> Option<At<'c>> {
        self.target("RepositoryName", CodecommitRepository)
    }

    /// The deployment group of its application.
    pub fn deployment_group(&self) -> Option<At<'c>> {
        let application = self.target("ApplicationName", CodedeployApplication);
        let Some(group) = self.target("DeploymentGroupName", CodedeployDeploymentGroup) else {
            return self.meant_group();
        };
        match (application, group.get("application").target()) {
            (Some(named), Some(own)) if named.address() != own.address() => None,
            _ => Some(group),
        }
    }

    /// The one group of the stack, where the name is a slip of the finger or
    /// the console's for another service: PL-028 says that, and the other
    /// rules look on.
    fn meant_group(&self) -> Option<At<'c>> {
        let said = self.says("DeploymentGroupName").text()?;
        let mut groups = self.at.cx.of(CodedeployDeploymentGroup);
        let only = groups.next().filter(|_| groups.next().is_none())?;
        let name = only.get("name").text()?;
        let resembles = said.starts_with("DgpECS-") || nearest(&said, [&*name]).is_some();
        resembles.then_some(only)
    }

    /// The service that it deploys.
    pub fn service(&self) -> Option<At<'c>> {
        if self.is("ECS") {
            return self.target("ServiceName", KindId::EcsService);
        }
        self.deployment_group()?.get("ecs_services").items().next()?.get("service").target()
    }

    /// The action before it that gives out this artifact.
    pub fn producer(&self, artifact: &str) -> Option<Action<'c>> {
        let gives = |action: &Action<'_>| action.outputs().iter().any(|name| name.is(artifact));
        actions(&self.pipeline).into_iter().find(|action| action.before(self) && gives(action))
    }

    /// The same, or the build that gives out nothing and was meant to.
    pub fn meant_producer(&self, artifact: &str) -> Option<Action<'c>> {
        let silent = |action: &Action<'_>| {
            action.is("CodeBuild") && action.outputs().is_empty() && action.before(self)
        };
        self.producer(artifact).or_else(|| actions(&self.pipeline).into_iter().find(silent))
    }
}
